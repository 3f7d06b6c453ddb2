"""The chip with the time left: how close the deadline of an order is, in words and levels."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext

from orders.deadlines import Deadline, DeadlineKind, RiskLevel, WorkingCalendar, clock_runs, risk, time_left
from orders.hours import USUAL_HOURS, calendar_of
from orders.shelves import page_models
from staff import formats
from staff.formats import almaty_day, almaty_time
from staff.places import Places

LEVELS: Mapping[RiskLevel, str] = {
    RiskLevel.CALM: "",
    RiskLevel.SOON: "soon",
    RiskLevel.URGENT: "urgent",
    RiskLevel.OVER: "over",
}
KINDS: Mapping[str, DeadlineKind] = {kind.value: kind for kind in DeadlineKind}
SECOND = timedelta(seconds=1)


class Calendars:
    """The working hours of visible points, read when first asked for."""

    def __init__(self, places: Places) -> None:
        self._points = {point.pk: point for point in places.points}
        self._read: dict[int, WorkingCalendar] = {}

    def of(self, point_id: int | None) -> WorkingCalendar:
        """The hours of a point; the usual ones for an order without a point."""
        if point_id is None or point_id not in self._points:
            return USUAL_HOURS
        if point_id not in self._read:
            self._read[point_id] = calendar_of(self._points[point_id])
        return self._read[point_id]


def deadline(kind: str, at: datetime | None, *, since: datetime) -> Deadline | None:
    """The stored deadline of an order as the rules know it; None when it has none."""
    named = KINDS.get(kind)
    return None if at is None or named is None else Deadline(named, at, since)


def chip(found: Deadline, *, now: datetime, calendar: WorkingCalendar) -> page_models.Deadline:
    """«38 мин», «до 11:48»; the ring shows how much of the whole term is left."""
    left = time_left(found, now, calendar)
    return page_models.Deadline(
        level=LEVELS[risk(found, now, calendar)],
        seconds_left=max(left, 0),
        text=formats.time_left(left),
        until=until(found.at, now=now),
        counting=clock_runs(found, now, calendar) and left > 0,
        share=min(100, max(0, left * 100 // _term(found, calendar))),
    )


def until(at: datetime, *, now: datetime) -> str:
    """«до 11:48» today, «завтра, 10:30», «до 25 ноября» later: the column is narrow."""
    ahead = formats.days_ahead(at, now=now)
    if ahead == 0:
        return gettext("до %(time)s") % {"time": almaty_time(at)}
    day = almaty_day(at, now=now)
    return f"{day}, {almaty_time(at)}" if ahead in formats.NEAR_DAYS else gettext("до %(day)s") % {"day": day}


def _term(found: Deadline, calendar: WorkingCalendar) -> int:
    """Seconds from the beginning of the term to its end, as `time_left` counts them."""
    return max(1, time_left(found, min(found.counts_from, found.at - SECOND), calendar))
