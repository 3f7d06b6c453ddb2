"""What will be missed at the present pace: the queue in the order of its deadlines, served one after another. Pure.

One order is done every 60/pace working minutes of the point, to the minute, the first one a whole term from now. Nobody
spends time on an order that cannot be done before its deadline: it is missed. New orders that are still to come are not
foreseen, so it is the best that this queue can hope for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Generic, TypeVar

from orders.deadlines import WorkingCalendar, add_working_minutes

Name = TypeVar("Name")

# Fewer accepts than this in the window say nothing of a pace.
SAMPLE = 5
WINDOW = timedelta(hours=4)
"""Of working time of the point: what the pace is taken from."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Accepts of the last working hours at a point.

    `worked`: working time that the window really held; `manned`: the same summed over those who held the point in it;
    `on_shift`: how many hold it now.
    """

    accepts: int
    worked: timedelta
    manned: timedelta = timedelta()
    on_shift: int = 0

    @property
    def per_hour(self) -> Fraction | None:
        """Accepts per working hour with those who are on shift now; of the point as a whole when nobody is.

        The same when it was held for less than half of the window: who accepted then is not known. None when there is
        too little to say.
        """
        if self.accepts < SAMPLE or not self.worked:
            return None
        if self.on_shift and self.manned >= self.worked / 2:
            return self.accepts * self.on_shift / _hours(self.manned)
        return self.accepts / _hours(self.worked)


@dataclass(frozen=True, slots=True)
class Forecast(Generic[Name]):
    """`missed` in the order of their deadlines. `clear_at` (UTC): the last order that is done; None for an empty queue,
    and where the point does not open for so long.
    """

    missed: tuple[Name, ...]
    clear_at: datetime | None


def forecast(
    queue: Sequence[tuple[Name, datetime]], *, per_hour: Fraction, now: datetime, calendar: WorkingCalendar
) -> Forecast[Name]:
    """`queue`: names with their deadlines, in any order. `per_hour`: orders per working hour, more than none."""
    done, clear_at = 0, None
    missed = []
    for name, at in sorted(queue, key=lambda one: one[1]):
        ready = add_working_minutes(now, ceil((done + 1) * 60 / per_hour), calendar)
        if ready is None or ready > at:
            missed.append(name)
        else:
            done, clear_at = done + 1, ready
    return Forecast(tuple(missed), clear_at)


def _hours(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 3_600_000_000)
