"""«Отличный продавец» and Kaspi Жұма: the week, what breaks it, and when it comes back by itself."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings

from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.standing.conditions import against, check, holds
from quality.standing.excellent import ISSUED, WEEK, Excellent, all_hold, by_day, excellent
from quality.standing.friday import TERMS, Friday, friday
from quality.standing.series import Days, DayValue, series, to_come
from quality.thresholds import DEFAULT, Bound, Comparator, Status, percent
from tests.quality.days import TODAY, ago, buckets, steady, wrong

thorough = settings(max_examples=60, deadline=None)


def past_of(days: Days, length: int = 120) -> dict[Metric, tuple[DayValue, ...]]:
    return {metric: series(days, DEFAULT.rules[metric], ago(length - 1), TODAY) for metric in Metric}


def ahead_of(days: Days, horizon: int = 60) -> dict[Metric, tuple[DayValue, ...]]:
    return {metric: to_come(days, DEFAULT.rules[metric], today=TODAY, horizon=horizon) for metric in Metric}


def excellent_of(days: Days) -> Excellent:
    return excellent(past_of(days), ahead_of(days), DEFAULT)


def friday_of(days: Days) -> Friday:
    return friday({metric: values[-1] for metric, values in past_of(days).items()}, ahead_of(days))


def test_a_shop_where_nothing_goes_wrong_has_the_status() -> None:
    found = excellent_of(steady())
    assert (found.held, found.earned, found.at_least, found.earliest) == (5, True, True, None)
    assert found.issued == 300


@pytest.mark.parametrize(("days", "earned"), [(6, False), (7, True)])
def test_the_week_is_seven_days_of_the_cabinet(days: int, earned: bool) -> None:
    """Three cancels of 300 are 1 %: they leave the window of the day 31 days later."""
    found = excellent_of(wrong(steady(), Metric.CANCELLED, ago(30 + days), 3))
    assert (found.streak, found.earned, found.since) == (days, earned, ago(days - 1))


def test_the_earliest_day_is_seven_days_after_the_last_cancel_has_left() -> None:
    days = wrong(steady(), Metric.CANCELLED, ago(10), 3)
    found = excellent_of({metric: [*counts, DayCounts(TODAY, 0, 10)] for metric, counts in days.items()} | _rated(days))
    assert (found.streak, found.held) == (0, 4)
    # The last day of its window is the 30th after it; the week begins on the next.
    assert found.earliest == ago(10) + timedelta(days=31 + WEEK - 1)


def _rated(days: Days) -> dict[Metric, list[DayCounts]]:
    return {Metric.RATING: list(days[Metric.RATING])}


@thorough
@given(days=buckets())
def test_the_earliest_day_is_found_by_looking_at_every_week(days: Days) -> None:
    found, past, ahead = excellent_of(days), by_day(past_of(days)), by_day(ahead_of(days))
    whole = [(next(iter(day.values())).day, all_hold(day, DEFAULT)) for day in (*past, *ahead)]
    weeks = [whole[n][0] for n in range(WEEK - 1, len(whole)) if all(held for _, held in whole[n - WEEK + 1 : n + 1])]
    if found.earned:
        assert TODAY in weeks
    else:
        assert found.earliest == next((day for day in weeks if day > TODAY), None)


def test_the_figures_of_the_design() -> None:
    """42 of 714 are late: at most 35 are allowed, and the cancels hold when 12 of 1 236 are left."""
    late = DayValue(TODAY, 42, 714, 1236, Status.WARNING)
    found = check(Metric.LATE_HANDOVER, DEFAULT.rules[Metric.LATE_HANDOVER].good, late, ())
    assert (found.held, found.allowed, found.spare, found.returns_on) == (False, 35, 0, None)
    ahead = [DayValue(date(2026, 10, 10 + left), 27 - left, 1236, 1236, Status.WARNING) for left in range(1, 17)]
    good = DEFAULT.rules[Metric.CANCELLED].good
    assert check(Metric.CANCELLED, good, ahead[0], ahead).returns_on == date(2026, 10, 25)


@thorough
@given(days=buckets())
def test_what_is_allowed_and_what_is_spare_are_where_the_condition_turns(days: Days) -> None:
    for metric, values in past_of(days, 1).items():
        value, bound = values[0], DEFAULT.rules[metric].good
        found = check(metric, bound, value, ())
        if metric is Metric.RATING or found.held is None or not value.denominator:
            continue
        assert bound.met_by(Fraction(found.allowed or 0, value.denominator))
        assert not bound.met_by(Fraction((found.allowed or 0) + 1, value.denominator))
        if found.held:
            last = Fraction(value.numerator + found.spare, value.denominator)
            more = Fraction(value.numerator + found.spare + 1, value.denominator)
            assert bound.met_by(last)
            assert not bound.met_by(more) or value.numerator + found.spare == value.denominator


def test_the_number_that_bears_the_fewest_more_breaks_first() -> None:
    found = excellent_of(wrong(steady(), Metric.QUALITY_RETURNS, ago(5), 2))
    assert found.breaks_first is not None
    assert (found.breaks_first.metric, found.breaks_first.spare) == (Metric.QUALITY_RETURNS, 0)


def test_twenty_four_issued_orders_are_not_enough() -> None:
    days = steady()
    days[Metric.QUALITY_RETURNS] = [DayCounts(ago(n), 0, 1) for n in range(1, ISSUED)]
    assert (excellent_of(days).issued, excellent_of(days).enough_issued) == (24, False)


def test_a_shop_that_sends_nothing_by_kaspi_is_late_with_nothing() -> None:
    days = steady() | {Metric.LATE_HANDOVER: []}
    assert excellent_of(days).earned


@pytest.mark.parametrize("comparator", Comparator)
@pytest.mark.parametrize("value", [Fraction(1, 100), Fraction(1, 101), Fraction(1, 99)])
def test_the_other_side_of_a_line_is_all_that_is_not_on_this_one(comparator: Comparator, value: Fraction) -> None:
    bound = Bound(comparator, percent("1"))
    assert against(bound).met_by(value) is not bound.met_by(value)


def test_a_good_shop_may_take_part_in_the_sale() -> None:
    found = friday_of(steady())
    assert (found.eligible, found.returns_on) == (True, None)


def test_a_shop_without_marks_is_neither_let_in_nor_kept_out() -> None:
    assert friday_of(steady() | {Metric.RATING: []}).eligible is None


@pytest.mark.parametrize(
    ("metric", "count"), [(Metric.CANCELLED, 9), (Metric.LATE_HANDOVER, 30), (Metric.QUALITY_RETURNS, 6)]
)
def test_the_line_itself_keeps_a_shop_out_and_one_fewer_does_not(metric: Metric, count: int) -> None:
    assert friday_of(wrong(steady(), metric, ago(3), count)).eligible is False
    assert friday_of(wrong(steady(), metric, ago(3), count - 1)).eligible is True


def test_a_shop_returns_to_the_sale_when_its_cancels_have_left() -> None:
    days = wrong(steady(), Metric.CANCELLED, ago(10), 9)
    found = friday_of(days)
    assert found.returns_on == ago(10) + timedelta(days=31)
    assert [one.metric for one in found.checks if not one.held] == [Metric.CANCELLED]


def test_a_rating_that_old_marks_do_not_lift_returns_on_no_known_day() -> None:
    found = friday_of(steady(mark=3))
    assert (found.eligible, found.returns_on) == (False, None)


@thorough
@given(days=buckets())
def test_the_sale_is_open_on_the_day_that_is_told_and_on_none_before(days: Days) -> None:
    found, ahead = friday_of(days), ahead_of(days)
    held = [all(holds(metric, bound, ahead[metric][n]) for metric, bound in TERMS.items()) for n in range(60)]
    if found.eligible is not True:
        assert found.returns_on == (ago(-1 - held.index(True)) if True in held else None)


def test_a_rating_bears_the_ones_before_the_one_that_breaks_it() -> None:
    good = DEFAULT.rules[Metric.RATING].good
    found = check(Metric.RATING, good, DayValue(TODAY, 1940, 412, 412, Status.OK), ())
    assert (found.allowed, found.spare) == (None, 12)
    assert good.met_by(Fraction(1940 + 12, 412 + 12))
    assert not good.met_by(Fraction(1940 + 13, 412 + 13))
