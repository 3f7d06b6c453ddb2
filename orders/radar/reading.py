"""The orders that burn, over all shelves: one query, by the index of each shelf."""

from collections.abc import Sequence
from datetime import datetime, timedelta
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

# Each shelf is a range of its own index, read in order of what burns as far as there is room.
_BURNING = """
SELECT {columns} FROM unnest(%(shelves)s::text[]) AS wanted (name) CROSS JOIN LATERAL (
  SELECT one.id, one.code, one.shop_id, one.point_id, one.stage, one.due_at, one.due_kind, one.burns_at,
    one.approved_at, one.accepted_at, one.first_item, one.courier_id
  FROM orders_order one
  WHERE company_id = %(company)s {shop} AND shelf = wanted.name AND shelf <> 'archive'
    AND burns_at < %(until)s AND due_at IS NOT NULL AND stage = ANY(%(stages)s)
    AND (%(chosen)s::bigint[] IS NULL OR point_id = ANY(%(chosen)s::bigint[])) AND {reach}
  ORDER BY burns_at, id LIMIT %(limit)s) o
LEFT JOIN staff_member courier ON courier.company_id = %(company)s AND courier.id = o.courier_id
ORDER BY o.burns_at, o.id LIMIT %(limit)s
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
    """The most urgent orders of these steps. `chosen`: the shop and the points that the address names."""
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
        "until": asked.now + AHEAD,
        "limit": asked.limit,
    }
    shop_is = "AND shop_id = %(shop)s" if shop else ""
    with connection.cursor() as cursor:
        cursor.execute(_BURNING.format(columns=_COLUMNS, shop=shop_is, reach=REACH), arguments)
        return [Line._make(row) for row in cursor.fetchall()]


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
        chip=clocks.chip(deadline, now=now, calendar=calendar),
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
