"""Until when each step of an order must be done, and how close that is. Pure; the standard library only.

The rules are those of kaspi-api §5 (Kaspi's rule book); "[L]" marks the ones with a single good source. A deadline is
never stored as truth: it is computed anew from the facts and the present calendar of the point, so a changed calendar
gives its own answer. Every instant is aware and every answer is in UTC; "day" is the local day of the point.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from staff.working_calendar import (
    DAY_MINUTES,
    HORIZON_DAYS,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    working_minutes_between,
    working_time_between,
)

__all__ = [
    "Deadline",
    "DeadlineKind",
    "RiskLevel",
    "Step",
    "StepFacts",
    "WorkingCalendar",
    "add_working_days",
    "add_working_minutes",
    "clock_runs",
    "deadline_of",
    "is_last_pickup_day",
    "risk",
    "time_left",
    "working_minutes_between",
    "working_time_between",
]

ACCEPT_WORKING_MINUTES = 180
EXPRESS_ACCEPT = timedelta(minutes=60)
PICKUP_WORKING_DAYS = 3
PREORDER_DAYS = 30
BRING_BACK = timedelta(days=30)
# Drop-off slots: (ordered before this local minute, must be dropped off by this one). kaspi-api §5 [L].
DROP_OFF_SLOTS = ((12 * 60, 16 * 60), (DAY_MINUTES, 20 * 60))


class Step(StrEnum):
    """What the order waits for."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    PACK = "pack"
    HAND_OVER = "hand_over"
    DELIVER = "deliver"
    PICKUP = "pickup"
    SIGN = "sign"
    BRING_BACK = "bring_back"
    NONE = "none"


class DeadlineKind(StrEnum):
    """Which rule set the time."""

    ACCEPT = "accept"
    ACCEPT_EXPRESS = "accept_express"
    ARRIVE = "arrive"
    HAND_OVER = "hand_over"
    DELIVER = "deliver"
    PICKUP = "pickup"
    SIGN = "sign"
    RETURN_HOME = "return_home"
    # Of returns and claims: orders.returns.deadlines.
    RETURN_DECIDE = "return_decide"
    RETURN_COLLECT = "return_collect"
    RETURN_DISPUTE = "return_dispute"
    CLAIM_FILE = "claim_file"
    CLAIM_DATA = "claim_data"
    CLAIM_APPEAL = "claim_appeal"


class RiskLevel(IntEnum):
    """How close a deadline is; larger is worse."""

    CALM = 0
    SOON = 1
    URGENT = 2
    OVER = 3


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step must be done before `at` (UTC). `working_minutes_total` is set only where working time is counted."""

    kind: DeadlineKind
    at: datetime
    counts_from: datetime
    working_minutes_total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """What is known of an order for the deadline of its present step; what Kaspi has not told is None."""

    step: Step
    approved_at: datetime | None = None
    created_at: datetime | None = None
    accepted_at: datetime | None = None
    planned_delivery_at: datetime | None = None
    reservation_at: datetime | None = None
    courier_planned_at: datetime | None = None
    cancelling_since: datetime | None = None
    express: bool = False

    @property
    def arrived_at(self) -> datetime | None:
        """When the order became visible as new: the bank's approval, or its creation when that is unknown."""
        return self.approved_at or self.created_at

    @property
    def taken_at(self) -> datetime | None:
        """When the shop took the order, or its arrival when that is unknown."""
        return self.accepted_at or self.arrived_at


Rule = Callable[[StepFacts, WorkingCalendar], Deadline | None]


