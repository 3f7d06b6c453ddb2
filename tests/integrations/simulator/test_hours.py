"""Working hours against a slow, obvious reference that walks minute by minute."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from integrations.kaspi.simulator import hours
from integrations.kaspi.simulator.clock import ALMATY, MINUTE, local, to_ms

EDGES = ("00:00", "08:30", "09:00", "12:00", "13:00", "14:00", "18:00", "21:00", "24:00")
DAYS = some.dictionaries(
    some.sampled_from(hours.WEEKDAYS),
    some.lists(some.sampled_from(EDGES), min_size=2, max_size=4, unique=True)
    .filter(lambda edges: len(edges) % 2 == 0)
    .map(sorted)
    .map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=True))),
    min_size=1,
)
# The change of Almaty from UTC+6 to +5 on 01.03.2024 lies inside.
MOMENTS = some.datetimes(datetime(2024, 2, 27), datetime(2024, 3, 4)).map(
    lambda moment: to_ms(moment.replace(second=0, microsecond=0, tzinfo=ALMATY))
)


def open_minute(moment: int, schedule: hours.Schedule) -> bool:
    now = local(moment)
    clock = now.strftime("%H:%M")
    return any(opens <= clock < closes for opens, closes in schedule.get(hours.WEEKDAYS[now.weekday()], ()))


@settings(max_examples=40, deadline=None)
@given(schedule=DAYS, start=MOMENTS, minutes=some.integers(1, 300))
def test_working_minutes_pass_as_a_slow_count_says(schedule: hours.Schedule, start: int, minutes: int) -> None:
    moment, left = start, minutes
    while left:
        left -= open_minute(moment, schedule)
        moment += MINUTE
    assert hours.after(start, minutes, schedule) == moment


@settings(max_examples=40, deadline=None)
@given(schedule=DAYS, end=MOMENTS, minutes=some.integers(1, 300))
def test_counting_back_leads_to_the_same_deadline(schedule: hours.Schedule, end: int, minutes: int) -> None:
    start = hours.before(end, minutes, schedule)
    worked = sum(open_minute(start + step * MINUTE, schedule) for step in range((end - start) // MINUTE))
    assert worked == minutes


def test_the_third_working_day_skips_the_sunday() -> None:
    friday = datetime(2026, 9, 18, 11, tzinfo=ALMATY)
    closing = hours.end_of_working_day(to_ms(friday), 3, hours.DEFAULT_SCHEDULE)
    assert local(closing) == friday.replace(hour=18) + timedelta(days=4)


def test_a_point_that_never_opens_counts_by_the_wall() -> None:
    assert hours.after(0, 180, {}) == 180 * MINUTE


@pytest.mark.parametrize(
    "raw", [[], {"monday": ["09:00", "18:00"]}, {"mon": ["18:00", "09:00"]}, {"mon": ["9", 18]}, {"mon": "09:00"}]
)
def test_a_schedule_of_another_shape_is_refused(raw: object) -> None:
    with pytest.raises(ValueError):
        hours.schedule_of(raw)


def test_a_schedule_may_have_a_lunch_break_and_closed_days() -> None:
    raw = {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "tue": ["10:00", "24:00"], "sun": None}
    assert hours.schedule_of(raw) == {"mon": (("09:00", "13:00"), ("14:00", "18:00")), "tue": (("10:00", "24:00"),)}
