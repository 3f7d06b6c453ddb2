"""What the rules would have done with orders that are past: one walk through time, deciding as `rules.decide` does. Pure.

At each instant stock is what the ledger said then, less the pieces promised to accepted orders: those that the rules would
have taken, from then on, and those that people took. An order that is held once stays held, though the rule at work would
look again: so the walk tells rather too few acceptances than too many.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import count

from catalog.shared import Place
from orders.auto_accept.rules import Cover, Decision, Facts, Reason, Rules, Verdict, decide
from staff.working_calendar import WorkingCalendar, add_working_minutes

A_MINUTE = timedelta(minutes=1)


class Outcome(StrEnum):
    """How an order ended. SHOP: cancelled by the shop's fault; EXPIRED: nobody accepted in time; BUYER: by anybody else."""

    OPEN = "open"
    DONE = "done"
    SHOP = "shop"
    EXPIRED = "expired"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """An order that is to be decided again. `wants`: its pieces by where they lay; empty when its lines are not known.

    `facts` are those that do not depend on the moment. `leaves_at`: when its pieces left the shelf or were given back;
    `gone_at`: when it was cancelled. `counts` False: it stands before the days asked for, and only its promise matters.
    """

    id: int
    code: str
    facts: Facts
    point_id: int | None
    wants: Mapping[Place, int]
    accepted_at: datetime | None
    leaves_at: datetime | None
    gone_at: datetime | None
    outcome: Outcome
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """So many pieces more, or fewer, at a place."""

    at: datetime
    place: Place
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What was known besides the orders: stock at the beginning and its changes in time, hours of points, the budget.

    `counted_at`: since when pieces of a place are counted at all. `budget_left` by Almaty day; absent: not known.
    """

    on_hand: Mapping[Place, int]
    changes: Sequence[Change]
    counted_at: Mapping[Place, datetime]
    calendars: Mapping[int | None, WorkingCalendar]
    budget_left: Mapping[date, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """`at`: when it would have been accepted or held. `gone`: it was cancelled before the rule would have had its say."""

    order: PastOrder
    decision: Decision
    at: datetime
    gone: bool = False

    @property
    def accepts(self) -> bool:
        return self.decision.verdict is Verdict.ACCEPT and not self.gone

    @property
    def saved(self) -> timedelta:
        """How much earlier than a person; nothing where nobody accepted, or sooner."""
        taken = self.order.accepted_at
        return max(taken - self.at, timedelta()) if taken else timedelta()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Every order of the days asked for, once, in the order of its decision."""

    decided: tuple[Decided, ...]

    @property
    def accepted(self) -> list[Decided]:
        return [one for one in self.decided if one.accepts]

    @property
    def held(self) -> list[Decided]:
        return [one for one in self.decided if not one.accepts and not one.gone]

    @property
    def gone(self) -> list[Decided]:
        return [one for one in self.decided if one.gone]

    def reasons(self) -> Counter[Reason]:
        """How many were held for what."""
        return Counter(one.decision.reason for one in self.held)

    def saved(self) -> timedelta | None:
        """By how much earlier than people on the mean, over what both accepted; None when there was no such order."""
        both = [one.saved for one in self.accepted if one.order.accepted_at]
        return sum(both, timedelta()) / len(both) if both else None


class Turn(IntEnum):
    """What comes first at one instant: pieces move, then people, then the rule."""

    CHANGED = 0
    LEFT = 1
    TAKEN = 2
    DECIDED = 3


Event = tuple[datetime, Turn, int, "Change | PastOrder"]


def rehearse(orders: Iterable[PastOrder], then: Then, rules: Rules, *, day_of: "DayOf") -> Rehearsal:
    """Decide about each order at the moments at which the rule would have looked at it. `day_of`: the Almaty day."""
    walk = _Walk(then, rules, day_of)
    return Rehearsal(tuple(walk.through(list(orders))))


