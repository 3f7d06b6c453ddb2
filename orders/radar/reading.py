"""The orders that burn, over all shelves: one query, by the index of each shelf."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from orders import clocks
from orders.clocks import Calendars
from orders.deadlines import DeadlineKind, clock_runs, risk
from orders.filters import REACH, reach_of
from orders.lifecycle import SHELF_OF, Stage
from orders.merging import STEP_OF
from orders.radar.steps import Asked, Burning, StepRow
from staff.formats import almaty_moment
from staff.models import PointOfSale, Shop
from staff.places import Places
from staff.scoping import current_company
from staff.working_calendar import WorkingCalendar, add_working_time

# A deadline is at most some months ahead; what has none stands ten years ahead on its shelf (orders.merging).
AHEAD = timedelta(days=365)

# Each shelf is a range of its own index, read from now into both directions as far as there is room: what ran out long
# ago and was never closed must not hide what still can be saved.
_SIDE = """(
    SELECT id, code, shop_id, point_id, stage, due_at, due_kind, burns_at, approved_at, accepted_at, first_item, courier_id
    FROM orders_order WHERE company_id = %(company)s {shop} AND shelf = wanted.name AND shelf <> 'archive'
      AND {side} AND due_at IS NOT NULL AND stage = ANY(%(stages)s)
      AND (%(chosen)s::bigint[] IS NULL OR point_id = ANY(%(chosen)s::bigint[])) AND {reach}
    ORDER BY {order} LIMIT %(limit)s)"""
_OVER = ("burns_at < %(now)s", "burns_at DESC, id DESC")
_AHEAD = ("burns_at >= %(now)s AND burns_at < %(until)s", "burns_at, id")
_BURNING = """
SELECT {columns} FROM unnest(%(shelves)s::text[]) AS wanted (name)
CROSS JOIN LATERAL ({over} UNION ALL {ahead}) o
LEFT JOIN staff_member courier ON courier.company_id = %(company)s AND courier.id = o.courier_id
ORDER BY o.burns_at, o.id
"""


class Line(NamedTuple):
    """What the board needs of an order; the names are columns."""

    id: int
    code: str
    shop_id: int
    point_id: int | None
    stage: str
    due_at: datetime
    due_kind: str
    approved_at: datetime
    accepted_at: datetime | None
    first_item: str
    courier: str | None


_COLUMNS = ", ".join(f"o.{name}" for name in Line._fields[:-1]) + ", courier.name"


def lines(
    asked: Asked, steps: Sequence[StepRow], *, chosen: tuple[Shop | None, Sequence[PointOfSale] | None]
) -> list[Line]:
    """Of these steps the orders nearest to their deadline, `limit` of each shelf before it and as many past it.

    `chosen`: the shop and the points that the address names.
    """
    shop, points = chosen
    stages = [stage for step in steps for stage in step.stages]
    if not stages:
        return []
    arguments: dict[str, Any] = reach_of(asked.actor) | {
        "company": current_company(),
        "shop": shop.pk if shop else None,
        "shelves": sorted({SHELF_OF[stage].value for stage in stages}),
        "stages": [stage.value for stage in stages],
        "chosen": None if points is None else [point.pk for point in points],
        "now": asked.now,
        "until": asked.now + AHEAD,
        "limit": asked.limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(one_shop=shop is not None), arguments)
        return [Line._make(row) for row in cursor.fetchall()]


def _statement(*, one_shop: bool) -> str:
    shop = "AND shop_id = %(shop)s" if one_shop else ""
    over, ahead = (_SIDE.format(shop=shop, side=side, order=order, reach=REACH) for side, order in (_OVER, _AHEAD))
    return _BURNING.format(columns=_COLUMNS, over=over, ahead=ahead)


def burning(found: Sequence[Line], *, places: Places, now: datetime) -> list[Burning]:
    """The lines with their time left: in working time of the point where the rule counts that."""
    calendars = Calendars(places)
    return [one for line in found if (one := _burning(line, calendars, now))]


def _burning(line: Line, calendars: Calendars, now: datetime) -> Burning | None:
    deadline = clocks.deadline(line.due_kind, line.due_at, since=line.accepted_at or line.approved_at)
    if deadline is None:
        return None
    calendar = calendars.of(line.point_id)
    stands = not clock_runs(deadline, now, calendar)
    return Burning(
        step=STEP_OF[Stage(line.stage)].value,
        at=deadline.at,
        level=risk(deadline, now, calendar),
        chip=partial(clocks.chip, deadline, now=now, calendar=calendar),
        url=f"/orders/{line.code}/",
        code=line.code,
        item=line.first_item,
        point_id=line.point_id,
        shop_id=line.shop_id,
        note=_note(deadline.kind, stands, calendar, now),
        courier=line.courier or "",
    )


def _note(kind: DeadlineKind, stands: bool, calendar: WorkingCalendar, now: datetime) -> str:
    """Whose minutes these are: the wall clock needs no word."""
    if kind is not DeadlineKind.ACCEPT:
        return ""
    if not stands:
        return gettext("рабочего времени")
    opens = add_working_time(now, timedelta(microseconds=1), calendar)
    if opens is None:
        return gettext("точка закрыта")
    return gettext("рабочего времени, откроемся %(moment)s") % {"moment": almaty_moment(opens, now=now)}
