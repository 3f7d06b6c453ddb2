"""The ledger of stock: what orders hold, what has left, and how many are free at a point.

Every verb runs inside the caller's transaction and company scope, may be repeated at will (once per order and entry),
and writes a Movement for each change. Quantities are whole pieces; a weight is rounded up.

    (nothing) ──hold──▶ HELD ──free──▶ FREED ──hold──▶ HELD        an expiry that Kaspi's acceptance takes back
                        HELD ──ship──▶ SHIPPED                     FREED ──ship──▶ SHIPPED, for the goods did leave

SHIPPED is the end. Goods that come back after hand-over add nothing by themselves: the seller collects them and sets
the quantity by hand (`count`), as with Kaspi itself (capabilities.md §1, "Stock after cancel").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from catalog.models import Movement, Reservation, ReservationState, StockItem
from staff.scoping import current_company

HELD, FREED, SHIPPED = ReservationState.HELD, ReservationState.FREED, ReservationState.SHIPPED
Place = tuple[int, str]
"""Where a good lies: (point id, SKU)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of an order, as stock sees it."""

    entry_number: int
    sku: str
    quantity: int | Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """All that an order wants to hold at the point it is served from."""

    order_id: int
    point_id: int
    lines: Sequence[Line]


class Step(NamedTuple):
    """One change of one stock row: `reserved` is added, `taken` pieces leave as far as there are any."""

    place: Place
    order_id: int | None
    reason: str
    reserved: int = 0
    taken: int = 0


def hold(*, order_id: int, point_id: int, lines: Sequence[Line], now: datetime) -> None:
    """Reserve for one order; see `hold_many`."""
    hold_many([Claim(order_id, point_id, lines)], now=now)


def hold_many(claims: Iterable[Claim], *, now: datetime) -> None:
    """Make sure that the orders hold their lines: a freed line is held again, a changed one moved, a shipped one left.

    More may be held than there is: Kaspi has sold it, and `available` then is below zero.
    """
    wanted = {
        (claim.order_id, line.entry_number): (claim.point_id, line.sku, _whole(line.quantity))
        for claim in claims
        for line in claim.lines
    }
    rows = _reservations(wanted, now)
    steps: list[Step] = []
    changed = []
    # A claim is all that its order wants: a line that is not in it any more was cancelled.
    dropped = [row for row in rows if (row.order_id, row.entry_number) not in wanted and row.state != SHIPPED]
    freed = [row for row in dropped if row.state == HELD]
    steps += [Step((row.point_id, row.sku), row.order_id, "freed", reserved=-row.quantity) for row in freed]
    for row in rows:
        if (row.order_id, row.entry_number) not in wanted:
            continue
        target = wanted[row.order_id, row.entry_number]
        held = row.state == HELD
        if row.state == SHIPPED or (held and target == (row.point_id, row.sku, row.quantity)):
            continue
        if held:
            steps.append(Step((row.point_id, row.sku), row.order_id, "changed", reserved=-row.quantity))
        row.point_id, row.sku, row.quantity = target
        steps.append(Step((row.point_id, row.sku), row.order_id, "held", reserved=row.quantity))
        changed.append(row)
    _apply(steps, now=now)
    _settle(changed, HELD, now=now)
    for row in dropped:
        # Nothing of it is left to ship with the rest of the order.
        row.quantity = 0
    _settle(dropped, FREED, now=now)


def free(*, order_ids: Iterable[int], now: datetime) -> None:
    """Give back what these orders hold. What is shipped has left, and is not given back by itself."""
    rows = [row for row in _locked(order_ids) if row.state == HELD]
    steps = [Step((row.point_id, row.sku), row.order_id, "freed", reserved=-row.quantity) for row in rows]
    _apply(steps, now=now)
    _settle(rows, FREED, now=now)


def ship(*, order_ids: Iterable[int], now: datetime) -> None:
    """The goods have left the point. What is not on hand cannot leave: the shortage is the movement's reason."""
    rows = [row for row in _locked(order_ids) if row.state != SHIPPED]
    steps = [
        Step(
            (row.point_id, row.sku),
            row.order_id,
            "shipped",
            reserved=-row.quantity if row.state == HELD else 0,
            taken=row.quantity,
        )
        for row in rows
    ]
    _apply(steps, now=now)
    _settle(rows, SHIPPED, now=now)


