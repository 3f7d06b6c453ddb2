"""What came back is looked at: each piece goes to the shelf, into quarantine, or is written off, by the ledger's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from catalog import coming_back, stock
from catalog.models import ComeBack
from orders.models import Order, OrderEntry, ReturnCase
from orders.returns.cases import locked
from orders.returns.states import Mover, ReturnState
from orders.returns.writing import put, save, tell
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.permissions import Permission

VERDICTS = ("restocked", "repacked", "quarantined", "written_off")
# The goods are here, or are said to have come, whatever was decided about the money.
HERE = frozenset(
    {ReturnState.DECIDING, ReturnState.ACCEPTED, ReturnState.SILENT, ReturnState.LOST, ReturnState.COLLECTED}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order, and how its pieces are laid out by now: verdict → pieces."""

    entry: OrderEntry
    most: int
    laid: Mapping[str, int] = field(default_factory=dict)


def is_here(case: ReturnCase) -> bool:
    """Whether there is something to look at."""
    return case.received_at is not None or case.state in HERE


def lines_of(order: Order) -> Sequence[Line]:
    """The lines of the order that the ledger knows goods of."""
    back = {row.entry_number: row for row in ComeBack.objects.filter(order_id=order.pk)}
    entries = OrderEntry.objects.filter(order_id=order.pk).exclude(sku="").order_by("number")
    return [_line(entry, back.get(entry.number)) for entry in entries]


def _line(entry: OrderEntry, back: ComeBack | None) -> Line:
    laid = {name: getattr(back, name) if back else 0 for name in VERDICTS}
    return Line(entry, stock.whole(entry.quantity), laid)


def inspect(case: ReturnCase, pieces: Mapping[int, Mapping[str, int]], *, by: Actor, now: datetime) -> ReturnCase:
    """Lay the pieces out as the form says: entry number → verdict → how many in all. Said twice, they move once.

    Raises Refused: 409 when nothing is here yet or the order has no point, 400 for more than the order had.
    """
    require(by, Permission.ORDERS_TAKE_BACK)
    with transaction.atomic():
        case, order = locked(case)
        if not is_here(case):
            raise Refused("not_here", gettext("Товар ещё не у вас. Отметьте сначала, что он получен"))
        if order.point_id is None:
            raise Refused(
                "no_point", gettext("У заказа нет точки продаж, класть товар некуда. Укажите точку в кабинете")
            )
        verdicts = _verdicts(lines_of(order), pieces)
        moved = coming_back.take_back(order_id=order.pk, point_id=order.point_id, verdicts=verdicts, now=now)
        if not moved and case.inspected_at is not None:
            return case
        put(case, "inspected_at", now, by=Mover.STAFF, now=now)
        save(case, order, at=now, now=now)
        _told(order, verdicts, by=by, now=now)
    return case


def _verdicts(lines: Sequence[Line], pieces: Mapping[int, Mapping[str, int]]) -> list[coming_back.Verdict]:
    return [
        coming_back.Verdict(
            entry_number=line.entry.number,
            sku=line.entry.sku,
            most=line.most,
            **{name: pieces[line.entry.number].get(name, 0) for name in VERDICTS},
        )
        for line in lines
        if line.entry.number in pieces
    ]


def _told(order: Order, verdicts: Sequence[coming_back.Verdict], *, by: Actor, now: datetime) -> None:
    sums = {name: sum(getattr(one, name) for one in verdicts) for name in VERDICTS}
    told = {name: count for name, count in sums.items() if count}
    tell(order, by, {"return": "inspected", **told}, now=now)
    audit.record(by, "return.inspected", subject=("order", order.code), now=now, details=told)
