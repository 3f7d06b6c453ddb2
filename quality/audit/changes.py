"""What became of an order's facts between two moments, and what it did to the four numbers. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from orders.cancelling import Fault
from quality.formulas import FORMULA, Formula, Metric
from quality.metrics import OrderRow, Window, day_of, is_late, measure
from staff.formats import ALMATY

EVER: Final = Window(date(1, 1, 2), date(9999, 12, 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An order as `quality.asof.COLUMNS` tell it. Moments are aware, blank words are not told."""

    stage: str = ""
    approved_at: datetime | None = None
    cancelled_at: datetime | None = None
    fault: str = ""
    cancellation_reason: str = ""
    handed_at: datetime | None = None
    courier_planned_at: datetime | None = None
    completed_at: datetime | None = None
    returned_at: datetime | None = None
    return_for_quality: bool = False
    mark: int | None = None
    mark_on: date | None = None


class Turn(StrEnum):
    """What happened to what we knew."""

    LEARNED = "learned"
    TAKEN_BACK = "taken_back"
    OTHER = "other"


class Change(NamedTuple):
    """One fact that became another: `what` is its column. Both sides as they stand there."""

    what: str
    turn: Turn
    was: object
    became: object


class Effect(NamedTuple):
    """By how much a side of a number grew, whatever the window: orders, for the rating marks added up."""

    metric: Metric
    numerator: int
    denominator: int


# What is said of an event only while it stands: a reason that comes with a cancel is no other reason.
_OF_EVENT: Final[Mapping[str, str]] = {
    "cancellation_reason": "cancelled_at",
    "fault": "cancelled_at",
    "courier_planned_at": "handed_at",
    "return_for_quality": "returned_at",
}
# The facts that a number is made of.
OF_NUMBER: Final[Mapping[Metric, frozenset[str]]] = {
    Metric.RATING: frozenset({"mark", "returned_at"}),
    Metric.CANCELLED: frozenset({"approved_at", "cancelled_at", "fault", "cancellation_reason"}),
    Metric.LATE_HANDOVER: frozenset({"approved_at", "handed_at", "courier_planned_at"}),
    Metric.QUALITY_RETURNS: frozenset({"approved_at", "completed_at", "returned_at", "return_for_quality"}),
}
_EVENTS: Final = ("approved_at", "cancelled_at", "handed_at", "completed_at", "returned_at")


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """What differs, an event before what is said of it; the fault only where no reason says the same."""
    found = {change.what: change for change in (*_events(before, after), *_said(before, after))}
    if "cancellation_reason" in found:
        found.pop("fault", None)
    return tuple(found.values())


def effects(before: Facts, after: Facts, *, formula: Formula = FORMULA) -> tuple[Effect, ...]:
    """The numbers that are others by it, whatever the window: an event that only moved to another day changes none."""
    sides = [
        [measure([row_of(facts)], metric, EVER, formula=formula) for metric in Metric] for facts in (before, after)
    ]
    return tuple(
        Effect(new.metric, new.numerator - old.numerator, new.denominator - old.denominator)
        for old, new in zip(*sides, strict=True)
        if (old.numerator, old.denominator) != (new.numerator, new.denominator)
    )


def row_of(facts: Facts, order_id: int = 0) -> OrderRow:
    """The same order as the four numbers judge it, in orders."""
    return OrderRow(
        order_id=order_id,
        arrived_day=_day(facts.approved_at),
        cancelled_day=_day(facts.cancelled_at),
        fault=Fault(facts.fault) if facts.fault else None,
        handed_over_day=_day(facts.handed_at),
        late=is_late(facts.courier_planned_at, facts.handed_at),
        completed_day=_day(facts.completed_at),
        returned_day=_day(facts.returned_at),
        return_for_quality=facts.return_for_quality or None,
        mark=facts.mark,
        mark_day=facts.mark_on,
    )


def _events(before: Facts, after: Facts) -> Iterator[Change]:
    for name in (*_EVENTS, "mark"):
        was, became = getattr(before, name), getattr(after, name)
        if was != became:
            turn = Turn.LEARNED if was is None else Turn.TAKEN_BACK if became is None else Turn.OTHER
            yield Change(name, turn, was, became)


def _said(before: Facts, after: Facts) -> Iterator[Change]:
    for name, event in _OF_EVENT.items():
        was, became = getattr(before, name), getattr(after, name)
        stands = getattr(before, event) is not None and getattr(after, event) is not None
        if was != became and stands:
            yield Change(name, Turn.OTHER, was, became)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else day_of(moment, ALMATY)
