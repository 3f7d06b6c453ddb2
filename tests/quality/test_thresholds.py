"""Verdicts on exact fractions, and the profiles by their dates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import FORMULA, FORMULAS, Metric
from quality.metrics import Measured, Window
from quality.thresholds import (
    BY_CODE,
    COMPARE,
    DEFAULT,
    PROFILES,
    Bound,
    Comparator,
    Profile,
    Rule,
    Status,
    WindowEnd,
    coming_window,
    judge,
    percent,
    profile_on,
    shown_window,
    strictest,
)

WINDOW = Window(date(2026, 10, 1), date(2026, 10, 30))


def measured(metric: Metric, numerator: int, denominator: int, *, sample: int | None = None) -> Measured:
    return Measured(
        metric=metric,
        window=WINDOW,
        numerator=numerator,
        denominator=denominator,
        sample=denominator if sample is None else sample,
    )


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "status"),
    [
        (Metric.CANCELLED, 9, 1000, Status.OK),
        (Metric.CANCELLED, 10, 1000, Status.WARNING),  # "below 1 %" is good, 1.00 % is not
        (Metric.CANCELLED, 29, 1000, Status.WARNING),
        (Metric.CANCELLED, 30, 1000, Status.CRITICAL),  # "below 3 %" is allowed, 3.00 % is not
        (Metric.CANCELLED, 1, 34, Status.WARNING),
        (Metric.CANCELLED, 1, 33, Status.CRITICAL),
        (Metric.LATE_HANDOVER, 49, 1000, Status.OK),
        (Metric.LATE_HANDOVER, 50, 1000, Status.WARNING),
        (Metric.LATE_HANDOVER, 100, 1000, Status.WARNING),  # "not above 10 %"
        (Metric.LATE_HANDOVER, 101, 1000, Status.CRITICAL),
        (Metric.QUALITY_RETURNS, 9, 1113, Status.OK),
        (Metric.QUALITY_RETURNS, 20, 1000, Status.WARNING),
        (Metric.QUALITY_RETURNS, 21, 1000, Status.CRITICAL),
        (Metric.RATING, 461, 100, Status.OK),
        (Metric.RATING, 460, 100, Status.WARNING),
        (Metric.RATING, 400, 100, Status.WARNING),
        (Metric.RATING, 399, 100, Status.CRITICAL),
        (Metric.RATING, 1940, 412, Status.OK),
    ],
)
def test_the_rules_of_2026_judge_at_their_very_edges(
    metric: Metric, numerator: int, denominator: int, status: Status
) -> None:
    assert judge(measured(metric, numerator, denominator), DEFAULT.rules[metric]) is status


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "sample", "status"),
    [
        (Metric.CANCELLED, 1, 9, 9, Status.NOT_ENOUGH_DATA),
        (Metric.CANCELLED, 1, 10, 10, Status.CRITICAL),
        (Metric.CANCELLED, 3, 9, 9, Status.CRITICAL),  # the third violation counts however few the orders
        (Metric.CANCELLED, 0, 0, 0, Status.NOT_ENOUGH_DATA),
        (Metric.CANCELLED, 3, 0, 0, Status.NOT_ENOUGH_DATA),
        (Metric.LATE_HANDOVER, 0, 4, 10, Status.OK),  # ten orders are enough, of which four were handed over
        (Metric.LATE_HANDOVER, 0, 0, 10, Status.NOT_ENOUGH_DATA),
        (Metric.RATING, 10, 2, 2, Status.NOT_ENOUGH_DATA),
        (Metric.RATING, 15, 3, 3, Status.OK),
    ],
)
def test_too_little_data_is_a_verdict_of_its_own(
    metric: Metric, numerator: int, denominator: int, sample: int, status: Status
) -> None:
    assert judge(measured(metric, numerator, denominator, sample=sample), DEFAULT.rules[metric]) is status


def test_a_number_of_too_little_data_keeps_its_provisional_value() -> None:
    number = measured(Metric.CANCELLED, 1, 9)
    assert judge(number, DEFAULT.rules[Metric.CANCELLED]) is Status.NOT_ENOUGH_DATA
    assert number.value == Fraction(1, 9)


@pytest.mark.parametrize(
    ("comparator", "below", "on", "above"),
    [
        (Comparator.GT, False, False, True),
        (Comparator.GE, False, True, True),
        (Comparator.LT, True, False, False),
        (Comparator.LE, True, True, False),
    ],
)
def test_a_bound_is_as_strict_as_its_comparator(comparator: Comparator, below: bool, on: bool, above: bool) -> None:
    bound, hair = Bound(comparator, percent("3")), Fraction(1, 10**12)
    assert [bound.met_by(bound.value + shift) for shift in (-hair, 0, hair)] == [below, on, above]


def test_every_comparator_is_known() -> None:
    assert set(COMPARE) == set(Comparator)


@pytest.mark.parametrize(("code", "limit"), [("v2-2026", "3"), ("guide-5", "5"), ("historic-10", "10")])
def test_each_profile_keeps_the_limit_of_its_source(code: str, limit: str) -> None:
    assert BY_CODE[code].rules[Metric.CANCELLED].critical.value == percent(limit)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)
def test_every_profile_judges_every_metric_over_the_window_it_is_measured_in(profile: Profile) -> None:
    assert {metric: rule.window_days for metric, rule in profile.rules.items()} == FORMULA.window_days


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 5, 5), "guide-5"),
        (date(2025, 5, 6), "v2-2026"),
        (date(2026, 11, 22), "v2-2026"),
        (date(2015, 1, 1), "guide-5"),
    ],
)
def test_the_profile_of_a_day_is_the_newest_in_force(day: date, code: str) -> None:
    assert profile_on(day).code == code


def test_some_profile_is_in_force_on_every_day() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(1500)]
    assert all(profile_on(day).holds_on(day) for day in days)


def test_every_profile_of_ours_tells_where_it_is_from() -> None:
    assert all(profile.source and profile.quoted and profile.formula in FORMULAS for profile in PROFILES)
    assert all(profile.ladder and profile.violations_within_days == 90 for profile in PROFILES)


@pytest.mark.parametrize(
    ("end", "first", "last", "coming_last"),
    [
        (WindowEnd.YESTERDAY, date(2026, 10, 31), date(2026, 11, 29), date(2026, 11, 30)),
        (WindowEnd.TODAY, date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30)),
        (WindowEnd.NOW, date(2026, 10, 31), date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_a_window_ends_where_its_rule_says(end: WindowEnd, first: date, last: date, coming_last: date) -> None:
    rule = replace(DEFAULT.rules[Metric.CANCELLED], window_end=end)
    assert shown_window(rule, date(2026, 11, 30)) == Window(first, last)
    assert coming_window(rule, date(2026, 11, 30)).last == coming_last


UPPER, LOWER = (Comparator.GT, Comparator.GE), (Comparator.LT, Comparator.LE)


@st.composite
def rules(draw: st.DrawFn, metric: Metric) -> Rule:
    """Few lines, so that many rules stand on the same one."""
    critical, good = (LOWER, UPPER) if metric is Metric.RATING else (UPPER, LOWER)
    lines = (
        st.integers(1, 4).map(Fraction) if metric is Metric.RATING else st.integers(1, 4).map(lambda n: percent(str(n)))
    )
    return replace(
        DEFAULT.rules[metric],
        critical=Bound(draw(st.sampled_from(critical)), draw(lines)),
        good=Bound(draw(st.sampled_from(good)), draw(lines)),
        min_sample=draw(st.integers(1, 3)),
    )


def with_rules(drawn: Iterable[Rule]) -> list[Profile]:
    return [replace(DEFAULT, code=str(n), rules={rule.metric: rule}) for n, rule in enumerate(drawn)]


@pytest.mark.parametrize("metric", Metric)
@given(data=st.data())
def test_what_is_critical_by_any_rule_is_so_by_the_strictest(metric: Metric, data: st.DataObject) -> None:
    profiles = with_rules(data.draw(st.lists(rules(metric), min_size=1, max_size=4)))
    first = strictest(profiles, metric).rules[metric]
    # On the lines themselves, and a hair beside them.
    line = data.draw(st.sampled_from([one.rules[metric].critical.value for one in profiles]))
    value = line + data.draw(st.sampled_from([-1, 0, 1])) * Fraction(1, 10**9)
    assert first.critical.met_by(value) == any(one.rules[metric].critical.met_by(value) for one in profiles)


@pytest.mark.parametrize("metric", Metric)
@given(data=st.data())
def test_of_equally_strict_profiles_the_first_is_named(metric: Metric, data: st.DataObject) -> None:
    rule = data.draw(rules(metric))
    assert strictest(with_rules([rule, rule, rule]), metric).code == "0"


def test_the_rules_of_2026_are_the_strictest_of_ours() -> None:
    assert {strictest(PROFILES, metric).code for metric in Metric} == {"v2-2026"}
