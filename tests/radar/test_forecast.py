"""The forecast against a simulation that works minute by minute."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.deadlines import WorkingCalendar
from orders.radar.forecast import WINDOW, Forecast, Pace, forecast
from orders.radar.pace import LONGEST_BACK, began
from tests.radar.calendars import MINUTE, START, calendars, instants, open_minutes

ALWAYS = WorkingCalendar.round_the_clock()
PACES = st.fractions(min_value=Fraction(1, 2), max_value=120, max_denominator=7)


def simulated(
    queue: list[tuple[int, datetime]], *, per_hour: Fraction, now: datetime, calendar: WorkingCalendar
) -> Forecast[int]:
    """Somebody works on the queue: every open minute a part of an order; a whole one is the first still in time."""
    waiting = sorted(queue, key=lambda one: one[1])
    made, missed, clear_at = Fraction(0), [], None
    for _ in range(3 * 24 * 60):
        if not waiting:
            break
        made += per_hour / 60 if calendar.is_open(now) else 0
        now += MINUTE
        while made >= 1 and waiting:
            name, at = waiting.pop(0)
            if at < now:
                missed.append(name)
            else:
                made, clear_at = made - 1, now
    return Forecast(tuple(missed + [name for name, _ in waiting]), clear_at)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 2 * 24 * 60), max_size=12), PACES, instants(2), calendars())
def test_any_queue_comes_to_what_working_on_it_comes_to(
    minutes: list[int], per_hour: Fraction, now: datetime, calendar: WorkingCalendar
) -> None:
    queue = [(name, now + ahead * MINUTE) for name, ahead in enumerate(minutes)]
    told = forecast(queue, per_hour=per_hour, now=now, calendar=calendar)
    assert told == simulated(queue, per_hour=per_hour, now=now, calendar=calendar)


def test_fourteen_an_hour_miss_three_of_twenty_two() -> None:
    now = datetime(2026, 11, 30, 6, tzinfo=UTC)
    queue = [(number, now + 82 * MINUTE) for number in range(22)]
    told = forecast(queue, per_hour=Fraction(14), now=now, calendar=ALWAYS)
    assert (len(told.missed), told.clear_at) == (3, now + 82 * MINUTE)


def test_a_pace_is_of_those_who_are_on_shift_now() -> None:
    two_of_three = Pace(accepts=24, worked=timedelta(hours=4), manned=timedelta(hours=12), on_shift=2)
    assert two_of_three.per_hour == 4
    assert Pace(accepts=24, worked=timedelta(hours=4)).per_hour == 6


def test_who_came_a_minute_ago_did_not_accept_what_was_accepted_before() -> None:
    just_come = Pace(accepts=24, worked=timedelta(hours=4), manned=timedelta(minutes=1), on_shift=1)
    assert just_come.per_hour == 6


def test_of_four_accepts_nothing_is_foretold() -> None:
    assert Pace(accepts=4, worked=timedelta(hours=4)).per_hour is None
    assert Pace(accepts=5, worked=timedelta()).per_hour is None


@settings(max_examples=40, deadline=None)
@given(instants(3), calendars())
def test_the_window_of_a_pace_holds_four_working_hours_or_reaches_back_four_days(
    now: datetime, calendar: WorkingCalendar
) -> None:
    since = began(now, calendar)
    worked = open_minutes(since, now, calendar) * MINUTE
    assert since <= now and worked <= WINDOW
    assert worked == WINDOW or since == now - LONGEST_BACK
    assert since >= START - LONGEST_BACK
