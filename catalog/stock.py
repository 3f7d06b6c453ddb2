"""The ledger of stock: what orders hold, what has left, and how many are free at a point.

Every verb runs inside the caller's transaction and company scope, may be repeated at will (once per order and entry),
and writes a Movement for each change. Quantities are whole pieces; a weight is rounded up.

    (nothing) ──hold──▶ HELD ──free──▶ FREED ──hold──▶ HELD        an expiry that Kaspi's acceptance takes back
                        HELD ──ship──▶ SHIPPED                     FREED ──ship──▶ SHIPPED, for the goods did leave

SHIPPED is the end. Goods that come back after hand-over add nothing by themselves: the seller collects them, looks at
them and says what becomes of each piece (`take_back`), or counts the shelf anew (`count`), as with Kaspi itself
(capabilities.md §0.1, "Stock after cancel").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from django.utils.translation import gettext

from catalog import stock_rows
from catalog.models import ComeBack, Reservation, ReservationState, StockItem
from catalog.shared import Place, items_of
from catalog.stock_rows import Entry, Moved
from staff.errors import Refused
from staff.scoping import current_company

HELD, FREED, SHIPPED = ReservationState.HELD, ReservationState.FREED, ReservationState.SHIPPED
Target = tuple[int, str, int]
"""What is to be held of a good: (point id, SKU, pieces)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the pieces of one entry that came back: all that is decided of them by now, not an addition.

    `most` is how many the order had of it. What is to be repacked waits in quarantine for its new box.
    """

    entry_number: int
    sku: str
    most: int | Decimal
    restocked: int = 0
    repacked: int = 0
    quarantined: int = 0
    written_off: int = 0

    @property
    def pieces(self) -> tuple[int, int, int, int]:
        """In the order of `ComeBack`'s columns."""
        return self.restocked, self.repacked, self.quarantined, self.written_off


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
    asked = list(claims)
    items = items_of((claim.point_id, line.sku) for claim in asked for line in claim.lines)
    wanted = {
        (claim.order_id, line.entry_number): (*items[claim.point_id, line.sku], whole(line.quantity))
        for claim in asked
        for line in claim.lines
    }
    rows, made = _reservations(wanted, now=now)
    # A claim is all that its order wants: a line that is not in it any more was cancelled.
    dropped = [row for row in rows if (row.order_id, row.entry_number) not in wanted and row.state != SHIPPED]
    changed, steps = _hold_again(rows, wanted)
    steps += [Step(wanted[entry][:2], entry[0], "held", reserved=wanted[entry][2]) for entry in sorted(made)]
    steps += [_freed(row) for row in dropped if row.state == HELD]
    _apply(steps, now=now)
    _settle(changed, HELD, now=now)
    for row in dropped:
        # Nothing of it is left to ship with the rest of the order.
        row.quantity = 0
    _settle(dropped, FREED, now=now)


def free(*, order_ids: Iterable[int], now: datetime) -> None:
    """Give back what these orders hold. What is shipped has left, and is not given back by itself."""
    rows = [row for row in _locked(order_ids) if row.state == HELD]
    _apply([_freed(row) for row in rows], now=now)
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
    places = items_of((point_id, sku) for sku in quantities)
    items = _stock(set(places.values()))
    movements = []
    for place, pieces in {places[point_id, sku]: pieces for sku, pieces in quantities.items()}.items():
        item = items[place]
        change = pieces - item.on_hand
        item.on_hand, item.counted_at = pieces, item.counted_at or now
        if change:
            movements.append(_moved(Step(place, None, "counted"), on_hand=change, reserved=0))
    stock_rows.save_items(items.values())
    stock_rows.add_movements(movements, now=now)


def take_back(*, order_id: int, point_id: int, verdicts: Sequence[Verdict], now: datetime) -> bool:
    """Put what came back of an order where the verdicts say; answers whether anything moved.

    The same verdict moves nothing, another one only the difference. Raises Refused: 400 for more pieces than the order
    had, 409 when pieces to be taken off the shelf again are sold meanwhile.
    """
    for verdict in verdicts:
        _check_verdict(verdict)
    rows = _come_backs(order_id, point_id, verdicts, now=now)
    changed = [one for one in verdicts if one.pieces != _pieces_of(rows[one.entry_number])]
    items = _stock({_place_of(rows[one.entry_number]) for one in changed})
    movements = []
    for one in changed:
        row = rows[one.entry_number]
        movements.append(_put(items[_place_of(row)], row, one))
        row.restocked, row.repacked, row.quarantined, row.written_off = one.pieces
        row.most, row.changed_at = whole(one.most), now
        row.save(update_fields=["restocked", "repacked", "quarantined", "written_off", "most", "changed_at"])
    stock_rows.save_items(items.values())
    stock_rows.add_movements([moved for moved in movements if any((moved.on_hand, *moved[6:]))], now=now)
    return bool(changed)


def _check_verdict(verdict: Verdict) -> None:
    if min(verdict.pieces) < 0 or sum(verdict.pieces) > whole(verdict.most):
        sentence = gettext("%(sku)s: вернуться могло не больше %(most)s шт., а разложено %(pieces)s")
        told = {"sku": verdict.sku, "most": whole(verdict.most), "pieces": sum(verdict.pieces)}
        raise Refused("too_many_back", sentence % told, status=400, field=f"line-{verdict.entry_number}")