def count(*, point_id: int, quantities: Mapping[str, int], now: datetime) -> None:
    """Somebody counted: so many pieces of each SKU lie at the point. Reservations are as they were."""
    items = _stock({(point_id, sku) for sku in quantities})
    movements = []
    for (_, sku), item in items.items():
        change = quantities[sku] - item.on_hand
        item.on_hand = quantities[sku]
        if change:
            movements.append(_movement(Step((point_id, sku), None, "counted"), on_hand=change, reserved=0, now=now))
    _save(items.values(), movements)


def available(point_id: int, skus: Iterable[str]) -> dict[str, int]:
    """Pieces on hand less those held, for each SKU asked; below zero when more is sold than there is."""
    asked = dict.fromkeys(skus, 0)
    rows = StockItem.objects.filter(point_id=point_id, sku__in=list(asked))
    return asked | {
        sku: on_hand - reserved for sku, on_hand, reserved in rows.values_list("sku", "on_hand", "reserved")
    }


def _whole(quantity: int | Decimal) -> int:
    return int(Decimal(quantity).to_integral_value(ROUND_CEILING))


def _reservations(wanted: Mapping[tuple[int, int], tuple[int, str, int]], now: datetime) -> list[Reservation]:
    """The rows of these entries, locked; those that are missing are made, holding nothing yet."""
    orders = {order_id for order_id, _ in wanted}
    rows = _locked(orders)
    missing = wanted.keys() - {(row.order_id, row.entry_number) for row in rows}
    if not missing:
        return rows
    # A rival may make the same rows meanwhile: then ours are left out, and the second look waits for his.
    Reservation.objects.bulk_create(
        [_unheld(entry, wanted[entry], now) for entry in sorted(missing)],
        ignore_conflicts=True,
    )
    return _locked(orders)


def _unheld(entry: tuple[int, int], target: tuple[int, str, int], now: datetime) -> Reservation:
    point_id, sku, quantity = target
    return Reservation(
        company_id=current_company(),
        order_id=entry[0],
        entry_number=entry[1],
        point_id=point_id,
        sku=sku,
        quantity=quantity,
        state=FREED,
        changed_at=now,
    )


def _locked(order_ids: Iterable[int]) -> list[Reservation]:
    rows = Reservation.objects.filter(order_id__in=sorted(set(order_ids))).select_for_update()
    return list(rows.order_by("order_id", "entry_number"))


def _settle(rows: Sequence[Reservation], state: ReservationState, *, now: datetime) -> None:
    for row in rows:
        row.state, row.changed_at = state, now
    if rows:
        Reservation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["point", "sku", "quantity", "state", "changed_at"],
        )


def _apply(steps: Sequence[Step], *, now: datetime) -> None:
    items = _stock({step.place for step in steps})
    movements = []
    for step in steps:
        item = items[step.place]
        gone = min(step.taken, item.on_hand)
        item.on_hand -= gone
        item.reserved += step.reserved
        told = step if gone == step.taken else step._replace(reason=f"short {step.taken - gone}")
        if step.reserved or step.taken:
            movements.append(_movement(told, on_hand=-gone, reserved=step.reserved, now=now))
    _save(items.values(), movements)


def _stock(places: set[Place]) -> dict[Place, StockItem]:
    """The stock rows, missing ones made empty, locked in the order of (point, SKU): two writers cannot deadlock."""
    if not places:
        return {}
    company = current_company()
    StockItem.objects.bulk_create(
        [StockItem(company_id=company, point_id=point_id, sku=sku) for point_id, sku in sorted(places)],
        ignore_conflicts=True,
    )
    # Every SKU at every point of the call: more than asked for when goods differ by point, but plain index ranges.
    rows = StockItem.objects.filter(
        point_id__in={point_id for point_id, _ in places}, sku__in={sku for _, sku in places}
    ).select_for_update()
    found = {(row.point_id, row.sku): row for row in rows.order_by("point_id", "sku")}
    return {place: found[place] for place in sorted(places)}


def _movement(step: Step, *, on_hand: int, reserved: int, now: datetime) -> Movement:
    return Movement(
        company_id=current_company(),
        at=now,
        point_id=step.place[0],
        sku=step.place[1],
        on_hand_change=on_hand,
        reserved_change=reserved,
        reason=step.reason,
        order_id=step.order_id,
    )


def _save(items: Iterable[StockItem], movements: Sequence[Movement]) -> None:
    rows = list(items)
    if rows:
        StockItem.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=["on_hand", "reserved"]
        )
    if movements:
        Movement.objects.bulk_create(movements)
