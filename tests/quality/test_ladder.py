"""The ladder: what one violation is, what the owner's word changes, and when each expires."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.formulas import Metric
from quality.standing.ladder import STEPS, Ladder, Told, ladder, violations
from quality.standing.series import DayValue, series
from quality.thresholds import DEFAULT, Status, Step, StepKind
from tests.quality.days import TODAY, ago, steady, wrong

thorough = settings(max_examples=150, deadline=None)
CANCELLED = (Metric.CANCELLED,)


def crisis(*stretches: tuple[int, int]) -> dict[date, tuple[Metric, ...]]:
    """120 days up to today, critical from so many days ago to so many."""
    return {
        ago(n): CANCELLED if any(first >= n >= last for first, last in stretches) else () for n in range(119, -1, -1)
    }


def begun(*stretches: tuple[int, int], steps: tuple[Step, ...] = STEPS) -> list[int]:
    return [(TODAY - one.day).days for one in violations(crisis(*stretches), steps=steps)]


def told(step: int, days_ago: int, ident: int = 1) -> Told:
    return Told(id=ident, step=step, began_on=ago(days_ago))


def ladder_of(*stretches: tuple[int, int], said: tuple[Told, ...] = ()) -> Ladder:
    past = {
        Metric.CANCELLED: [
            DayValue(day, 0, 1, 1, Status.CRITICAL if metrics else Status.OK)
            for day, metrics in crisis(*stretches).items()
        ]
    }
    return ladder(past, said, today=TODAY)


@pytest.mark.parametrize(
    ("stretches", "expected"),
    [
        ([], []),
        ([(50, 48)], [50]),
        # It swings around the line while the shop is off.
        ([(50, 50), (48, 47)], [50]),
        # It comes back after the days off, on the first day after them.
        ([(50, 50), (43, 43)], [50, 43]),
        # It never went away, and of days off nobody told: one crisis is one violation.
        ([(50, 10)], [50]),
        ([(100, 95), (60, 58), (20, 18)], [100, 60, 20]),
    ],
)
def test_a_violation_is_a_critical_day_after_none_was_and_outside_of_days_off(
    stretches: list[tuple[int, int]], expected: list[int]
) -> None:
    assert begun(*stretches) == expected


def test_a_warning_without_days_is_served_as_long_as_the_crisis_lasts() -> None:
    steps = (Step(StepKind.WARNING), Step(StepKind.GOODS_OFF), Step(StepKind.SHOP_OFF))
    assert begun((50, 40), (38, 37), steps=steps) == [50, 38]


def test_a_violation_counts_for_ninety_days() -> None:
    assert ladder_of((90, 90)).count == 0
    found = ladder_of((89, 89))
    assert (found.count, found.violations[0].expires_on, found.after(TODAY), found.after(ago(-1))) == (1, ago(-1), 1, 0)


@pytest.mark.parametrize(
    ("stretches", "following"),
    [([], 0), ([(50, 50)], 1), ([(50, 50), (20, 20)], 2), ([(80, 80), (50, 50), (20, 20)], 2)],
)
def test_the_next_step_follows_from_what_still_counts(stretches: list[tuple[int, int]], following: int) -> None:
    found = ladder_of(*stretches)
    assert (found.count, found.following) == (len(stretches), following)


def test_a_told_sanction_is_the_violation_that_it_followed() -> None:
    found = ladder_of((10, 8), said=(told(1, 8),))
    assert [(one.day, one.metrics, one.weight) for one in found.violations] == [(ago(8), CANCELLED, 1)]


def test_kaspi_s_step_goes_before_what_we_counted() -> None:
    found = ladder_of((80, 80), (50, 50), said=(told(1, 20),))
    assert (found.count, [one.day for one in found.violations]) == (1, [ago(20)])


def test_a_later_step_stands_for_the_violations_that_we_do_not_know() -> None:
    found = ladder_of(said=(told(2, 20),))
    assert (found.count, found.violations[0].weight, found.following) == (2, 2, 2)


def test_a_later_step_after_the_first_has_expired_stands_for_one_that_we_do_not_know() -> None:
    found = ladder_of(said=(told(1, 115), told(2, 20, 2)))
    assert [(one.day, one.weight) for one in found.violations] == [(ago(20), 2)]


def test_when_the_first_of_two_told_has_expired_one_is_left() -> None:
    found = ladder_of(said=(told(1, 95), told(2, 20, 2)))
    assert (found.count, found.following) == (1, 1)


@pytest.mark.parametrize(("days_ago", "runs"), [(0, True), (6, True), (7, False)])
def test_seven_days_off_are_seven_days(days_ago: int, runs: bool) -> None:
    found = ladder_of(said=(told(1, days_ago),))
    assert (found.current is not None) is runs
    assert found.until == (ago(days_ago - 7) if runs else None)


def test_after_the_end_of_the_contract_the_shop_may_ask_again_in_thirty_days() -> None:
    found = ladder_of(said=(told(3, 10),))
    assert (found.ended, found.until, found.apply_again_on) == (True, None, ago(-20))


def test_what_is_told_of_the_days_to_come_is_not_looked_at() -> None:
    assert ladder_of(said=(told(1, -1),)).count == 0


def test_the_ladder_of_real_numbers_begins_on_the_day_that_shows_them() -> None:
    days = wrong(steady(), Metric.CANCELLED, ago(20), 9)
    past = {metric: series(days, rule, ago(119), TODAY) for metric, rule in DEFAULT.rules.items()}
    # Critical from the day after the cancels on.
    assert [one.day for one in ladder(past, (), today=TODAY).violations] == [ago(19)]


def test_a_crisis_that_outlives_the_days_off_that_were_told_is_the_next_violation() -> None:
    found = ladder_of((50, 10), said=(told(1, 48),))
    assert [(one.day, one.told is not None) for one in found.violations] == [(ago(48), True), (ago(41), False)]


@thorough
@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_violations_agree_with_walking_from_day_to_day(days: list[bool]) -> None:
    critical = {ago(len(days) - 1 - n): CANCELLED if bad else () for n, bad in enumerate(days)}
    expected: list[date] = []
    for n, bad in enumerate(days):
        day = ago(len(days) - 1 - n)
        last = expected[-1] if expected else date.min
        third = sum(one > last - timedelta(days=90) for one in expected) >= 3
        off = 0 if third or not expected else 7
        calm = not expected or not all(days[n - back] for back in range((day - last).days))
        if bad and calm and day >= last + timedelta(days=off):
            expected.append(day)
    assert [one.day for one in violations(critical)] == expected
