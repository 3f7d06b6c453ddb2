"""What is short now, and the orders that wait for it. Asked inside a company's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalog.models import Offer, Oversell, Reservation, ReservationState, StockItem
from catalog.shared import Place, offers_of
from orders.filters import visible_to
from orders.models import Order
from staff.access import Actor
from staff.permissions import Permission
from staff.places import Places

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that holds pieces of the item. `enough`: with those before it the pieces on hand go that far."""

    order: Order
    pieces: int
    promised: bool
    enough: bool


@dataclass(frozen=True, slots=True)
class Short:
    """An item of which orders hold more than there is. `elsewhere`: free pieces of it by other points."""

    place: Place
    name: str
    on_hand: int
    reserved: int
    since: datetime
    waiting: tuple[Waiting, ...]
    elsewhere: tuple[tuple[int, int], ...]
    offers: tuple[Offer, ...]

    @property
    def lacking(self) -> int:
        return self.reserved - self.on_hand


def oversold(places: Places, *, by: Actor) -> list[Short]:
    """The items that are short at the points that somebody sees, the longest short first; at most MOST."""
    seen = {point.keeps_at_id or point.pk for point in places.points}
    rows = list(Oversell.objects.filter(ended_at=None, point_id__in=seen).order_by("began_at", "id")[:MOST])
    items = {place_of(item): item for item in _items(rows)}
    return [_short(row, items[row.point_id, row.sku], seen, by=by) for row in rows if (row.point_id, row.sku) in items]


def place_of(item: StockItem) -> Place:
    return item.point_id, item.sku


def share_out(on_hand: int, wanted: Sequence[tuple[int, bool]]) -> list[bool]:
    """Who gets pieces: (pieces, promised) in the order of urgency. Who was promised comes first; who does not fit is
    passed over, and a smaller order after him may still be served.
    """
    left, served = on_hand, [False] * len(wanted)
    for turn in (True, False):
        for number, (pieces, promised) in enumerate(wanted):
            if promised is turn and pieces <= left:
                served[number] = True
                left -= pieces
    return served


def _items(rows: Iterable[Oversell]) -> Iterable[StockItem]:
    found = list(rows)
    return StockItem.objects.filter(point_id__in={row.point_id for row in found}, sku__in={row.sku for row in found})


def _short(row: Oversell, item: StockItem, seen: set[int], *, by: Actor) -> Short:
    place = place_of(item)
    offers = tuple(offers_of(place)[:MOST])
    return Short(
        place=place,
        name=next((offer.name for offer in offers if offer.name), item.sku),
        on_hand=item.on_hand,
        reserved=item.reserved,
        since=row.began_at,
        waiting=_waiting(place, item.on_hand, by=by),
        elsewhere=_elsewhere(place, seen),
        offers=offers,
    )


def _waiting(place: Place, on_hand: int, *, by: Actor) -> tuple[Waiting, ...]:
    """All who wait are counted; those whom he may not see are not told of."""
    held = Reservation.objects.filter(point_id=place[0], sku=place[1], state=ReservationState.HELD)
    pieces: dict[int, tuple[int, bool]] = {}
    for order_id, quantity, promised in held.values_list("order_id", "quantity", "promised"):
        before, _ = pieces.get(order_id, (0, False))
        pieces[order_id] = (before + quantity, promised)
    every = Order.objects.filter(pk__in=pieces).order_by("burns_at", "id")
    queue = list(every.values_list("pk", flat=True))
    served = dict(zip(queue, share_out(on_hand, [pieces[pk] for pk in queue]), strict=True))
    if not by.may(Permission.ORDERS_VIEW):
        return ()
    shown = visible_to(by, every.select_related("shop", "point"))
    return tuple(Waiting(order, *pieces[order.pk], served[order.pk]) for order in shown)


def _elsewhere(place: Place, seen: set[int]) -> tuple[tuple[int, int], ...]:
    rows = StockItem.objects.filter(point_id__in=seen, sku=place[1], counted_at__isnull=False)
    free = ((item.point_id, item.on_hand - item.reserved) for item in rows.exclude(point_id=place[0]))
    return tuple(sorted((point_id, pieces) for point_id, pieces in free if pieces > 0))
