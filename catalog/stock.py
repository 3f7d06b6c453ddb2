"""What orders hold, what is promised to them, what has left, and how many are free.

Every verb runs inside the caller's transaction and company scope, may be repeated at will (once per order and entry),
and writes a Movement for each change. Quantities are whole pieces; a weight is rounded up.

    (nothing) ──hold──▶ HELD ──free──▶ FREED ──hold──▶ HELD        an expiry that Kaspi's acceptance takes back
                        HELD ──ship──▶ SHIPPED                     FREED ──ship──▶ SHIPPED, for the goods did leave

Every order holds its goods from the moment it comes, so what is held says nothing of who gets the last piece. That is what
`claim` is for: while HELD, pieces may be promised, and a claim is given only as far as the pieces on hand go. Whoever is
accepted all the same (by a person, or in Kaspi's own cabinet) is promised them too: `promise`.

SHIPPED is the end. Goods that come back after hand-over add nothing by themselves: see `catalog.coming_back`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from typing import NamedTuple

from catalog import stock_rows
from catalog.ledger import Step, apply, locked, place_of, reservations, settle
from catalog.models import Reservation, ReservationState, StockItem
from catalog.shared import Place, items_of
from catalog.stock_rows import Entry, Moved, Target

HELD, FREED, SHIPPED = ReservationState.HELD, ReservationState.FREED, ReservationState.SHIPPED


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of an order, as stock sees it."""

    entry_number: int
    sku: str
    quantity: int | Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """All that an order wants to hold at the point it is served from. `promised`: it is accepted already."""

    order_id: int
    point_id: int
    lines: Sequence[Line]
    promised: bool = False


class Shortage(NamedTuple):
    """Why an order cannot have its pieces. `free`: so many are not promised; None: nobody ever counted."""

    sku: str
    wanted: int
    free: int | None


# --- holding ------------------------------------------------------------------------------------------------------------


def hold(*, order_id: int, point_id: int, lines: Sequence[Line], now: datetime, promised: bool = False) -> None:
    """Reserve for one order; see `hold_many`."""
    hold_many([Claim(order_id, point_id, lines, promised)], now=now)


def hold_many(claims: Iterable[Claim], *, now: datetime) -> None:
    """Make sure that the orders hold their lines: a freed line is held again, a changed one moved, a shipped one left.

    More may be held than there is: Kaspi has sold it, and `available` then is below zero.
    """
    asked = list(claims)
    wanted = _wanted(asked)
    rows, made = _reservations(wanted, now=now)
    # A claim is all that its order wants: a line that is not in it any more was cancelled.
    dropped = [row for row in rows if (row.order_id, row.entry_number) not in wanted and row.state != SHIPPED]
    changed, steps = _hold_again(rows, wanted)
    steps += [Step(wanted[entry].place, entry[0], "held", reserved=wanted[entry].quantity) for entry in sorted(made)]
    steps += [_freed(row) for row in dropped if row.state == HELD]
    apply(steps, now=now)
    settle(changed, HELD, now=now)
    for row in dropped:
        # Nothing of it is left to ship with the rest of the order.
        row.quantity = 0
    settle(dropped, FREED, now=now, promised=False)
    promise([claim.order_id for claim in asked if claim.promised], now=now)


def free(*, order_ids: Iterable[int], now: datetime) -> None:
    """Give back what these orders hold. What is shipped has left, and is not given back by itself."""
    rows = [row for row in reservations(order_ids) if row.state == HELD]
    apply([_freed(row) for row in rows], now=now)
    settle(rows, FREED, now=now, promised=False)


def ship(*, order_ids: Iterable[int], now: datetime) -> None:
    """The goods have left the point. What is not on hand cannot leave: the shortage is the movement's reason."""
    rows = [row for row in reservations(order_ids) if row.state != SHIPPED]
    steps = [
        Step(
            place_of(row),
            row.order_id,
            "shipped",
            reserved=-row.quantity if row.state == HELD else 0,
            promised=-row.quantity if row.promised else 0,
            taken=row.quantity,
        )
        for row in rows
    ]
    apply(steps, now=now)
    settle(rows, SHIPPED, now=now, promised=False)


# --- promising ----------------------------------------------------------------------------------------------------------


def claim(order_id: int, *, now: datetime) -> bool:
    """Promise the order all its pieces, or none. False when they are not there, or nobody ever counted them.

    Of many claims on the last pieces as many win as there are pieces (B4). Claimed twice is claimed once.
    """
    return claim_many([order_id], now=now)[order_id] is None


def claim_many(order_ids: Sequence[int], *, now: datetime, uncounted: bool = False) -> dict[int, Shortage | None]:
    """The same for many orders, one after another as they stand here; tells of each what it lacks.

    `uncounted`: goods that nobody ever counted stop no order. An order that holds nothing is never promised anything.
    """
    rows = reservations(order_ids)
    items = locked({place_of(row) for row in rows if row.state == HELD})
    of_order = {order_id: list(group) for order_id, group in groupby(rows, key=lambda row: row.order_id)}
    told, granted = dict[int, Shortage | None](), list[Reservation]()
    for order_id in order_ids:
        unheld = not any(row.state == HELD for row in of_order.get(order_id, ()))
        lines = [row for row in of_order.get(order_id, ()) if row.state == HELD and not row.promised]
        lack = Shortage("", 0, None) if unheld and not uncounted else _lack(lines, items, uncounted=uncounted)
        told[order_id] = lack
        if lack is None:
            granted += _grant(lines, items)
    stock_rows.save_items(items.values() if granted else ())
    settle(granted, now=now, promised=True)
    return told


