"""Working calendars for property tests: lunch, holidays, short days, around the night of UTC+6 → UTC+5."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from staff.working_calendar import Spans, WorkingCalendar

MINUTE = timedelta(minutes=1)
# Almaty put its clocks back in the night to 1 March 2024.
FIRST_DAY = date(2024, 2, 27)
START = datetime(2024, 2, 27, tzinfo=UTC)
HOURS: tuple[Spans, ...] = (
    (),
    ((540, 780), (840, 1080)),
    ((540, 1080),),
    ((0, 1440),),
    ((600, 660),),
    ((1320, 1440),),
)


@st.composite
def calendars(draw: Any) -> WorkingCalendar:
    week = {day: draw(st.sampled_from(HOURS)) for day in range(7)}
    changed = draw(st.dictionaries(st.integers(0, 4), st.sampled_from(HOURS), max_size=2))
    return WorkingCalendar(week, {FIRST_DAY + timedelta(days=day): hours for day, hours in changed.items()})


def instants(last_day: int) -> Any:
    return st.integers(0, last_day * 24 * 60).map(lambda minutes: START + minutes * MINUTE)


def open_minutes(a: datetime, b: datetime, calendar: WorkingCalendar) -> int:
    """The slow reference: walk and count."""
    return sum(calendar.is_open(a + n * MINUTE) for n in range(max(0, (b - a) // MINUTE)))
