"""What a rehearsal walks through: past orders of a shop, the ledger of their goods, hours and budget, in a few questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from catalog.models import StockItem
from catalog.shared import Place, items_of
from catalog.stock import whole
from orders.auto_accept.rehearsal import Change, DayOf, Outcome, PastOrder, Rehearsal, Then, rehearse
from orders.auto_accept.rules import Facts, Rules
from orders.cancelling import Fault
from orders.hours import USUAL_HOURS, calendar_of
from orders.lifecycle import Stage
from orders.models import Order
from orders.stakes import budget_of
from staff.models import PointOfSale, Shop
from staff.scoping import current_company
from staff.working_calendar import WorkingCalendar

DAYS: Final = (30, 60, 90)
# A larger shop is told of the newest of its orders.
MOST: Final = 27_000
# Orders before the days asked for that may still have held pieces then.
BEFORE: Final = timedelta(days=10)
COLUMNS: Final = (
    *("id", "code", "point_id", "stage", "fault", "approved_at", "accept_by", "accepted_at", "expired_at"),
    *("cancelled_at", "handed_at", "completed_at", "closed_at", "forgotten_at"),
    *("total_price", "items_count", "pieces", "town", "address", "express", "pre_order", "signature_required"),
)
_LINES: Final = """
SELECT line.order_id, line.sku, line.quantity FROM orders_orderentry line
WHERE line.company_id = %s AND line.order_id = ANY(%s)
"""
_MOVEMENTS: Final = """
SELECT at, point_id, sku, on_hand_change, order_id, reason FROM catalog_movement
WHERE company_id = %s AND point_id = ANY(%s) AND at >= %s AND (on_hand_change <> 0 OR reason IN ('shipped', 'freed'))
ORDER BY id
"""
ROUND_THE_CLOCK: Final = WorkingCalendar.round_the_clock()


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules would have done since `since`, and what of that time is not known.

    `cut`: there were more orders than are walked through. `forgotten`: orders whose address is gone. `budget_from`: the
    first day whose budget is known; None: none is.
    """

    rehearsal: Rehearsal
    days: int
    since: datetime
    cut: bool
    forgotten: int
    budget_from: date | None


def report_of(shop: Shop, rules: Rules, *, days: int, now: datetime) -> Report:
    """Rehearse the rules over so many days of the shop."""
    since = now - timedelta(days=days)
    rows = list(
        Order.objects.filter(shop_id=shop.pk, approved_at__gte=since - BEFORE, approved_at__lt=now)
        .order_by("-approved_at", "-id")
        .values(*COLUMNS)[: MOST + 1]
    )
    cut, rows = len(rows) > MOST, rows[:MOST]
    if cut:
        since = max(since, rows[-1]["approved_at"])
    wants = _wants([row["id"] for row in rows], {row["id"]: row["point_id"] for row in rows})
    then, leaves = _then(shop, wants, since - BEFORE, days=days, now=now)
    orders = [_past(row, wants.get(row["id"], {}), leaves.get(row["id"]), since=since) for row in rows]
    return Report(
        rehearsal=rehearse(orders, then, rules, day_of=DayOf(ROUND_THE_CLOCK)),
        days=days,
        since=since,
        cut=cut,
        forgotten=sum(row["forgotten_at"] is not None for row in rows if row["approved_at"] >= since),
        budget_from=min((day for day in then.budget_left if day < ROUND_THE_CLOCK.local_day(now)), default=None),
    )


def _wants(order_ids: Sequence[int], point_of: Mapping[int, int | None]) -> dict[int, dict[Place, int]]:
    """The pieces of each order by where they lie; an order without a point wants them nowhere."""
    lines = [
        (order_id, (point, sku), whole(quantity))
        for order_id, sku, quantity in _rows(_LINES, [current_company(), list(order_ids)])
        if (point := point_of[order_id]) is not None
    ]
    items = items_of(place for _, place, _ in lines)
    wants: defaultdict[int, dict[Place, int]] = defaultdict(dict)
    for order_id, place, pieces in lines:
        wanted = wants[order_id]
        wanted[items[place]] = wanted.get(items[place], 0) + pieces
    return wants


