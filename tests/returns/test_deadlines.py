"""Deadlines of returns and claims, against a slow and obvious reference."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.deadlines import DeadlineKind, WorkingCalendar
from orders.returns.claim_states import ClaimKind, ClaimState
from orders.returns.deadlines import ClaimFacts, ReturnFacts, claim_due, dispute_until, return_due, taken_from
from orders.returns.states import ReturnKind, ReturnState

ALMATY = ZoneInfo("Asia/Almaty")
OFFICE = WorkingCalendar.from_json({day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
A, U = ReturnKind.APPLICATION, ReturnKind.UNDELIVERED
# Friday, an hour before closing.
FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=ALMATY)
moments = st.datetimes(datetime(2023, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))


def close_of_working_day(start: datetime, days: int) -> datetime:
    """By walking minute by minute through days: the close of the `days`-th working day after that of `start`."""
    day = start.astimezone(ALMATY).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime(day.year, day.month, day.day, 18, 0, tzinfo=ALMATY)


def facts(kind: ReturnKind, state: ReturnState, **moments: datetime) -> ReturnFacts:
    return ReturnFacts(kind=kind, state=state, **{"opened_at": FRIDAY, **moments})


@given(moments)
@settings(max_examples=60, deadline=None)
def test_a_decision_has_three_working_days_and_an_answer_in_a_dispute_five(start: datetime) -> None:
    decide = return_due(facts(A, ReturnState.DECIDING, received_at=start), OFFICE)
    answer = return_due(facts(A, ReturnState.DISPUTED, disputed_at=start), OFFICE)
    assert decide is not None and answer is not None
    assert (decide.kind, decide.at) == (DeadlineKind.RETURN_DECIDE, close_of_working_day(start, 3))
    assert (answer.kind, answer.at) == (DeadlineKind.RETURN_DISPUTE, close_of_working_day(start, 5))


@given(moments, st.timedeltas(timedelta(), timedelta(days=3)))
@settings(max_examples=60, deadline=None)
def test_at_the_drop_point_three_calendar_days_are_for_both(start: datetime, later: timedelta) -> None:
    there = return_due(facts(A, ReturnState.AT_POINT, arrived_at=start), OFFICE)
    after = return_due(facts(A, ReturnState.DECIDING, arrived_at=start, received_at=start + later), OFFICE)
    assert there is not None and there == after
    assert (there.kind, there.at) == (DeadlineKind.RETURN_COLLECT, start + timedelta(days=3))


@pytest.mark.parametrize("state", [ReturnState.TRAVELLING, ReturnState.AT_POINT])
def test_goods_cancelled_in_delivery_are_destroyed_after_thirty_days(state: ReturnState) -> None:
    due = return_due(facts(U, state, arrived_at=FRIDAY + timedelta(days=4)), OFFICE)
    assert due is not None
    assert (due.kind, due.at) == (DeadlineKind.RETURN_HOME, FRIDAY + timedelta(days=30))


@pytest.mark.parametrize("kind", ReturnKind)
def test_nothing_burns_where_nothing_is_ours_to_do(kind: ReturnKind) -> None:
    burning = {(A, "at_point"), (A, "deciding"), (A, "disputed"), (U, "travelling"), (U, "at_point")}
    every = {"arrived_at": FRIDAY, "received_at": FRIDAY, "disputed_at": FRIDAY}
    for state in ReturnState:
        assert (return_due(facts(kind, state, **every), OFFICE) is not None) == ((kind, state.value) in burning)


def test_an_answered_dispute_waits_for_kaspi() -> None:
    told = facts(A, ReturnState.DISPUTED, disputed_at=FRIDAY, answered_at=FRIDAY)
    assert return_due(told, OFFICE) is None
    assert dispute_until(FRIDAY) == FRIDAY + timedelta(days=3)


@given(moments, st.sampled_from(ClaimKind), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_claim_is_filed_in_a_day_in_ten_or_in_forty_five(since: datetime, kind: ClaimKind, far: bool) -> None:
    due = claim_due(ClaimFacts(kind=kind, state=ClaimState.DRAFT, since=since, far=far))
    days = 1 if kind is ClaimKind.DAMAGED else 45 if far else 10
    assert due is not None and due.at == since + timedelta(days=days)
    assert taken_from(kind, since) == since + timedelta(days=7 if kind is ClaimKind.LOST else 0) < due.at


@pytest.mark.parametrize(
    ("state", "days", "kind"),
    [
        (ClaimState.ASKED, 2, DeadlineKind.CLAIM_DATA),
        (ClaimState.REFUSED, 5, DeadlineKind.CLAIM_APPEAL),
        (ClaimState.FILED, None, None),
        (ClaimState.APPEALED, None, None),
        (ClaimState.PAID, None, None),
    ],
)
def test_what_kaspi_waits_for_has_its_days(state: ClaimState, days: int | None, kind: DeadlineKind | None) -> None:
    facts = ClaimFacts(kind=ClaimKind.LOST, state=state, since=FRIDAY, asked_at=FRIDAY, answered_at=FRIDAY)
    due = claim_due(facts)
    told = ClaimFacts(kind=ClaimKind.LOST, state=state, since=FRIDAY, asked_at=FRIDAY, answered_at=FRIDAY)
    due = claim_due(told)
    assert (due and due.at, due and due.kind) == (days and FRIDAY + timedelta(days=days), kind)
