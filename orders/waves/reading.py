"""The parcels that a person may see, read in a few queries however many orders the shop has had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from integrations.models import ActionKind, ActionState, KaspiAction
from orders.filters import OrderFilter, select
from orders.lifecycle import Shelf, Stage
from orders.models import DropPoint, EventKind, HandedOver, OrderEvent
from orders.waves.planning import Parcel
from staff.access import Actor
from staff.places import Places

TO_HAND_OVER: Final = (Stage.KD_PACKING, Stage.KD_HANDOVER)
# More than this many parcels are no work of a day; the soonest are shown.
MOST: Final = 600
USUAL_ROAD: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """`more`: there are parcels beyond MOST."""

    parcels: tuple[Parcel, ...]
    more: bool
    drops: dict[int, DropPoint]
    handed: tuple[HandedOver, ...]

    @property
    def roads(self) -> dict[int | None, timedelta]:
        return {point: timedelta(minutes=drop.road_minutes) for point, drop in self.drops.items()}


def standing_of(actor: Actor, wanted: OrderFilter, *, places: Places) -> Standing:
    """`wanted` names a shop and a point at most."""
    narrowed = OrderFilter(shop=wanted.shop, point=wanted.point, shelf=Shelf.KASPI_DELIVERY, stages=TO_HAND_OVER)
    columns = ("id", "code", "point_id", "due_at", "stage")
    orders = select(actor, narrowed, places=places).exclude(due_at=None).order_by("burns_at", "id")
    rows = list(orders.values_list(*columns)[: MOST + 1])
    shown = rows[:MOST]
    ids = [row[0] for row in shown]
    packed_at, boxes = _packed_at(ids), _places(ids)
    handed = {one.order_id: one for one in HandedOver.objects.filter(order_id__in=ids)}
    points = [point.pk for point in places.points]
    return Standing(
        parcels=tuple(
            Parcel(
                order_id=pk,
                code=code,
                point_id=point_id,
                due_at=due_at,
                packed=stage == Stage.KD_HANDOVER,
                places=boxes.get(pk, 1),
                packed_at=packed_at.get(pk),
                handed_at=handed[pk].handed_at if pk in handed else None,
            )
            for pk, code, point_id, due_at, stage in shown
        ),
        more=len(rows) > MOST,
        drops={drop.point_id: drop for drop in DropPoint.objects.filter(point_id__in=points)},
        handed=tuple(handed.values()),
    )


def _packed_at(ids: Sequence[int]) -> dict[int, datetime]:
    """When Kaspi took the packing of these orders."""
    done = KaspiAction.objects.filter(subject_id__in=ids, kind=ActionKind.ASSEMBLE, state=ActionState.DONE)
    return {order: at for order, at in done.values_list("subject_id", "settled_at") if at is not None}


def _places(ids: Sequence[int]) -> dict[int, int]:
    """Into how many boxes they were packed: the action itself forgets what it carried, the history does not."""
    told = OrderEvent.objects.filter(order_id__in=ids, kind=EventKind.REQUESTED, details__action=ActionKind.ASSEMBLE)
    return {
        order: int(places) for order, places in told.order_by("id").values_list("order_id", "details__places") if places
    }