class DayOf:
    """The day of an instant, remembered by the hour: a walk asks tens of thousands of times."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar, self._known = calendar, dict[datetime, date]()

    def __call__(self, moment: datetime) -> date:
        hour = moment.replace(minute=0, second=0, microsecond=0)
        if hour not in self._known:
            self._known[hour] = self._calendar.local_day(hour)
        return self._known[hour]


class _Walk:
    """Stock and promises as they stand at the instant that the walk has come to."""

    def __init__(self, then: Then, rules: Rules, day_of: DayOf) -> None:
        self.then, self.rules, self.day_of = then, rules, day_of
        self.on_hand = dict(then.on_hand)
        self.promised: defaultdict[Place, int] = defaultdict(int)
        self.holding: set[int] = set()
        self.left: set[int] = set()

    def through(self, orders: Sequence[PastOrder]) -> Iterator[Decided]:
        number = count()
        events: list[Event] = [(one.at, Turn.CHANGED, next(number), one) for one in self.then.changes]
        for order in orders:
            events += [(at, turn, next(number), order) for at, turn in _moments(order)]
        heapq.heapify(events)
        while events:
            at, turn, _, what = heapq.heappop(events)
            if isinstance(what, Change):
                self.on_hand[what.place] = self.on_hand.get(what.place, 0) + what.pieces
            elif turn is not Turn.DECIDED:
                self._move(what, turn)
            else:
                decided = self._decide(what, at)
                if decided.decision.until is None or decided.gone:
                    yield decided
                else:
                    heapq.heappush(events, (decided.decision.until, Turn.DECIDED, next(number), what))

    def _decide(self, order: PastOrder, at: datetime) -> Decided:
        decision = decide(self._facts(order, at), self.rules, at)
        gone = order.gone_at is not None and order.gone_at <= at
        if decision.verdict is Verdict.ACCEPT and not gone:
            self._move(order, Turn.TAKEN)
        return Decided(order, decision, at, gone)

    def _facts(self, order: PastOrder, at: datetime) -> Facts:
        is_open, opens = True, None
        if self.rules.in_hours:
            calendar = self.then.calendars[order.point_id]
            is_open = calendar.is_open(at)
            minute = None if is_open else add_working_minutes(at, 1, calendar)
            opens = minute - A_MINUTE if minute else None
        left = self.then.budget_left.get(self.day_of(at)) if self.rules.mind_budget else None
        return replace(order.facts, is_open=is_open, opens_at=opens, cover=self._cover(order, at), budget_left=left)

    def _cover(self, order: PastOrder, at: datetime) -> Cover:
        if not order.wants:
            return Cover.UNKNOWN
        if any(place not in self.then.counted_at or at < self.then.counted_at[place] for place in order.wants):
            return Cover.UNCOUNTED
        # Its own promise is no bar to it, and neither is that people were quick enough to send it out.
        own = order.id in self.holding or order.id in self.left
        free = (
            self.on_hand.get(place, 0) - self.promised[place] + (pieces if own else 0) >= pieces
            for place, pieces in order.wants.items()
        )
        return Cover.ENOUGH if all(free) else Cover.SHORT

    def _move(self, order: PastOrder, turn: Turn) -> None:
        """A promise begins once and ends once; what has left is promised to nobody any more."""
        if turn is Turn.TAKEN and order.id not in self.holding and order.id not in self.left:
            self.holding.add(order.id)
            for place, pieces in order.wants.items():
                self.promised[place] += pieces
        if turn is Turn.LEFT:
            self.left.add(order.id)
            if order.id in self.holding:
                self.holding.remove(order.id)
                for place, pieces in order.wants.items():
                    self.promised[place] -= pieces


def _moments(order: PastOrder) -> Iterator[tuple[datetime, Turn]]:
    if order.counts:
        yield order.facts.arrived_at, Turn.DECIDED
    if order.accepted_at:
        yield order.accepted_at, Turn.TAKEN
    if order.leaves_at:
        yield order.leaves_at, Turn.LEFT
