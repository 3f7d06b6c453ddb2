"""When a number is worth a warning. Pure: no database, no clock."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import Metric
from quality.history.warnings import QUIET, ROOM, SIDES, AlertKind, Raised, Stand, Warn, left_of, warnings
from quality.metrics import Measured, preview_window
from quality.thresholds import V2_2026, Status, judge

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
OK, SHORT, LOST = Status.OK, Status.WARNING, Status.CRITICAL


def stand(preview: Status, official: Status = SHORT, **told: Any) -> Stand:
    return Stand(metric=Metric.CANCELLED, official=official, preview=preview, **told)


def said(one: Stand, *before: Raised, today: date = TODAY) -> list[Warn]:
    return list(warnings(one, before, today=today))


def cancelled(numerator: int, orders: int) -> Measured:
    return Measured(
        metric=Metric.CANCELLED,
        window=preview_window(TODAY, 30),
        numerator=numerator,
        denominator=orders,
        sample=orders,
    )


def test_a_number_that_crosses_is_told_a_day_before_the_cabinet_and_once() -> None:
    lost = stand(LOST, left=0)
    assert said(lost) == [Warn(AlertKind.CROSSED, TODAY)]
    told = Raised(AlertKind.CROSSED, TODAY, TODAY)
    assert said(lost, told) == []
    assert said(stand(LOST, official=LOST, left=0), told, today=TODAY + 40 * DAY) == []


def test_back_under_the_line_is_told_once_and_the_next_crossing_again() -> None:
    crossed = Raised(AlertKind.CROSSED, TODAY - 3 * DAY, TODAY - 3 * DAY)
    assert said(stand(OK, official=LOST), crossed) == [Warn(AlertKind.BACK, TODAY)]
    back = Raised(AlertKind.BACK, TODAY, TODAY)
    assert said(stand(OK, official=LOST), back, crossed) == []
    later = TODAY + 2 * DAY
    assert said(stand(LOST), back, crossed, today=later) == [Warn(AlertKind.CROSSED, later)]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_little_room_is_told_as_it_shrinks(left: int) -> None:
    now = stand(SHORT, left=left)
    assert said(now) == [Warn(ROOM[left], TODAY)]
    more = Raised(AlertKind.ROOM_2, TODAY, TODAY)
    assert said(now, more) == ([] if left == 2 else [Warn(ROOM[left], TODAY)])
    assert said(now, Raised(ROOM[left], TODAY - QUIET, TODAY - QUIET)) == [Warn(ROOM[left], TODAY)]


def test_a_good_number_and_one_with_room_are_quiet() -> None:
    assert said(stand(OK, left=0)) == []
    assert said(stand(SHORT, left=3)) == []
    assert said(stand(Status.NOT_ENOUGH_DATA, left=None)) == []


def test_a_breach_that_is_likely_within_a_week_is_told_and_again_only_when_it_comes_nearer() -> None:
    soon = TODAY + 5 * DAY
    assert said(stand(OK, breach_on=soon)) == [Warn(AlertKind.LIKELY, soon)]
    assert said(stand(OK, breach_on=TODAY + 8 * DAY)) == []
    told = Raised(AlertKind.LIKELY, soon, TODAY - DAY)
    assert said(stand(OK, breach_on=soon + DAY), told) == []
    assert said(stand(OK, breach_on=soon - DAY), told) == [Warn(AlertKind.LIKELY, soon - DAY)]


def test_in_too_little_data_the_third_violation_is_the_line() -> None:
    rule = V2_2026.rules[Metric.CANCELLED]
    assert [left_of(cancelled(n, 8), rule) for n in (0, 1, 2)] == [None, 1, 0]
    assert judge(cancelled(3, 8), rule) is Status.CRITICAL


@given(numerator=st.integers(0, 60), orders=st.integers(10, 2_000))
def test_as_many_as_are_left_can_be_added_one_by_one_before_the_line(numerator: int, orders: int) -> None:
    rule, more = V2_2026.rules[Metric.CANCELLED], 0
    while numerator + more + 1 <= orders and judge(cancelled(numerator + more + 1, orders), rule) is not LOST:
        more += 1
    if judge(cancelled(numerator, orders), rule) is not LOST:
        assert left_of(cancelled(numerator, orders), rule) == more


@given(st.lists(st.tuples(st.sampled_from([OK, SHORT, LOST]), st.integers(0, 4)), max_size=40))
def test_crossings_and_returns_take_turns_over_any_history(days: list[tuple[Status, int]]) -> None:
    before: list[Raised] = []
    for n, (status, left) in enumerate(days):
        day = TODAY + n * DAY
        told = list(warnings(stand(status, left=left), before, today=day))
        assert len({one.kind for one in told}) == len(told)
        before[:0] = [Raised(one.kind, one.about, day) for one in told]
    sides = [one.kind for one in reversed(before) if one.kind in SIDES]
    assert sides == [AlertKind.CROSSED, AlertKind.BACK] * (len(sides) // 2) + [AlertKind.CROSSED] * (len(sides) % 2)
