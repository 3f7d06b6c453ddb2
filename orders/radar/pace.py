"""How fast the points accept: their accepts of the last working hours, and who held them meanwhile. Two queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from orders.clocks import Calendars
from orders.radar.forecast import WINDOW, Pace
from staff import shifts
from staff.models import PointOfSale, Shift
from staff.scoping import current_company
from staff.working_calendar import HORIZON_DAYS, WorkingCalendar, working_time_between

# An order is accepted within three working hours of its arrival: with a weekend between.
ARRIVED_BEFORE: Any = timedelta(days=3)
# A point that was closed longer than this has no pace of the last hours.
LONGEST_BACK = timedelta(days=4)

_ACCEPTS = """
SELECT point.id, count(o.id) FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS point (id, shop_id, since)
JOIN orders_order o ON o.company_id = %s AND o.shop_id = point.shop_id AND o.approved_at > point.since - %s
  AND o.point_id = point.id AND o.accepted_at > point.since
GROUP BY point.id
"""


def paces(points: Sequence[PointOfSale], calendars: Calendars, *, now: datetime) -> Mapping[int, Pace]:
    """The pace of each of these points, by id."""
    since = {point.pk: began(now, calendars.of(point.pk)) for point in points}
    accepts = _accepts(points, since)
    manned = _manned(since, calendars, now)
    held = shifts.holders(list(since), now=now)
    return {
        point.pk: Pace(
            accepts.get(point.pk, 0),
            working_time_between(since[point.pk], now, calendars.of(point.pk)),
            manned[point.pk],
            len(held.get(point.pk, ())),
        )
        for point in points
    }


def began(now: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant from which WINDOW of working time has run until now; not further back than LONGEST_BACK."""
    earliest, left = now - LONGEST_BACK, WINDOW
    day = calendar.local_day(now)
    for back in range(min(HORIZON_DAYS, LONGEST_BACK.days + 2)):
        for opens, closes in reversed(calendar.windows_on(day - timedelta(days=back))):
            length = max(min(closes, now) - opens, timedelta())
            if length >= left:
                return max(min(closes, now) - left, earliest)
            left -= length
    return earliest


def _accepts(points: Sequence[PointOfSale], since: Mapping[int, datetime]) -> dict[int, int]:
    if not points:
        return {}
    asked: list[Any] = [
        [point.pk for point in points],
        [point.shop_id for point in points],
        [since[one.pk] for one in points],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPTS, [*asked, current_company(), ARRIVED_BEFORE])
        return dict(cursor.fetchall())


def _manned(since: Mapping[int, datetime], calendars: Calendars, now: datetime) -> Mapping[int, timedelta]:
    """Working time that members held each point since its window began, summed over them."""
    total: dict[int, timedelta] = defaultdict(timedelta)
    if not since:
        return total
    first = min(since.values())
    held = Shift.objects.filter(Q(ended_at=None) | Q(ended_at__gt=first), point_id__in=list(since))
    held = held.filter(began_at__gt=first - shifts.LONGEST)
    for point_id, began_at, ended_at in held.values_list("point_id", "began_at", "ended_at"):
        until = min(ended_at or now, began_at + shifts.LONGEST, now)
        total[point_id] += working_time_between(max(began_at, since[point_id]), until, calendars.of(point_id))
    return total
