"""Windows that meet, what is due, and what a person's word allows: against slow looks at each hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.price_calendar.rules import (
    FARTHEST,
    LONGEST,
    PlanState,
    Step,
    Why,
    Window,
    beginning,
    beyond_word,
    ending,
    step_due,
    word_needed,
)
from catalog.price_calendar.weeks import Week, week_of
from catalog.price_calendar.words import FAULTS, FIELD_OF, WHYS
from catalog.rules import Breach, PriceGuard
from staff.formats import ALMATY

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
quick = settings(max_examples=200, deadline=None)
hours = st.integers(0, 12)
prices = st.integers(1, 40).map(Decimal)
guards = st.builds(
    PriceGuard, st.none() | prices, st.none() | prices, st.none() | st.sampled_from(["0.1", "0.5"]).map(Decimal)
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    begins, length = draw(hours), draw(st.none() | st.integers(1, 6))
    return Window(NOW + begins * HOUR, None if length is None else NOW + (begins + length) * HOUR)


def moments(window: Window) -> set[datetime]:
    """Every whole hour that the window has; all of these windows begin and end at one."""
    if window.ends is None:
        return {window.begins}
    return {window.begins + number * HOUR for number in range(int((window.ends - window.begins) / HOUR))}


@quick
@given(one=windows(), other=windows())
def test_windows_meet_when_they_have_an_hour_in_common(one: Window, other: Window) -> None:
    assert one.meets(other) == other.meets(one) == bool(moments(one) & moments(other))


@quick
@given(window=windows(), state=st.sampled_from(PlanState), passed=st.integers(-2, 20))
def test_a_plan_is_due_for_one_step_and_never_after_its_end(window: Window, state: PlanState, passed: int) -> None:
    now = NOW + passed * HOUR
    step, over = step_due(state, window, now), window.ends is not None and window.ends <= now
    if state == PlanState.PLANNED and window.begins <= now:
        assert step is (Step.MISS if over else Step.BEGIN)
    elif state == PlanState.RUNNING and over:
        assert step is Step.END
    else:
        assert step is None


@quick
@given(guard=guards, standing=st.none() | prices, price=prices, returns=st.booleans())
def test_the_word_that_is_asked_for_is_enough_for_both_ways_and_no_more(
    guard: PriceGuard, standing: Decimal | None, price: Decimal, returns: bool
) -> None:
    word = word_needed(guard, standing, price, returns=returns)
    ways = [(standing, price)] + ([(price, standing)] if returns and standing is not None else [])
    assert all(beyond_word(guard, before, after, word) is None for before, after in ways)
    for breach in word:
        less = {one: tenge - (one is breach) * Decimal("0.001") for one, tenge in word.items()}
        assert any(beyond_word(guard, before, after, less) is breach for before, after in ways)


@quick
@given(guard=guards, before=st.none() | prices, after=prices)
def test_the_first_of_all_breaches_is_the_one_that_a_price_by_hand_meets(
    guard: PriceGuard, before: Decimal | None, after: Decimal
) -> None:
    first = next(iter(guard.breaches(before, after)), None)
    too_far = bool(before and guard.most_step is not None and abs(after - before) > before * guard.most_step)
    slow = [
        (Breach.BELOW_FLOOR, guard.floor is not None and after < guard.floor),
        (Breach.ABOVE_CEILING, guard.ceiling is not None and after > guard.ceiling),
        (Breach.TOO_FAR, too_far),
    ]
    assert first is guard.breach(before, after) is next((breach for breach, broken in slow if broken), None)


def test_a_word_for_one_bound_is_none_for_another_nor_for_a_bound_that_moved_further() -> None:
    word = {Breach.BELOW_FLOOR: Decimal(10)}
    assert beginning(PriceGuard(Decimal(100)), Decimal(120), Decimal(90), word, overtaken=False) is None
    raised = PriceGuard(Decimal(101))
    assert beginning(raised, Decimal(120), Decimal(90), word, overtaken=False) is Why.BELOW_FLOOR
    step = PriceGuard(most_step=Decimal("0.1"))
    assert beginning(step, Decimal(120), Decimal(90), word, overtaken=False) is Why.TOO_FAR


@pytest.mark.parametrize(
    ("former", "changed", "may_drop", "why"),
    [
        (120, False, False, Why.RETURNED),
        (120, True, False, Why.CHANGED),
        (None, False, False, Why.NO_FORMER),
        (None, False, True, Why.RETURNED),
        (151, False, False, Why.ABOVE_CEILING),
        (49, False, False, Why.BELOW_FLOOR),
    ],
)
def test_what_becomes_of_the_price_at_the_end(former: int | None, changed: bool, may_drop: bool, why: Why) -> None:
    guard, before = PriceGuard(Decimal(50), Decimal(150)), None if former is None else Decimal(former)
    assert ending(guard, Decimal(90), before, {}, changed=changed, may_drop=may_drop) is why


@pytest.mark.parametrize(
    ("begins", "ends", "fault"),
    [
        (-2, None, "past"),
        (0, None, None),
        (FARTHEST / timedelta(minutes=1) + 1, None, "far"),
        (60, 60, "backwards"),
        (60, 30, "backwards"),
        (60, 119, "short"),
        (60, 120, None),
        (60, 60 + LONGEST / timedelta(minutes=1), None),
        (60, 61 + LONGEST / timedelta(minutes=1), "long"),
    ],
)
def test_a_window_that_cannot_be_is_named(begins: float, ends: float | None, fault: str | None) -> None:
    after = [None if one is None else NOW + timedelta(minutes=one) for one in (begins, ends)]
    assert after[0] is not None
    assert Window(after[0], after[1]).fault(NOW) == fault


@quick
@given(window=windows(), day=st.integers(-3, 3))
def test_bars_lie_on_the_days_of_almaty_that_the_window_has_an_hour_of(window: Window, day: int) -> None:
    week = week_of((NOW + timedelta(days=day)).date()).moved(day)
    days = {moment.astimezone(ALMATY).date() for moment in moments(window)} & set(week.days)
    span = week.span(window)
    assert (span is None) == (not days)
    if span is not None:
        assert {week.days[span[0] - 1 + number] for number in range(span[1])} == days


def test_a_week_begins_on_monday_and_stays_within_the_calendar() -> None:
    assert week_of(NOW.date()) == Week(NOW.date())
    assert week_of(datetime(9999, 12, 31, tzinfo=UTC).date()).moved(1).monday.year == 2120


def test_every_reason_of_every_state_has_its_words() -> None:
    assert set(FAULTS) == set(FIELD_OF)
    breaches = {Why.BELOW_FLOOR, Why.ABOVE_CEILING, Why.TOO_FAR}
    back = {Why.RETURNED, Why.CHANGED, Why.NO_FORMER}
    assert set(WHYS[PlanState.DONE]) == {Why.SET} | back | breaches
    assert set(WHYS[PlanState.MISSED]) == {Why.LATE, Why.OVERTAKEN} | breaches
    assert set(WHYS[PlanState.CANCELLED]) == {Why.WITHDRAWN, Why.LEFT} | back
