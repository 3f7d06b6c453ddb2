"""The ladder of alerts against a slow reference that walks minute by minute."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.deadlines import Deadline, DeadlineKind, Step, WorkingCalendar
from orders.lifecycle import SHELF_OF
from orders.merging import STEP_OF
from orders.radar.ladder import AFTERWARDS, RUNGS, next_rung_at, rungs_due
from tests.radar.calendars import MINUTE, START, calendars, instants, open_minutes

thorough = settings(max_examples=40, deadline=None)
STEPS = {
    DeadlineKind.ACCEPT: Step.ACCEPT,
    DeadlineKind.ARRIVE: Step.ARRIVE,
    DeadlineKind.HAND_OVER: Step.HAND_OVER,
    DeadlineKind.DELIVER: Step.DELIVER,
    DeadlineKind.PICKUP: Step.PICKUP,
    DeadlineKind.SIGN: Step.SIGN,
    DeadlineKind.RETURN_HOME: Step.BRING_BACK,
}
KINDS = (DeadlineKind.ACCEPT, DeadlineKind.ACCEPT_EXPRESS, DeadlineKind.HAND_OVER)
ALWAYS = WorkingCalendar.round_the_clock()


def left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> int:
    """Minutes left, counted one by one where working time counts."""
    if deadline.kind is DeadlineKind.ACCEPT and now < deadline.at:
        return open_minutes(now, deadline.at, calendar)
    return (deadline.at - now) // MINUTE


def walk(deadline: Deadline, looks: Sequence[datetime], hours: Sequence[WorkingCalendar]) -> list[tuple[datetime, int]]:
    """What a duty tells that looks at these moments; each look may find another calendar."""
    raised, told = set[int](), []
    for now, calendar in zip(looks, hours, strict=True):
        rung = rungs_due(deadline, now=now, calendar=calendar, raised=raised)
        if rung:
            raised |= {rung.minutes, *rung.skipped}
            told.append((now, rung.minutes))
    return told


def obvious(
    deadline: Deadline, looks: Sequence[datetime], hours: Sequence[WorkingCalendar]
) -> list[tuple[datetime, int]]:
    lowest, told = 10**9, []
    for now, calendar in zip(looks, hours, strict=True):
        minutes = left(deadline, now, calendar)
        reached = [rung for rung in RUNGS[deadline.kind] if minutes <= rung]
        if reached and min(reached) < lowest and now < deadline.at + AFTERWARDS:
            lowest = min(reached)
            told.append((now, lowest))
    return told


@thorough
@given(
    st.sampled_from(KINDS),
    instants(2),
    st.lists(st.integers(1, 300), max_size=10),
    st.lists(calendars(), min_size=1, max_size=3),
)
def test_any_looks_at_any_hours_tell_what_the_obvious_reference_tells(
    kind: DeadlineKind, at: datetime, pauses: list[int], moved: list[WorkingCalendar]
) -> None:
    looks = [START]
    for pause in pauses:
        looks.append(looks[-1] + pause * MINUTE)
    # The calendar is moved twice on the way.
    hours = [moved[number * len(moved) // len(looks)] for number in range(len(looks))]
    deadline = Deadline(kind, at, START)
    assert walk(deadline, looks, hours) == obvious(deadline, looks, hours)


@thorough
@given(st.sampled_from(KINDS), instants(2), calendars())
def test_who_looks_only_when_told_to_misses_no_rung_and_tells_each_in_its_minute(
    kind: DeadlineKind, at: datetime, calendar: WorkingCalendar
) -> None:
    deadline, now, looks = Deadline(kind, at, START), START, [START]
    while (following := next_rung_at(deadline, now=now, calendar=calendar)) is not None:
        assert following > now
        looks.append(now := following)
    every_minute = [START + n * MINUTE for n in range(max(0, (at - START) // MINUTE) + 1)]
    told = walk(deadline, looks, [calendar] * len(looks))
    assert told == walk(deadline, every_minute, [calendar] * len(every_minute))
    assert len({rung for _, rung in told}) == len(told)


def test_an_hour_of_sleep_collapses_into_the_most_urgent_rung() -> None:
    deadline = Deadline(DeadlineKind.ACCEPT, START + 180 * MINUTE, START)
    first = rungs_due(deadline, now=START + 95 * MINUTE, calendar=ALWAYS)
    assert first is not None and (first.minutes, first.skipped, first.last) == (90, (), False)
    late = rungs_due(deadline, now=START + 170 * MINUTE, calendar=ALWAYS, raised={90})
    assert late is not None and (late.minutes, late.skipped, late.last) == (15, (45,), True)
    assert late.left_seconds == 600


@pytest.mark.parametrize(("kind", "minutes"), [(DeadlineKind.ACCEPT, 30), (DeadlineKind.ACCEPT_EXPRESS, 15)])
def test_an_acceptance_is_alarmed_early_enough_to_be_saved(kind: DeadlineKind, minutes: int) -> None:
    deadline = Deadline(kind, START + timedelta(hours=3), START)
    assert rungs_due(deadline, now=deadline.at - minutes * MINUTE, calendar=ALWAYS) is not None
    assert max(RUNGS[kind]) > minutes


def test_a_breach_nobody_saw_is_told_for_two_hours() -> None:
    deadline = Deadline(DeadlineKind.DELIVER, START, START - timedelta(days=1))
    late = rungs_due(deadline, now=START + AFTERWARDS - MINUTE, calendar=ALWAYS)
    assert late is not None and late.last and late.left_seconds < 0
    assert rungs_due(deadline, now=START + AFTERWARDS, calendar=ALWAYS) is None


def test_the_database_looks_as_far_ahead_as_the_longest_rung_of_each_shelf_and_as_far_back() -> None:
    due = import_module("orders.migrations.0015_radar").UNWATCHED
    minutes = {"day": 1440, "days": 1440, "hours": 60}
    reach = {
        shelf: int(n) * minutes[unit] for shelf, n, unit in re.findall(r"\('(\w+)', interval '(\d+) (\w+)'\)", due)
    }
    kinds = {step: kind for kind, step in STEPS.items()}
    for stage, step in STEP_OF.items():
        if step is not Step.NONE:
            longest = RUNGS[kinds.get(step, DeadlineKind.HAND_OVER)][0]
            assert longest <= reach[SHELF_OF[stage].value], stage
    assert timedelta(hours=2) == AFTERWARDS and "now() - interval '2 hours'" in due