def _then(
    shop: Shop, wants: Mapping[int, Mapping[Place, int]], since: datetime, *, days: int, now: datetime
) -> tuple[Then, dict[int, datetime]]:
    """Stock as it was, and when each order's pieces left or were given back."""
    places = {place for wanted in wants.values() for place in wanted}
    points = sorted({point for point, _ in places})
    moved = _rows(_MOVEMENTS, [current_company(), points, since])
    leaves = {order_id: at for at, _, _, _, order_id, reason in reversed(moved) if reason in ("shipped", "freed")}
    changes = [Change(at, (point, sku), change) for at, point, sku, change, _, _ in moved if change]
    items = [item for item in StockItem.objects.filter(point_id__in=points) if (item.point_id, item.sku) in places]
    on_hand = {(item.point_id, item.sku): item.on_hand for item in items}
    for one in changes:
        on_hand[one.place] = on_hand.get(one.place, 0) - one.pieces
    budget = budget_of([shop.pk], now=now, days=days)
    then = Then(
        on_hand=on_hand,
        changes=[one for one in changes if one.place in places],
        counted_at={(item.point_id, item.sku): item.counted_at for item in items if item.counted_at},
        calendars=_calendars(shop),
        budget_left={**budget.then, ROUND_THE_CLOCK.local_day(now): budget.today},
    )
    return then, leaves


def _calendars(shop: Shop) -> dict[int | None, WorkingCalendar]:
    points = PointOfSale.objects.filter(shop_id=shop.pk)
    return {None: USUAL_HOURS, **{point.pk: calendar_of(point) for point in points}}


def _past(
    row: Mapping[str, Any], wants: Mapping[Place, int], leaves_at: datetime | None, *, since: datetime
) -> PastOrder:
    return PastOrder(
        id=row["id"],
        code=row["code"],
        facts=Facts(
            arrived_at=row["approved_at"],
            accept_by=row["accept_by"],
            total=row["total_price"],
            lines=row["items_count"],
            pieces=row["pieces"],
            address=f"{row['town']} {row['address']}",
            express=row["express"],
            pre_order=row["pre_order"],
            signature=row["signature_required"],
            has_point=row["point_id"] is not None,
        ),
        point_id=row["point_id"],
        wants=wants,
        accepted_at=row["accepted_at"],
        leaves_at=leaves_at or min(_ends(row), default=None),
        gone_at=row["cancelled_at"],
        outcome=outcome_of(row),
        counts=row["approved_at"] >= since,
    )


def _ends(row: Mapping[str, Any]) -> Iterator[datetime]:
    names: Iterable[str] = ("handed_at", "completed_at", "cancelled_at", "closed_at")
    return (row[name] for name in names if row[name] is not None)


def outcome_of(row: Mapping[str, Any]) -> Outcome:
    """How the order ended. Nobody accepted in time: our clock saw it, or Kaspi cancelled it past the deadline."""
    if row["stage"] == Stage.EXPIRED or (row["stage"] == Stage.CANCELLED and _ran_out(row)):
        return Outcome.EXPIRED
    if row["stage"] in (Stage.CANCELLED, Stage.KD_RETURNING):
        return Outcome.SHOP if row["fault"] == Fault.SELLER else Outcome.BUYER
    return Outcome.DONE if row["completed_at"] or row["closed_at"] else Outcome.OPEN


def _ran_out(row: Mapping[str, Any]) -> bool:
    if row["accepted_at"] is not None or row["fault"] != Fault.SELLER:
        return False
    late = row["accept_by"] and row["cancelled_at"] and row["cancelled_at"] >= row["accept_by"]
    return bool(row["expired_at"] or late)


def _rows(sql: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())
