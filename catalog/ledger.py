"""The books of stock: rows locked in one order, changed together, and every change written as a movement.

Who writes stock goes through `apply` (or does the same by one statement for many rows): the sum of an item's movements is
what stands in its row. What is promised is no movement: it is the sum of the reservations that say so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from catalog import stock_rows
from catalog.models import Reservation, ReservationState, StockItem
from catalog.shared import Place
from catalog.stock_rows import Moved


class Step(NamedTuple):
    """One change of one stock row: `reserved`, `promised` are added, `taken` pieces leave as far as there are any."""

    place: Place
    order_id: int | None
    reason: str
    reserved: int = 0
    promised: int = 0
    taken: int = 0


def apply(steps: Sequence[Step], *, now: datetime) -> None:
    """Carry the steps out in the caller's transaction. What is not on hand cannot leave: the movement says how many."""
    items = locked({step.place for step in steps})
    movements = []
    for step in steps:
        item = items[step.place]
        gone = min(step.taken, item.on_hand)
        item.on_hand -= gone
        item.reserved += step.reserved
        item.promised += step.promised
        reason = step.reason if gone == step.taken else f"short {step.taken - gone}"
        if step.reserved or step.taken:
            movements.append(Moved(*step.place, -gone, step.reserved, reason, step.order_id))
    stock_rows.save_items(items.values())
    stock_rows.add_movements(movements, now=now)


def locked(places: set[Place]) -> dict[Place, StockItem]:
    """The stock rows, missing ones made empty, locked in the order of (point, SKU): two writers cannot deadlock."""
    if not places:
        return {}
    found = _found(places)
    if places - found.keys():
        stock_rows.make_items(places - found.keys())
        found = _found(places)
    return {place: found[place] for place in sorted(places)}


def reservations(order_ids: Iterable[int]) -> list[Reservation]:
    """What these orders hold or held, locked in the order of (order, entry); before the stock rows, always."""
    rows = Reservation.objects.filter(order_id__in=sorted(set(order_ids))).select_for_update()
    return list(rows.order_by("order_id", "entry_number"))


def settle(
    rows: Sequence[Reservation], state: ReservationState | None = None, *, now: datetime, promised: bool | None = None
) -> None:
    """Write these reservations, in a new state and newly promised or not where that is said."""
    for row in rows:
        row.state, row.changed_at = state or row.state, now
        row.promised = row.promised if promised is None else promised
    if rows:
        Reservation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[
                *("point", "sku", "quantity", "sold_at", "sold_as", "state", "promised", "coming_back", "changed_at"),
            ],
        )


def place_of(row: Reservation) -> Place:
    return row.point_id, row.sku


def _found(places: set[Place]) -> dict[Place, StockItem]:
    # Every SKU at every point of the call: more than asked for when goods differ by point, but plain index ranges.
    rows = StockItem.objects.filter(
        point_id__in={point_id for point_id, _ in places}, sku__in={sku for _, sku in places}
    ).select_for_update()
    return {(row.point_id, row.sku): row for row in rows.order_by("point_id", "sku")}
