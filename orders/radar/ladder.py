"""When somebody is told that a deadline comes near: a ladder of rungs before each kind of deadline. Pure.

Acceptance at T−90, −45, −15 minutes of the point's working time, Express at −30, −15 of the wall clock (capabilities.md
B2). So an order that Kaspi has not confirmed as accepted is told of at least 30 minutes before its limit, Express at least
15, whatever it is that fails, our own sending included (reliability.md §2, promise 11). The other ladders are ours, in the
same spirit: the first rung leaves time to do the thing in peace, the last one just enough to do it at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from orders.deadlines import Deadline, DeadlineKind, WorkingCalendar, time_left
from staff.working_calendar import add_working_time

HOUR, DAY = 60, 24 * 60

# Minutes before the deadline, as `time_left` counts them, the first rung first. The longest one of each shelf stands in
# orders/migrations/0015_radar.py too.
RUNGS: Mapping[DeadlineKind, tuple[int, ...]] = MappingProxyType(
    {
        DeadlineKind.ACCEPT: (90, 45, 15),
        DeadlineKind.ACCEPT_EXPRESS: (30, 15),
        DeadlineKind.ARRIVE: (3 * DAY, DAY, 3 * HOUR),
        DeadlineKind.HAND_OVER: (3 * HOUR, HOUR, 20),
        DeadlineKind.DELIVER: (3 * HOUR, HOUR, 20),
        DeadlineKind.PICKUP: (DAY, 3 * HOUR),
        DeadlineKind.SIGN: (DAY, 3 * HOUR),
        DeadlineKind.RETURN_HOME: (7 * DAY, 3 * DAY, DAY),
    }
)
# A deadline that ran out while nobody looked is told of for so long; what is older is seen on the board.
AFTERWARDS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Rung:
    """An alert to be raised now. `skipped` are rungs that came with it, late; they will not come by themselves."""

    minutes: int
    left_seconds: int
    last: bool
    skipped: tuple[int, ...] = ()


def rungs_due(
    deadline: Deadline, *, now: datetime, calendar: WorkingCalendar, raised: Collection[int] = ()
) -> Rung | None:
    """The most urgent rung that has been reached and not been raised; None when there is nothing to tell.

    `raised` are the rungs of this very deadline that were raised or skipped. A less urgent rung never comes after a
    more urgent one.
    """
    if now >= deadline.at + AFTERWARDS:
        return None
    left, ladder = time_left(deadline, now, calendar), RUNGS[deadline.kind]
    reached = [minutes for minutes in ladder if left <= minutes * 60]
    if not reached or min(reached) >= min(raised, default=ladder[0] + 1):
        return None
    most_urgent = reached[-1]
    skipped = tuple(minutes for minutes in reached[:-1] if minutes not in raised)
    return Rung(most_urgent, left, last=most_urgent == ladder[-1], skipped=skipped)


def next_rung_at(deadline: Deadline, *, now: datetime, calendar: WorkingCalendar) -> datetime | None:
    """The instant (UTC) at which the next rung that is still ahead will be reached; None when none is."""
    left = timedelta(seconds=time_left(deadline, now, calendar))
    ahead = max((minutes for minutes in RUNGS[deadline.kind] if minutes * 60 < left.total_seconds()), default=None)
    if ahead is None:
        return None
    if deadline.kind is DeadlineKind.ACCEPT:
        return add_working_time(now, left - timedelta(minutes=ahead), calendar)
    return deadline.at - timedelta(minutes=ahead)