def _come_backs(order_id: int, point_id: int, verdicts: Sequence[Verdict], *, now: datetime) -> dict[int, ComeBack]:
    """The rows of these entries, missing ones made empty, locked in the order of the entries."""
    items = items_of((point_id, one.sku) for one in verdicts)
    ComeBack.objects.bulk_create(
        [
            ComeBack(
                company_id=current_company(),
                order_id=order_id,
                entry_number=one.entry_number,
                point_id=items[point_id, one.sku][0],
                sku=items[point_id, one.sku][1],
                most=whole(one.most),
                changed_at=now,
            )
            for one in sorted(verdicts, key=lambda one: one.entry_number)
        ],
        ignore_conflicts=True,
    )
    wanted = [one.entry_number for one in verdicts]
    rows = ComeBack.objects.filter(order_id=order_id, entry_number__in=wanted).select_for_update()
    return {row.entry_number: row for row in rows.order_by("entry_number")}


def _put(item: StockItem, row: ComeBack, verdict: Verdict) -> Moved:
    """Move the difference between what the row says and the verdict."""
    on_hand = verdict.restocked - row.restocked
    aside = verdict.repacked + verdict.quarantined - row.repacked - row.quarantined
    lost = verdict.written_off - row.written_off
    if item.on_hand + on_hand < 0:
        sentence = gettext("%(sku)s: на полке осталось %(left)s шт., вернувшееся уже продано. Пересчитайте остаток")
        told = {"sku": row.sku, "left": item.on_hand}
        raise Refused("sold_again", sentence % told, field=f"line-{verdict.entry_number}")
    item.on_hand += on_hand
    item.quarantine += aside
    item.written_off += lost
    return Moved(row.point_id, row.sku, on_hand, 0, "returned", row.order_id, aside, lost)


def _pieces_of(row: ComeBack) -> tuple[int, int, int, int]:
    return row.restocked, row.repacked, row.quarantined, row.written_off


def _place_of(row: ComeBack) -> Place:
    return row.point_id, row.sku


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


def _locked(order_ids: Iterable[int]) -> list[Reservation]:
    rows = Reservation.objects.filter(order_id__in=sorted(set(order_ids))).select_for_update()
    return list(rows.order_by("order_id", "entry_number"))


def _reservations(wanted: Mapping[Entry, Target], *, now: datetime) -> tuple[list[Reservation], set[Entry]]:
    """The rows of these orders that were there, locked; and the entries that had none and are held now."""
    orders = {order_id for order_id, _ in wanted}
    rows = _locked(orders)
    missing = wanted.keys() - {(row.order_id, row.entry_number) for row in rows}
    made = stock_rows.reserve({entry: wanted[entry] for entry in missing}, now=now)
    if made != missing:
        # A rival made some of them meanwhile: the second look waits for his.
        rows = [row for row in _locked(orders) if (row.order_id, row.entry_number) not in made]
    return rows, made


def _hold_again(rows: Iterable[Reservation], wanted: Mapping[Entry, Target]) -> tuple[list[Reservation], list[Step]]:
    """The rows that must change to hold what is wanted, changed; and the steps that this takes."""
    changed, steps = [], []
    for row in rows:
        target = wanted.get((row.order_id, row.entry_number))
        held = row.state == HELD
        if target is None or row.state == SHIPPED or (held and target == (row.point_id, row.sku, row.quantity)):
            continue
        if held:
            steps.append(_freed(row)._replace(reason="changed"))
        row.point_id, row.sku, row.quantity = target
        steps.append(Step((row.point_id, row.sku), row.order_id, "held", reserved=row.quantity))
        changed.append(row)
    return changed, steps


def _freed(row: Reservation) -> Step:
    return Step((row.point_id, row.sku), row.order_id, "freed", reserved=-row.quantity)


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
            movements.append(_moved(told, on_hand=-gone, reserved=step.reserved))
    stock_rows.save_items(items.values())
    stock_rows.add_movements(movements, now=now)


def _stock(places: set[Place]) -> dict[Place, StockItem]:
    """The stock rows, missing ones made empty, locked in the order of (point, SKU): two writers cannot deadlock."""
    if not places:
        return {}
    found = _locked_items(places)
    if places - found.keys():
        stock_rows.make_items(places - found.keys())
        found = _locked_items(places)
    return {place: found[place] for place in sorted(places)}


def _locked_items(places: set[Place]) -> dict[Place, StockItem]:
    # Every SKU at every point of the call: more than asked for when goods differ by point, but plain index ranges.
    rows = StockItem.objects.filter(
        point_id__in={point_id for point_id, _ in places}, sku__in={sku for _, sku in places}
    ).select_for_update()
    return {(row.point_id, row.sku): row for row in rows.order_by("point_id", "sku")}


def _moved(step: Step, *, on_hand: int, reserved: int) -> Moved:
    return Moved(*step.place, on_hand, reserved, step.reason, step.order_id)
