"""Goods that come back after hand-over: on their way, and what becomes of each piece when somebody has looked at it.

The seller collects them and says what becomes of each piece, as with Kaspi itself (capabilities.md §0.1, "Stock after
cancel"); nothing is for sale again by itself. Verbs run inside the caller's transaction and scope and may be repeated.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from catalog import stock_rows
from catalog.ledger import locked, place_of, reservations, settle
from catalog.models import ComeBack, Reservation, ReservationState, StockItem
from catalog.shared import Place, items_of
from catalog.stock import whole
from catalog.stock_rows import Moved
from staff.errors import Refused
from staff.scoping import current_company


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


def expect_back(order_ids: Collection[int], *, coming: bool, now: datetime) -> None:
    """What these orders had is on its way back (less what was looked at already), or, with `coming` False, is not."""
    rows = [row for row in reservations(order_ids) if row.state == ReservationState.SHIPPED]
    decided = _decided(order_ids) if coming else {}
    _expect(
        {row: max(0, row.quantity - decided.get((row.order_id, row.entry_number), 0)) if coming else 0 for row in rows},
        now=now,
    )


def take_back(*, order_id: int, point_id: int, verdicts: Sequence[Verdict], now: datetime) -> bool:
    """Put what came back of an order where the verdicts say; answers whether anything moved.

    The same verdict moves nothing, another one only the difference. Raises Refused: 400 for more pieces than the order
    had, 409 when pieces to be taken off the shelf again are sold meanwhile.
    """
    for verdict in verdicts:
        _check_verdict(verdict)
    # Reservations are locked before stock, by everybody.
    travelling = [row for row in reservations([order_id]) if row.coming_back]
    rows = _come_backs(order_id, point_id, verdicts, now=now)
    changed = [one for one in verdicts if one.pieces != _pieces_of(rows[one.entry_number])]
    items = locked({_lies_at(rows[one.entry_number]) for one in changed})
    movements = []
    for one in changed:
        row = rows[one.entry_number]
        movements.append(_put(items[_lies_at(row)], row, one))
        row.restocked, row.repacked, row.quarantined, row.written_off = one.pieces
        row.most, row.changed_at = whole(one.most), now
        row.save(update_fields=["restocked", "repacked", "quarantined", "written_off", "most", "changed_at"])
    stock_rows.save_items(items.values())
    stock_rows.add_movements([moved for moved in movements if moved.moves], now=now)
    decided = {entry: sum(_pieces_of(row)) for entry, row in rows.items()}
    left = {row: max(0, row.quantity - decided.get(row.entry_number, 0)) for row in travelling}
    _expect({row: min(row.coming_back, pieces) for row, pieces in left.items()}, now=now)
    return bool(changed)


def _expect(coming: Mapping[Reservation, int], *, now: datetime) -> None:
    """Let so many pieces of each reservation be on their way back."""
    changed = {row: pieces for row, pieces in coming.items() if row.coming_back != pieces}
    items = locked({place_of(row) for row in changed})
    movements = []
    for row, pieces in changed.items():
        change = pieces - row.coming_back
        items[place_of(row)].in_return += change
        row.coming_back = pieces
        movements.append(Moved(*place_of(row), 0, 0, "coming back", row.order_id, in_return=change))
    stock_rows.save_items(items.values())
    stock_rows.add_movements(movements, now=now)
    settle(list(changed), now=now)


def _decided(order_ids: Collection[int]) -> dict[tuple[int, int], int]:
    rows: Iterable[ComeBack] = ComeBack.objects.filter(order_id__in=list(order_ids))
    return {(row.order_id, row.entry_number): sum(_pieces_of(row)) for row in rows}


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


def _lies_at(row: ComeBack) -> Place:
    return row.point_id, row.sku
