"""How a rating is won back, how far few marks are to be believed, and what a tenth of a star is worth."""

from datetime import timedelta
from fractions import Fraction
from statistics import linear_regression

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.budget import marks_ahead
from quality.formulas import Metric
from quality.metrics import DayCounts, measure_days, official_window
from quality.standing.effect import LEAST_WEEKS, effect, student
from quality.standing.intervals import of_mean_mark, of_share, two_sided
from quality.standing.recovery import left_out, recovery, star_value, weeks_of
from quality.standing.series import Days, DayValue
from quality.thresholds import DEFAULT, Status
from tests.quality.days import TODAY, ago, buckets, steady

RATING = DEFAULT.rules[Metric.RATING]
thorough = settings(max_examples=80, deadline=None)


def marks(*found: tuple[int, int, int]) -> Days:
    """(days ago, sum of marks, marks)."""
    return {metric: [DayCounts(ago(n), total, count) for n, total, count in found] for metric in Metric}


def test_a_hundred_marks_at_four_and_a_half_want_twenty_five_fives() -> None:
    goals = recovery(marks((5, 450, 100)), RATING, today=TODAY).goals
    assert [(goal.value, goal.to_reach, goal.to_pass) for goal in goals] == [
        (Fraction(4), 0, 0),
        (Fraction("4.6"), 25, 26),
    ]


@thorough
@given(days=buckets())
def test_the_rating_of_the_days_ahead_agrees_with_measuring_it_then(days: Days) -> None:
    kept = {Metric.RATING: days[Metric.RATING]}
    for ahead in marks_ahead(days[Metric.RATING], RATING, today=TODAY, horizon=95):
        then = measure_days(kept, Metric.RATING, official_window(ahead.day, 90))
        assert (ahead.total, ahead.count, ahead.value) == (then.numerator, then.denominator, then.value)
        left = measure_days(kept, Metric.RATING, official_window(ahead.day - timedelta(days=90), 1))
        assert (ahead.leaving_total, ahead.leaving_count) == (left.numerator, left.denominator)


@thorough
@given(days=buckets())
def test_so_many_ones_make_the_rating_critical_and_one_fewer_does_not(days: Days) -> None:
    for ahead in marks_ahead(days[Metric.RATING], RATING, today=TODAY, horizon=5):
        if ahead.ones:
            assert RATING.critical.met_by(Fraction(ahead.total + ahead.ones, ahead.count + ahead.ones))
            count = ahead.count + ahead.ones - 1
            assert not count or not RATING.critical.met_by(Fraction(ahead.total + ahead.ones - 1, count))


def test_shares_have_no_marks_ahead() -> None:
    with pytest.raises(ValueError, match="lower bound"):
        marks_ahead([], DEFAULT.rules[Metric.CANCELLED], today=TODAY)


def test_the_days_that_lift_the_rating_are_those_on_which_low_marks_leave() -> None:
    found = recovery(marks((80, 3, 3), (60, 40, 8), (40, 6, 3), (5, 50, 10)), RATING, today=TODAY)
    assert [day.day for day in found.best_days(8)] == [ago(80 - 91), ago(40 - 91)]
    assert [day.day for day in found.best_days(1)] == [ago(80 - 91)]


def test_two_marks_say_little_and_the_interval_says_so() -> None:
    found = of_mean_mark(9, 2)
    assert found.low < 3 < 4.5 < found.high <= 5
    assert recovery(marks((5, 9, 2)), RATING, today=TODAY).value.status is Status.NOT_ENOUGH_DATA


def test_the_marks_of_returned_orders_are_put_back_for_comparison() -> None:
    value = DayValue(TODAY, 450, 100, 100, Status.WARNING)
    found = left_out(value, {1: 3, 5: 1})
    assert found is not None
    assert (found.count, found.value) == (4, Fraction(458, 104))
    assert left_out(value, {}) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"), [(0, 10, 0.0, 0.2775), (3, 100, 0.0103, 0.0845), (5, 5, 0.5655, 1.0)]
)
def test_wilson_s_interval_of_known_figures(numerator: int, denominator: int, low: float, high: float) -> None:
    found = of_share(numerator, denominator)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@thorough
@given(found=st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_the_interval_of_a_mean_holds_it_and_stays_between_one_and_five(found: list[int]) -> None:
    total, count = sum(found), len(found)
    interval = of_mean_mark(total, count)
    assert 1 <= interval.low <= total / count + 1e-9
    assert total / count - 1e-9 <= interval.high <= 5


@pytest.mark.parametrize(("freedom", "expected"), [(10, 2.2281), (20, 2.0860), (50, 2.0086), (1000, 1.9623)])
def test_student_s_quantiles_are_those_of_the_tables(freedom: int, expected: float) -> None:
    assert student(freedom) == pytest.approx(expected, abs=5e-4)
    assert student(freedom) > two_sided()


points = st.lists(st.tuples(st.floats(3, 5), st.floats(0, 1000)), min_size=LEAST_WEEKS, max_size=52)


@thorough
@given(points)
def test_the_line_is_that_of_least_squares(weeks: list[tuple[float, float]]) -> None:
    found = effect(weeks)
    if found is not None:
        slope = linear_regression(*zip(*weeks, strict=True)).slope
        assert found.value == pytest.approx(slope / 10, rel=1e-4, abs=1e-4)
        assert found.interval.low <= found.value <= found.interval.high


def test_eleven_weeks_say_nothing_and_neither_does_a_rating_that_stands() -> None:
    weeks = [(4 + n / 100, float(n % 3)) for n in range(12)]
    assert effect(weeks[:11]) is None
    assert effect(weeks) is not None
    assert effect([(4.7, n) for n in range(30)]) is None


def test_an_effect_that_is_there_is_found_and_noise_is_not() -> None:
    there = effect([(4.5 + n % 5 / 10, 100 + 20 * (n % 5) + n % 2) for n in range(30)])
    assert there is not None and there.shown
    assert there.value == pytest.approx(20, abs=1)
    noise = effect([(4.5 + n % 5 / 10, 100 + n * 7919 % 40) for n in range(30)])
    assert noise is not None and not noise.shown


def test_the_weeks_are_whole_and_end_yesterday() -> None:
    days = steady(orders=6)
    found = weeks_of(days, RATING, today=TODAY, first=ago(30))
    assert found == [(5.0, 42.0)] * 4
    assert star_value(days, RATING, today=TODAY, first=ago(30)) is None


def test_the_rating_of_a_week_is_the_one_before_it() -> None:
    days = steady(orders=1, length=100, mark=5)
    # A «1» on the first day of the newest week does not stand in the rating that the week began with.
    days[Metric.RATING].append(DayCounts(ago(7), 1, 1))
    assert [rating for rating, _ in weeks_of(days, RATING, today=TODAY, first=ago(7))] == [5.0]
    days[Metric.RATING].append(DayCounts(ago(8), 1, 1))
    assert weeks_of(days, RATING, today=TODAY, first=ago(7))[0][0] < 5