def promise(order_ids: Collection[int], *, now: datetime) -> None:
    """These orders are accepted: what they hold is theirs, whether it is there or not."""
    _promise(order_ids, now=now, promised=True)


def unclaim(order_ids: Collection[int], *, now: datetime) -> None:
    """These orders will not be accepted after all, or are to be decided anew: what they hold is promised no more."""
    _promise(order_ids, now=now, promised=False)


def _promise(order_ids: Collection[int], *, now: datetime, promised: bool) -> None:
    if not order_ids:
        return
    rows = [row for row in reservations(order_ids) if row.state == HELD and row.promised is not promised]
    sign = 1 if promised else -1
    apply([Step(place_of(row), row.order_id, "", promised=sign * row.quantity) for row in rows], now=now)
    settle(rows, now=now, promised=promised)


def _lack(lines: Iterable[Reservation], items: Mapping[Place, StockItem], *, uncounted: bool) -> Shortage | None:
    wanted = Counter[Place]()
    for row in lines:
        wanted[place_of(row)] += row.quantity
    for place, pieces in wanted.items():
        item = items[place]
        if item.counted_at is None:
            if not uncounted:
                return Shortage(place[1], pieces, None)
        elif item.on_hand - item.promised < pieces:
            return Shortage(place[1], pieces, item.on_hand - item.promised)
    return None


def _grant(lines: list[Reservation], items: Mapping[Place, StockItem]) -> list[Reservation]:
    for row in lines:
        items[place_of(row)].promised += row.quantity
        row.promised = True
    return lines


# --- counting -----------------------------------------------------------------------------------------------------------


def count(
    *, point_id: int, quantities: Mapping[str, int], now: datetime, by: str = "", document_id: int | None = None
) -> None:
    """Somebody counted: so many pieces of each SKU lie at the point. Reservations are as they were."""
    places = items_of((point_id, sku) for sku in quantities)
    items = locked(set(places.values()))
    movements = []
    for place, pieces in {places[point_id, sku]: pieces for sku, pieces in quantities.items()}.items():
        item = items[place]
        change = pieces - item.on_hand
        item.on_hand, item.counted_at = pieces, item.counted_at or now
        if change:
            movements.append(Moved(*place, change, 0, "counted", None, by=by, document_id=document_id))
    stock_rows.save_items(items.values())
    stock_rows.add_movements(movements, now=now)


def available(point_id: int, skus: Iterable[str]) -> dict[str, int]:
    """Pieces on hand less those held, for each SKU asked; below zero when more is sold than there is."""
    places = items_of((point_id, sku) for sku in skus)
    rows = StockItem.objects.filter(
        point_id__in={place[0] for place in places.values()}, sku__in={place[1] for place in places.values()}
    )
    free = {(row.point_id, row.sku): row.on_hand - row.reserved for row in rows}
    return {sku: free.get(item, 0) for (_, sku), item in places.items()}


def whole(quantity: int | Decimal) -> int:
    """Whole pieces of a quantity; a weight is rounded up."""
    return int(Decimal(quantity).to_integral_value(ROUND_CEILING))


# --- within -------------------------------------------------------------------------------------------------------------


def _wanted(claims: Iterable[Claim]) -> dict[Entry, Target]:
    lines = [(claim, line) for claim in claims for line in claim.lines]
    items = items_of((claim.point_id, line.sku) for claim, line in lines)
    return {
        (claim.order_id, line.entry_number): Target(
            *items[claim.point_id, line.sku], whole(line.quantity), claim.point_id, line.sku
        )
        for claim, line in lines
    }


def _reservations(wanted: Mapping[Entry, Target], *, now: datetime) -> tuple[list[Reservation], set[Entry]]:
    """The rows of these orders that were there, locked; and the entries that had none and are held now."""
    orders = {order_id for order_id, _ in wanted}
    rows = reservations(orders)
    missing = wanted.keys() - {(row.order_id, row.entry_number) for row in rows}
    made = stock_rows.reserve({entry: wanted[entry] for entry in missing}, now=now)
    if made != missing:
        # A rival made some of them meanwhile: the second look waits for his.
        rows = [row for row in reservations(orders) if (row.order_id, row.entry_number) not in made]
    return rows, made


def _hold_again(rows: Iterable[Reservation], wanted: Mapping[Entry, Target]) -> tuple[list[Reservation], list[Step]]:
    """The rows that must change to hold what is wanted, changed; and the steps that this takes."""
    changed, steps = [], []
    for row in rows:
        target = wanted.get((row.order_id, row.entry_number))
        held = row.state == HELD
        if target is None or row.state == SHIPPED or (held and target == _target_of(row)):
            continue
        if held:
            steps.append(_freed(row)._replace(reason="changed"))
        row.point_id, row.sku, row.quantity, row.sold_at_id, row.sold_as = target
        promised = row.quantity if row.promised else 0
        steps.append(Step(place_of(row), row.order_id, "held", reserved=row.quantity, promised=promised))
        changed.append(row)
    return changed, steps


def _target_of(row: Reservation) -> Target:
    return Target(row.point_id, row.sku, row.quantity, row.sold_at_id, row.sold_as)


def _freed(row: Reservation) -> Step:
    promised = -row.quantity if row.promised else 0
    return Step(place_of(row), row.order_id, "freed", reserved=-row.quantity, promised=promised)
