"""«Передали»: parcels of a wave are at the drop point, said with one press and taken back with another.

It is our word only: the order stays where Kaspi says it stands, and its own date of the hand-over confirms (ADR 0030).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext

from orders.filters import OrderFilter, select
from orders.lifecycle import Stage
from orders.models import DropPoint, EventKind, HandedOver, Order, OrderEvent
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale
from staff.permissions import Permission

MOST: Final = 600
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_ROAD = 120, 300, 600


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a press. `left`: order numbers that were not packed, or are not to be handed over any more."""

    batch: UUID
    handed: int
    left: tuple[str, ...]


def hand_over(codes: Sequence[str], *, by: Actor, now: datetime) -> Told:
    """Note these parcels as handed over, each once. Raises Refused when none of them can be."""
    require(by, Permission.ORDERS_PACK)
    if not 0 < len(codes) <= MOST:
        raise Refused(
            "bad_picks", gettext("Выберите от 1 до %(most)s заказов") % {"most": MOST}, status=400, field="pick"
        )
    batch, seen = uuid4(), select(by, OrderFilter()).filter(code__in=codes)
    shops = sorted(set(seen.values_list("shop_id", flat=True)))
    with transaction.atomic():
        for shop_id in shops:
            take_turn(shop_id)
        orders = list(seen.filter(stage=Stage.KD_HANDOVER).select_for_update(of=("self",)).order_by("shop_id", "id"))
        known = set(HandedOver.objects.filter(order__in=orders).values_list("order_id", flat=True))
        fresh = [order for order in orders if order.pk not in known]
        HandedOver.objects.bulk_create(_note(order, batch, by=by, now=now) for order in fresh)
        _tell(fresh, by=by, now=now, details={})
    left = tuple(sorted(set(codes) - {order.code for order in orders}))
    if not orders:
        raise Refused("not_packed", gettext("Ни один из этих заказов не собран. Сначала соберите их"))
    return Told(batch, len(fresh), left)


def take_back(batch: UUID, *, by: Actor, now: datetime) -> int:
    """The parcels of one press are here after all; answers how many. What Kaspi has confirmed stays. Raises NotVisible."""
    require(by, Permission.ORDERS_PACK)
    orders = select(by, OrderFilter()).filter(pk__in=HandedOver.objects.filter(batch=batch).values("order_id"))
    with transaction.atomic():
        for shop_id in sorted(set(orders.values_list("shop_id", flat=True))):
            take_turn(shop_id)
        here = list(orders.filter(stage=Stage.KD_HANDOVER).select_for_update(of=("self",)))
        if not here:
            raise NotVisible(batch)
        HandedOver.objects.filter(batch=batch, order__in=here).delete()
        _tell(here, by=by, now=now, details={"taken_back": True})
    return len(here)


def set_drop_point(
    point: PointOfSale, *, name: str, address: str, road_minutes: str, by: Actor, now: datetime
) -> DropPoint | None:
    """Where the parcels of a point go; without a name nowhere any more. Raises Refused (400) with the field."""
    require(by, Permission.ORDERS_PACK)
    name, address = name.strip(), address.strip()
    if len(name) > LONGEST_NAME or len(address) > LONGEST_ADDRESS or "\x00" in name + address:
        raise Refused("bad_drop_point", gettext("Название или адрес слишком длинные"), status=400, field="name")
    minutes = road_minutes.strip() or "30"
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4 and int(minutes) <= LONGEST_ROAD):
        sentence = gettext("Дорога занимает от 0 до %(most)s минут") % {"most": LONGEST_ROAD}
        raise Refused("bad_road", sentence, status=400, field="road_minutes")
    told = {"name": name, "address": address, "road_minutes": int(minutes)}
    with transaction.atomic():
        kept: DropPoint | None = None
        if name:
            kept, _ = DropPoint.objects.update_or_create(point_id=point.pk, defaults=told)
        else:
            DropPoint.objects.filter(point_id=point.pk).delete()
        audit.record(by, "point.drop", subject=("point", point.code), now=now, after=told)
    return kept


def _note(order: Order, batch: UUID, *, by: Actor, now: datetime) -> HandedOver:
    return HandedOver(
        company_id=order.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        wave_at=order.due_at or now,
        handed_at=now,
        batch=batch,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
    )


def _tell(orders: Sequence[Order], *, by: Actor, now: datetime, details: dict[str, object]) -> None:
    """In the history of each order and in the journal; the shelves of others look again."""
    OrderEvent.objects.bulk_create(
        OrderEvent(
            company_id=order.company_id,
            shop_id=order.shop_id,
            order_id=order.pk,
            kind=EventKind.HANDED,
            learned_at=now,
            stage_before=order.stage,
            stage_after=order.stage,
            actor_kind=by.kind,
            actor_label=by.label,
            details=details,
        )
        for order in orders
    )
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(changed_at=now)
    verb = "order.hand_over_undone" if details else "order.handed_over"
    audit.record_all(by, verb, subjects=[("order", order.code) for order in orders], now=now)
