"""The error of the forecast on a shop's own past: told only what was known then."""

from datetime import date, timedelta

import pytest

from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.outlook.backtest import POINTS, Backtest, backtest, days_needed
from quality.outlook.forecast import HORIZON, course_of, forecast, seed_of
from quality.thresholds import V2_2026
from tests.quality.pasts import TODAY, steady

RULES = V2_2026.rules
CANCELLED = RULES[Metric.CANCELLED]


def _seed(day: date) -> int:
    return seed_of([1], Metric.CANCELLED, day)


def _tested(past: list[DayCounts], metric: Metric = Metric.CANCELLED) -> Backtest | None:
    return backtest(past, RULES[metric], today=TODAY, since=past[0].day, seed=_seed)


def test_a_shop_whose_days_are_all_alike_is_foreseen_without_an_error() -> None:
    found = _tested([DayCounts(TODAY - timedelta(days=n), 0, 40) for n in range(150, 0, -1)])
    assert found is not None and found.points == POINTS
    # No fault ever, but the word of the profile weighs a little.
    assert found.error_14 < 0.0005


def test_a_point_knows_nothing_of_what_came_later() -> None:
    calm = steady(40, 0.02, days=160)
    # The last week is a storm; the points before it must not foresee it, so that they err as far as it raises the number.
    storm = [*calm[:-7], *(day._replace(numerator=40) for day in calm[-7:])]
    quiet, loud = _tested(calm), _tested(storm)
    assert quiet is not None and loud is not None
    assert loud.error_14 - quiet.error_14 == pytest.approx(7 / 30 / POINTS, rel=0.1)
    assert loud.inside == quiet.inside - 1


def test_the_error_is_the_mean_of_what_each_point_was_off() -> None:
    past = steady(25, 0.03)
    offs = []
    for n in range(POINTS):
        day = TODAY - timedelta(days=HORIZON + 7 * n)
        then = [one for one in past if one.day < day]
        told = forecast(course_of(then, CANCELLED, today=day), seed=_seed(day), paths=80).days[-1].median
        window = [one for one in past if day - timedelta(days=16) <= one.day < day + timedelta(days=14)]
        assert told is not None and len(window) == 30
        offs.append(abs(told - sum(one.numerator for one in window) / sum(one.denominator for one in window)))
    found = _tested(past)
    assert found is not None and found.error_14 == pytest.approx(sum(offs) / POINTS)


@pytest.mark.parametrize(("days", "points"), [(57, None), (58, 3), (65, 4), (93, 8), (300, 8)])
def test_as_many_points_as_have_their_window_behind_them(days: int, points: int | None) -> None:
    found = _tested(steady(5, 0.1, days=days))
    assert (found and found.points) == points


@pytest.mark.parametrize("metric", Metric)
def test_the_days_that_it_needs_are_enough_for_all_points(metric: Metric) -> None:
    needed = days_needed(RULES[metric])
    full, cut = steady(10, 0.1, days=400), steady(10, 0.1, days=400)[-needed:]
    assert _tested(full, metric) == _tested(cut, metric)
