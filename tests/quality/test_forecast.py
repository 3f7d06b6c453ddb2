"""The forecast: its exact part against the budget's calendar, its chance against plain ways of drawing."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import comb
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.budget import days_ahead
from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.outlook.forecast import HORIZON, _count, _draw_faults, course_of, forecast, seed_of
from quality.outlook.rates import MOST_APART, PRIOR_ORDERS, fit_share
from quality.thresholds import V2_2026
from tests.quality.pasts import TODAY, pasts, steady

RULES = V2_2026.rules
CANCELLED = RULES[Metric.CANCELLED]


@settings(max_examples=60, deadline=None)
@given(past=pasts())
def test_without_news_it_is_the_calendar_of_the_budget(past: list[DayCounts]) -> None:
    found = forecast(course_of(past, CANCELLED, today=TODAY), seed=1, paths=3)
    expected = days_ahead(past, CANCELLED, today=TODAY, horizon=HORIZON)
    assert [(day.day, day.aged) for day in found.days] == [(day.day, day.value) for day in expected]


@settings(max_examples=30, deadline=None)
@given(past=pasts(), metric=st.sampled_from(Metric), seed=st.integers(0, 2**64 - 1))
def test_the_same_course_and_seed_give_the_same_forecast(past: list[DayCounts], metric: Metric, seed: int) -> None:
    course = course_of(past, RULES[metric], today=TODAY)
    assert forecast(course, seed=seed, paths=20) == forecast(course, seed=seed, paths=20)


def test_the_order_of_the_buckets_changes_nothing() -> None:
    past = steady(40, 0.02)
    mixed = Random(5).sample(past, len(past))
    assert course_of(mixed, CANCELLED, today=TODAY) == course_of(past, CANCELLED, today=TODAY)


def test_the_seed_is_of_shop_number_and_day() -> None:
    one = seed_of([7, 3], Metric.CANCELLED, TODAY)
    others = [
        seed_of([7], Metric.CANCELLED, TODAY),
        seed_of([3, 7], Metric.LATE_HANDOVER, TODAY),
        seed_of([3, 7], Metric.CANCELLED, TODAY + timedelta(days=1)),
    ]
    assert one == seed_of([3, 7], Metric.CANCELLED, TODAY) == 7_721_662_027_336_326_113
    assert one not in others


@settings(max_examples=40, deadline=None)
@given(past=pasts(), metric=st.sampled_from(Metric))
def test_the_band_lies_around_the_median(past: list[DayCounts], metric: Metric) -> None:
    for day in forecast(course_of(past, RULES[metric], today=TODAY), seed=3, paths=40).days:
        assert 0 <= day.critical <= 1
        if day.low is not None and day.median is not None and day.high is not None:
            assert day.low <= day.median <= day.high


def test_a_steady_shop_stays_where_it_is() -> None:
    past = steady(100, 0.02)
    last = forecast(course_of(past, CANCELLED, today=TODAY), seed=1).days[-1]
    assert last.median == pytest.approx(sum(day.numerator for day in past[-56:]) / 5_600, abs=0.002)
    assert last.low is not None and last.high is not None and last.high - last.low < 0.012


@pytest.mark.parametrize("orders", [12, 120])
def test_what_then_happened_lies_in_the_band_about_four_times_of_five(orders: int) -> None:
    """Shops whose weeks differ: of the truths of many the band from a tenth to nine tenths holds most."""
    inside = 0
    for shop in range(120):
        days = _restless(orders, seed=shop)
        past, later = days[:-HORIZON], days[-HORIZON:]
        last = forecast(course_of(past, CANCELLED, today=later[0].day), seed=shop, paths=80).days[-1]
        truth = sum(day.numerator for day in days[-30:]) / (30 * orders)
        assert last.low is not None and last.high is not None
        inside += last.low <= truth <= last.high
    print(f"{orders} orders a day: {inside} of 120 in the band")
    assert 78 <= inside <= 114


def _restless(orders: int, *, seed: int) -> list[DayCounts]:
    """Weeks of different shares, around 2.5 %."""
    chance = Random(seed)
    shares = [chance.betavariate(5, 195) for _ in range(20)]
    return [
        DayCounts(TODAY + timedelta(days=n - 120), sum(chance.random() < shares[n // 7] for _ in range(orders)), orders)
        for n in range(120)
    ]


def test_a_shop_far_beyond_the_line_is_surely_in_breach_and_names_the_day() -> None:
    found = forecast(course_of(steady(100, 0.2), CANCELLED, today=TODAY), seed=1)
    assert found.likely is not None and found.likely.day == TODAY + timedelta(days=1)
    assert found.days[-1].critical == 1
    calm = forecast(course_of(steady(100, 0.005), CANCELLED, today=TODAY), seed=1)
    assert calm.likely is None and calm.possible is None


def test_too_few_orders_are_never_in_breach() -> None:
    past = [DayCounts(TODAY - timedelta(days=2), 1, 2)]
    found = forecast(course_of(past, CANCELLED, today=TODAY), seed=1)
    assert found.thin
    assert found.days[0].critical == 0


def test_orders_follow_the_weekday() -> None:
    closed = [day for day in steady(50, 0.0, days=60) if day.day.weekday() != 6]
    found = forecast(course_of(closed, CANCELLED, today=TODAY), seed=1, paths=10)
    days = [TODAY + timedelta(days=n) for n in range(HORIZON)]
    # Wednesday to Tuesday, twice: two Sundays bring nothing, while four have left the window of 30 days.
    assert found.days[-1].total == 50 * (30 - sum((TODAY - timedelta(days=n)).weekday() == 6 for n in range(1, 17)) - 2)
    assert sum(day.weekday() == 6 for day in days) == 2


def test_today_brings_only_what_it_has_not_brought_yet() -> None:
    past = steady(50, 0.0)
    half = forecast(course_of([*past, DayCounts(TODAY, 0, 20)], CANCELLED, today=TODAY), seed=1, paths=5)
    assert [day.total for day in half.days] == [50 * 30] * HORIZON


def test_parcels_that_are_late_already_are_late_on_every_path() -> None:
    rule = RULES[Metric.LATE_HANDOVER]
    found = forecast(course_of(steady(20, 0.0), rule, today=TODAY, due=9), seed=1, paths=30)
    assert found.days[0].used >= 9


@pytest.mark.parametrize(("trials", "share"), [(5, 0.3), (40, 0.05), (200, 0.2), (3_000, 0.03)])
def test_a_count_has_the_mean_and_spread_of_a_binomial(trials: int, share: float) -> None:
    chance = Random(4)
    drawn = [_count(trials, share, 1, chance.random()) for _ in range(4_000)]
    mean = sum(drawn) / len(drawn)
    spread = sum((one - mean) ** 2 for one in drawn) / len(drawn)
    assert mean == pytest.approx(trials * share, rel=0.03)
    assert spread == pytest.approx(trials * share * (1 - share), rel=0.08)


def test_a_small_count_is_the_quantile_of_the_binomial() -> None:
    exact = [comb(8, k) * 0.25**k * 0.75 ** (8 - k) for k in range(9)]
    steps = 20_000
    drawn = Counter(_count(8, 0.5, 0.5, (n + 0.5) / steps) for n in range(steps))
    assert [drawn[k] / steps for k in range(9)] == pytest.approx(exact, abs=1e-4)


@given(
    trials=st.integers(0, 4_000),
    share=st.floats(0, 1),
    chance=st.floats(0, 1, exclude_max=True),
    parts=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_count_never_grows_when_less_is_kept(
    trials: int, share: float, chance: float, parts: tuple[float, float]
) -> None:
    less, more = sorted(parts)
    assert 0 <= _count(trials, share, less, chance) <= _count(trials, share, more, chance) <= trials


def test_weeks_that_differ_only_by_chance_give_a_narrow_share_and_restless_ones_a_wide_one() -> None:
    even = fit_share([(20, 1_000)] * 8, CANCELLED)
    restless = fit_share([(2, 1_000), (38, 1_000)] * 4, CANCELLED)
    assert even.mean == pytest.approx(restless.mean) == pytest.approx(0.02, rel=0.01)
    assert even.alpha + even.beta == pytest.approx(8_000 + PRIOR_ORDERS)
    assert 1 / MOST_APART - 1 <= restless.alpha + restless.beta < 500


def test_a_shop_without_a_past_starts_in_the_middle_of_the_bounds() -> None:
    share = fit_share([], CANCELLED)
    assert Fraction(share.mean).limit_denominator(1_000) == Fraction(2, 100)
    assert forecast(course_of([], CANCELLED, today=TODAY), seed=1).days[-1].median is None


def test_the_rating_comes_from_whole_days_of_marks() -> None:
    fives = [DayCounts(TODAY - timedelta(days=n), 5 * (n % 4), n % 4) for n in range(120, 0, -1)]
    found = forecast(course_of(fives, RULES[Metric.RATING], today=TODAY), seed=1, paths=20)
    assert {(day.low, day.median, day.high) for day in found.days} == {(5.0, 5.0, 5.0)}
    with pytest.raises(ValueError, match="budget"):
        days_ahead(fives, RULES[Metric.RATING], today=TODAY)


@pytest.mark.parametrize("metric", Metric)
def test_it_fits_into_a_page(metric: Metric) -> None:
    past = steady(3_000, 0.03)
    took = min(_timed(lambda: forecast(course_of(past, RULES[metric], today=TODAY), seed=1)) for _ in range(5))
    print(f"{metric}: 300 paths of 14 days in {took * 1000:.1f} ms")
    assert took < 0.05  # of a machine that others use; alone it is 5 ms


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


@pytest.mark.parametrize(("metric", "apart"), [(Metric.CANCELLED, True), (Metric.LATE_HANDOVER, False)])
def test_only_a_fault_of_its_own_day_needs_an_order_of_that_day(metric: Metric, apart: bool) -> None:
    """Half of the days bring nothing, and nearly all goes wrong: cancels of earlier orders fall on empty days too."""
    past = [DayCounts(TODAY - timedelta(days=n), 60 * (n // 7 % 2), 60 * (n // 7 % 2)) for n in range(60, 0, -1)]
    drawn = list(_draw_faults(course_of(past, RULES[metric], today=TODAY), 1, 50))
    assert any(f > o for faults, orders in drawn for f, o in zip(faults, orders, strict=True)) is apart
