"""The number of each of many days: against measuring every day by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.budget import days_ahead
from quality.formulas import Metric
from quality.metrics import DayCounts, measure_days
from quality.standing.series import pace_of, series, to_come
from quality.thresholds import DEFAULT, Status, WindowEnd, judge, shown_window
from tests.quality.days import TODAY, Days, ago, buckets, steady, wrong

thorough = settings(max_examples=80, deadline=None)
metrics = st.sampled_from(Metric)
SHARES = [metric for metric in Metric if metric is not Metric.RATING]


@thorough
@given(
    days=buckets(),
    metric=metrics,
    back=st.integers(0, 130),
    length=st.integers(0, 40),
    end=st.sampled_from([WindowEnd.YESTERDAY, WindowEnd.TODAY]),
)
def test_the_series_agrees_with_measuring_each_day_by_itself(
    days: Days, metric: Metric, back: int, length: int, end: WindowEnd
) -> None:
    rule, first = replace(DEFAULT.rules[metric], window_end=end), ago(back)
    found = series(days, rule, first, first + timedelta(days=length))
    assert [value.day for value in found] == [first + timedelta(days=n) for n in range(length + 1)]
    for value in found:
        then = measure_days(days, metric, shown_window(rule, value.day))
        assert (value.numerator, value.denominator, value.sample) == (then.numerator, then.denominator, then.sample)
        assert (value.value, value.status) == (then.value, judge(then, rule))


def test_a_series_that_ends_before_it_begins_is_empty() -> None:
    assert series(steady(), DEFAULT.rules[Metric.CANCELLED], TODAY, ago(1)) == ()


def test_what_was_cancelled_yesterday_stays_for_thirty_days() -> None:
    days = wrong(steady(), Metric.CANCELLED, ago(1), 3)
    ahead = to_come(days, DEFAULT.rules[Metric.CANCELLED], today=TODAY, horizon=40)
    assert [value.numerator for value in ahead] == [3] * 29 + [0] * 11


@thorough
@given(days=buckets(), metric=st.sampled_from(SHARES), end=st.sampled_from(WindowEnd))
def test_the_days_to_come_are_those_of_the_budget_at_the_same_pace(days: Days, metric: Metric, end: WindowEnd) -> None:
    rule = replace(DEFAULT.rules[metric], window_end=end)
    pace = pace_of(days[metric], today=TODAY, window_days=rule.window_days)
    budget = days_ahead(days[metric], rule, today=TODAY, horizon=30, arrivals_a_day=pace)
    found = to_come(days, rule, today=TODAY, horizon=30)
    assert [(v.day, v.numerator, v.denominator) for v in found] == [
        (day.day, day.room.used, day.room.total) for day in budget
    ]


@pytest.mark.parametrize("orders", [1, 7, 41])
def test_at_a_steady_pace_the_orders_of_the_window_stay_as_many(orders: int) -> None:
    days = {metric: [*counts, DayCounts(TODAY, 0, orders)] for metric, counts in steady(orders).items()}
    found = to_come(days, DEFAULT.rules[Metric.CANCELLED], today=TODAY, horizon=60)
    assert {value.denominator for value in found} == {30 * orders}


def test_no_marks_are_foreseen() -> None:
    last = to_come(steady(), DEFAULT.rules[Metric.RATING], today=TODAY, horizon=90)[-1]
    assert (last.denominator, last.status) == (0, Status.NOT_ENOUGH_DATA)
