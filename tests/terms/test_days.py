"""Terms in working and in calendar days, against counting day by day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quality.terms.days import Unit, numbered
from staff.working_calendar import WorkingCalendar

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
OPEN = ((540, 1080),)
DAYS = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))


@given(DAYS, DAYS, st.sets(st.integers(0, 6)), st.dictionaries(DAYS, st.sampled_from([(), OPEN]), max_size=5))
def test_a_term_is_the_number_of_open_days_after_its_first(
    one: date, other: date, week: set[int], holidays: dict[date, tuple[tuple[int, int], ...]]
) -> None:
    calendar = WorkingCalendar(dict.fromkeys(week, OPEN), holidays)
    begin, end = sorted((one, other))
    numbers = numbered(FIRST, LAST, Unit.WORKING, calendar)
    after = [begin + timedelta(days=n) for n in range(1, (end - begin).days + 1)]
    told = numbers[(end - FIRST).days] - numbers[(begin - FIRST).days]
    assert told == sum(bool(calendar.spans_on(day)) for day in after)


def test_calendar_days_count_every_day() -> None:
    numbers = numbered(FIRST, LAST, Unit.CALENDAR, WorkingCalendar({}))
    assert [b - a for a, b in pairwise(numbers)] == [1] * (LAST - FIRST).days
