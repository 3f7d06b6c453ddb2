"""Until when each step of a return and of a claim must be done. Pure; every instant is aware and every answer in UTC.

Sources: kaspi-api.md §5, capabilities.md §0.1 «Return requests», «Claims on the courier», «Cancelled in delivery».
A calendar day is 24 hours from the moment that starts it, the strictest reading of the rule book. Kaspi names no term for
looking at a new application, so it has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orders.deadlines import BRING_BACK, Deadline, DeadlineKind
from orders.returns.claim_states import ClaimKind, ClaimState
from orders.returns.states import ReturnKind, ReturnState
from staff.working_calendar import WorkingCalendar, add_working_days

DECIDE_WORKING_DAYS = 3
COLLECT = timedelta(days=3)
# The buyer's own time to dispute a refusal; then it stands.
DISPUTE = timedelta(days=3)
ANSWER_WORKING_DAYS = 5
DAMAGE = timedelta(hours=24)
LOST_IN_CITY, LOST_FAR = timedelta(days=10), timedelta(days=45)
# Goods count as lost when nothing has moved for so long; before that a claim is not taken.
COUNTS_AS_LOST = timedelta(days=7)
EXTRA_DATA = timedelta(days=2)
SECOND_REVIEW = timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts:
    """What is known of a return; what nobody has told is None."""

    kind: ReturnKind
    state: ReturnState
    opened_at: datetime
    arrived_at: datetime | None = None
    received_at: datetime | None = None
    disputed_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """`since`: the last movement of lost goods, or when the damaged ones came."""

    kind: ClaimKind
    state: ClaimState
    since: datetime
    far: bool = False
    asked_at: datetime | None = None
    answered_at: datetime | None = None


def return_due(facts: ReturnFacts, calendar: WorkingCalendar) -> Deadline | None:
    """The deadline of the present step; None when nothing is to be done by us, or nothing starts the time."""
    rule = RULES.get((facts.kind, facts.state))
    return rule(facts, calendar) if rule else None


def decide_by(facts: ReturnFacts, calendar: WorkingCalendar) -> Deadline | None:
    """3 working days after receipt; what was collected at a drop point is decided within its 3 calendar days."""
    if facts.arrived_at is not None:
        return collect_by(facts, calendar)
    if facts.received_at is None:
        return None
    at = add_working_days(facts.received_at, DECIDE_WORKING_DAYS, calendar)
    return _deadline(DeadlineKind.RETURN_DECIDE, at, facts.received_at)


def collect_by(facts: ReturnFacts, calendar: WorkingCalendar) -> Deadline | None:
    """3 calendar days at the drop point, to collect and to decide; silence is a yes."""
    start = facts.arrived_at
    return _deadline(DeadlineKind.RETURN_COLLECT, start and start + COLLECT, start)


def bring_home_by(facts: ReturnFacts, calendar: WorkingCalendar) -> Deadline | None:
    """Cancelled in delivery: kept for 30 days, then destroyed. From the cancel: when it lay down, Kaspi does not tell."""
    return _deadline(DeadlineKind.RETURN_HOME, facts.opened_at + BRING_BACK, facts.opened_at)


def answer_by(facts: ReturnFacts, calendar: WorkingCalendar) -> Deadline | None:
    """5 working days to answer Kaspi in a dispute, else it is lost. An answer that is given has no deadline."""
    start = facts.disputed_at
    if start is None or facts.answered_at is not None:
        return None
    return _deadline(DeadlineKind.RETURN_DISPUTE, add_working_days(start, ANSWER_WORKING_DAYS, calendar), start)


A, U, S = ReturnKind.APPLICATION, ReturnKind.UNDELIVERED, ReturnState
RULES: Mapping[tuple[ReturnKind, ReturnState], Callable[[ReturnFacts, WorkingCalendar], Deadline | None]] = {
    (A, S.AT_POINT): collect_by,
    (A, S.DECIDING): decide_by,
    (A, S.DISPUTED): answer_by,
    (U, S.TRAVELLING): bring_home_by,
    (U, S.AT_POINT): bring_home_by,
}


def dispute_until(decided_at: datetime) -> datetime:
    """Until when the buyer may dispute a refusal."""
    return decided_at + DISPUTE


def claim_due(facts: ClaimFacts) -> Deadline | None:
    """The deadline of the claim's present step; None while Kaspi thinks, and after the end."""
    start, term, kind = _claim_term(facts)
    return _deadline(kind, start and start + term, start)


def _claim_term(facts: ClaimFacts) -> tuple[datetime | None, timedelta, DeadlineKind]:
    if facts.state is ClaimState.ASKED:
        return facts.asked_at, EXTRA_DATA, DeadlineKind.CLAIM_DATA
    if facts.state is ClaimState.REFUSED:
        return facts.answered_at, SECOND_REVIEW, DeadlineKind.CLAIM_APPEAL
    if facts.state is ClaimState.DRAFT:
        return facts.since, file_within(facts.kind, far=facts.far), DeadlineKind.CLAIM_FILE
    return None, timedelta(), DeadlineKind.CLAIM_FILE


def file_within(kind: ClaimKind, *, far: bool) -> timedelta:
    """How long a claim is taken: damage without a mark in the act 24 hours; lost goods 10 days in the city, 45 beyond it.

    Kaspi does not say from when the days of lost goods run; counted from the last movement they end soonest.
    """
    if kind is ClaimKind.DAMAGED:
        return DAMAGE
    return LOST_FAR if far else LOST_IN_CITY


def taken_from(kind: ClaimKind, since: datetime) -> datetime:
    """From when a claim may be filed: goods are lost after 7 days without movement, damage is seen at once."""
    return since + COUNTS_AS_LOST if kind is ClaimKind.LOST else since


def _deadline(kind: DeadlineKind, at: datetime | None, start: datetime | None) -> Deadline | None:
    if at is None or start is None:
        return None
    return Deadline(kind, at.astimezone(UTC), start.astimezone(UTC))
