"""The working hours of a point, as deadlines take them."""

from staff.models import PointOfSale
from staff.working_calendar import WorkingCalendar

# A point without hours, or an order without a point: the usual hours, so that a deadline is shown rather than none.
USUAL_HOURS = WorkingCalendar.from_json({day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")})


def calendar_of(point: PointOfSale | None) -> WorkingCalendar:
    """The hours of this point; the usual ones without a point or without hours."""
    if point is None or not point.schedule:
        return USUAL_HOURS
    return WorkingCalendar.from_json(point.schedule, exceptions=point.exceptions, zone=point.zone)
