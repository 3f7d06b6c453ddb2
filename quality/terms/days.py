"""Days as a term counts them: those of the calendar, or those on which a point is open. Pure.

Own delivery is promised for «the same or the next working day», and a parcel is due at the drop-off slot of the point's
next open day (kaspi-api §5 [L]), so a seller sets his terms in working days. The day from which a term runs is never
counted, as in `staff.working_calendar.add_working_days`. The present calendar stands in for that of the past, which
nobody kept.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from staff.working_calendar import WorkingCalendar


class Unit(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


def numbered(first: date, last: date, unit: Unit, calendar: WorkingCalendar) -> Sequence[int]:
    """A number for each day from first to last: how many counted days there were up to and with it.

    So a term from one day to another is the difference of their numbers; it is nothing when only closed days lie between.
    """
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return list(accumulate(int(unit is Unit.CALENDAR or bool(calendar.spans_on(day))) for day in days))
