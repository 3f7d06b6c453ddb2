"""A week of the calendar, in the days of Almaty. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from catalog.price_calendar.rules import Window
from staff.formats import ALMATY

DAYS: Final = 7
# A calendar of a hundred years is enough, and no arithmetic of dates runs over its end.
FIRST: Final = date(2020, 1, 1)
LAST: Final = date(2120, 1, 1)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=number) for number in range(DAYS))

    @property
    def begins(self) -> datetime:
        return _midnight(self.monday)

    @property
    def ends(self) -> datetime:
        """The first moment that is not of the week."""
        return _midnight(self.monday + timedelta(days=DAYS))

    def moved(self, weeks: int) -> "Week":
        return Week(self.monday + timedelta(weeks=weeks))

    def span(self, window: Window) -> tuple[int, int] | None:
        """The first day of the week, from 1, that the window has a moment of, and how many days it goes on; None: none."""
        last = window.begins if window.ends is None else window.ends - timedelta(microseconds=1)
        first_day, last_day = (moment.astimezone(ALMATY).date() for moment in (window.begins, last))
        start, end = max(first_day, self.monday), min(last_day, self.days[-1])
        return None if start > end else ((start - self.monday).days + 1, (end - start).days + 1)


def week_of(day: date) -> Week:
    """The week that has this day, or the nearest that the calendar shows."""
    within = min(max(day, FIRST), LAST)
    return Week(within - timedelta(days=within.weekday()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ALMATY)