def deadline_of(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """The deadline of the order's present step; None when no rule sets one or the facts for it are missing."""
    rule = RULES.get(facts.step)
    return rule(facts, calendar) if rule else None


def accept_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """3 working hours of the point from arrival; Express 60 minutes of wall clock (kaspi-api §5)."""
    start = facts.arrived_at
    if start is None:
        return None
    if facts.express:
        return _deadline(DeadlineKind.ACCEPT_EXPRESS, start + EXPRESS_ACCEPT, start)
    at = add_working_minutes(start, ACCEPT_WORKING_MINUTES, calendar)
    return _deadline(DeadlineKind.ACCEPT, at, start, ACCEPT_WORKING_MINUTES)


def arrive_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """«Прибыл» of a pre-order: the reserved date, at most the end of the 30th calendar day (kaspi-api §5)."""
    start = facts.arrived_at
    if start is None:
        return None
    latest = calendar.instant(calendar.local_day(start) + timedelta(days=PREORDER_DAYS), DAY_MINUTES)
    return _deadline(DeadlineKind.ARRIVE, min(facts.reservation_at or latest, latest), start)


def hand_over_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """Hand-over to Kaspi Delivery: the time Kaspi planned, else the drop-off slot of the order (kaspi-api §5 [L])."""
    start = facts.taken_at
    if start is None:
        return None
    at = facts.courier_planned_at or _drop_off(facts.arrived_at or start, start, calendar)
    return _deadline(DeadlineKind.HAND_OVER, at, start)


def deliver_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """Own delivery: the promised date, else the close of the next working day (kaspi-api §5 [L])."""
    start = facts.taken_at
    if start is None:
        return None
    at = facts.planned_delivery_at or add_working_days(start, 1, calendar)
    return _deadline(DeadlineKind.DELIVER, at, start)


def pick_up_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """The buyer has 3 working days after acceptance, then Kaspi cancels (kaspi-api §5)."""
    start = facts.taken_at
    at = start and add_working_days(start, PICKUP_WORKING_DAYS, calendar)
    return _deadline(DeadlineKind.PICKUP, at, start)


def is_last_pickup_day(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> bool:
    """Whether two of a pickup's three working days are over: it is time to remind the buyer. Ours, no rule of Kaspi's."""
    if deadline.kind is not DeadlineKind.PICKUP or now >= deadline.at:
        return False
    second = add_working_days(deadline.counts_from, PICKUP_WORKING_DAYS - 1, calendar)
    return second is not None and now >= second


def sign_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """Credit papers: before the promised date. Kaspi publishes no term of their own (kaspi-api §13), so else None."""
    return _deadline(DeadlineKind.SIGN, facts.planned_delivery_at, facts.taken_at)


def bring_back_by(facts: StepFacts, calendar: WorkingCalendar) -> Deadline | None:
    """Goods cancelled on their way are kept 30 days at the drop point, then destroyed (kaspi-api §5)."""
    start = facts.cancelling_since
    return _deadline(DeadlineKind.RETURN_HOME, start and start + BRING_BACK, start)


# A parcel that is not packed cannot be handed over, so packing shows the deadline of the hand-over.
RULES: Mapping[Step, Rule] = {
    Step.ACCEPT: accept_by,
    Step.ARRIVE: arrive_by,
    Step.PACK: hand_over_by,
    Step.HAND_OVER: hand_over_by,
    Step.DELIVER: deliver_by,
    Step.PICKUP: pick_up_by,
    Step.SIGN: sign_by,
    Step.BRING_BACK: bring_back_by,
}


def _deadline(
    kind: DeadlineKind, at: datetime | None, start: datetime | None, working_minutes: int | None = None
) -> Deadline | None:
    if at is None or start is None:
        return None
    return Deadline(kind, at.astimezone(UTC), start.astimezone(UTC), working_minutes)


def _drop_off(ordered_at: datetime, not_before: datetime, calendar: WorkingCalendar) -> datetime | None:
    """The slot's end on the first working day of the point where it is still ahead; a missed slot moves a day on."""
    ordered = calendar.local(ordered_at)
    minute = ordered.hour * 60 + ordered.minute
    closes = next(end for cut_off, end in DROP_OFF_SLOTS if minute < cut_off)
    for n in range(HORIZON_DAYS):
        day = ordered.date() + timedelta(days=n)
        at = calendar.instant(day, closes)
        if at > not_before and calendar.spans_on(day):
            return at
    return None


@dataclass(frozen=True, slots=True)
class Levels:
    """From how much time left on a deadline is amber, and from how much it is red."""

    soon: timedelta
    urgent: timedelta
    urgent_all_last_day: bool = False


_HOURS = Levels(timedelta(hours=3), timedelta(hours=1))
_ACCEPTANCE = Levels(timedelta(hours=1), timedelta(minutes=15))
_LAST_DAY = Levels(timedelta(days=1), timedelta(), urgent_all_last_day=True)
# Ours: terms of a few days are amber on the last one and red for its last six hours.
_SOME_DAYS = Levels(timedelta(days=1), timedelta(hours=6))

# design «Columns by shelf»; a pre-order is dated by days, so it warns as a pickup does. RETURN_HOME is ours: a trip to
# the drop point takes a day. SIGN has no levels there: only a passed date shows.
LEVELS: Mapping[DeadlineKind, Levels] = {
    DeadlineKind.ACCEPT: _ACCEPTANCE,
    DeadlineKind.ACCEPT_EXPRESS: _ACCEPTANCE,
    DeadlineKind.ARRIVE: _LAST_DAY,
    DeadlineKind.HAND_OVER: _HOURS,
    DeadlineKind.DELIVER: _HOURS,
    DeadlineKind.PICKUP: _LAST_DAY,
    DeadlineKind.SIGN: Levels(timedelta(), timedelta()),
    DeadlineKind.RETURN_HOME: Levels(timedelta(days=3), timedelta(days=1)),
    DeadlineKind.RETURN_DECIDE: _SOME_DAYS,
    DeadlineKind.RETURN_COLLECT: _SOME_DAYS,
    DeadlineKind.RETURN_DISPUTE: _SOME_DAYS,
    DeadlineKind.CLAIM_FILE: _SOME_DAYS,
    DeadlineKind.CLAIM_DATA: _SOME_DAYS,
    DeadlineKind.CLAIM_APPEAL: _SOME_DAYS,
}


def risk(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> RiskLevel:
    """How close the deadline is, by the levels of its kind; time left is that of `time_left`."""
    if now >= deadline.at:
        return RiskLevel.OVER
    left, levels = _left(deadline, now, calendar), LEVELS[deadline.kind]
    last_day = levels.urgent_all_last_day and calendar.local_day(now) == calendar.local_day(deadline.at)
    if left <= levels.urgent or last_day:
        return RiskLevel.URGENT
    return RiskLevel.SOON if left <= levels.soon else RiskLevel.CALM


def time_left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> int:
    """Whole seconds for the countdown chip, rounded down.

    ACCEPT: **working** seconds of the point, so they stand still while it is closed (see `clock_runs`).
    Every other kind: seconds of the wall clock. Past the deadline, every kind: minus the wall seconds since it.
    """
    if now >= deadline.at:
        return (deadline.at - now) // timedelta(seconds=1)
    return _left(deadline, now, calendar) // timedelta(seconds=1)


def clock_runs(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> bool:
    """Whether `time_left` is getting less right now: always, but for ACCEPT outside opening hours."""
    return deadline.kind is not DeadlineKind.ACCEPT or now >= deadline.at or calendar.is_open(now)


def _left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> timedelta:
    if deadline.kind is DeadlineKind.ACCEPT:
        return working_time_between(now, deadline.at, calendar)
    return deadline.at - now
