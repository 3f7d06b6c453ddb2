"""When a planned price begins and ends, and whether it still may. Pure: nothing is asked or written here.

Prices are whole ₸ with VAT, moments are aware. A plan with an end stands from the one moment until the other and then gives
the former price back; a plan without an end is one change of the price, over as soon as it is made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from django.db.models import TextChoices

from catalog.rules import Breach, PriceGuard
from staff.languages import later as _

# Kaspi takes the price list once an hour (kaspi-api.md §6): a shorter price it may never see.
SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=366)
FARTHEST: Final = timedelta(days=366)
# A form tells whole minutes: the one that is running is not past.
GRACE: Final = timedelta(minutes=1)
# Of one offer, waiting or under way.
MOST_PLANS: Final = 50


class PlanState(TextChoices):
    PLANNED = "planned", _("ждёт начала")
    RUNNING = "running", _("идёт")
    DONE = "done", _("закончен")
    CANCELLED = "cancelled", _("отменён")
    MISSED = "missed", _("не состоялся")


OPEN: Final = (PlanState.PLANNED, PlanState.RUNNING)


class Why(StrEnum):
    """Why a plan was closed as it was. Breaches of bounds have the names of `catalog.rules.Breach`."""

    # The price was set, or the former one given back, as planned.
    SET = "set"
    RETURNED = "returned"
    # The price that stands was left.
    CHANGED = "changed"
    NO_FORMER = "no_former"
    LEFT = "left"
    # It never began.
    LATE = "late"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"
    # A bound forbade the step.
    BELOW_FLOOR = Breach.BELOW_FLOOR.value
    ABOVE_CEILING = Breach.ABOVE_CEILING.value
    TOO_FAR = Breach.TOO_FAR.value


GUARDED: Final = frozenset({Why.BELOW_FLOOR, Why.ABOVE_CEILING, Why.TOO_FAR})


class Fault(StrEnum):
    """What is wrong with a window."""

    PAST = "past"
    FAR = "far"
    BACKWARDS = "backwards"
    SHORT = "short"
    LONG = "long"


class Step(StrEnum):
    """What a plan is due for."""

    BEGIN = "begin"
    END = "end"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins`, which belongs to it, until `ends`, which does not; without an end it is the moment alone."""

    begins: datetime
    ends: datetime | None = None

    def fault(self, now: datetime) -> Fault | None:
        """The first thing that is wrong with it for a plan made now."""
        if self.begins < now - GRACE:
            return Fault.PAST
        if self.begins > now + FARTHEST:
            return Fault.FAR
        if self.ends is None:
            return None
        if self.ends <= self.begins:
            return Fault.BACKWARDS
        length = self.ends - self.begins
        return Fault.SHORT if length < SHORTEST else Fault.LONG if length > LONGEST else None

    def meets(self, other: "Window") -> bool:
        """Whether they have a moment in common."""
        first, second = sorted((self, other), key=lambda one: one.begins)
        return first.begins == second.begins or (first.ends is not None and second.begins < first.ends)


W = TypeVar("W")
# How many ₸ beyond each bound a person allowed.
Word = Mapping[Breach, Decimal]


def clash(window: Window, others: Iterable[tuple[Window, W]]) -> W | None:
    """The first of the others that shares a moment with the window."""
    return next((named for other, named in others if window.meets(other)), None)


def due_at(state: str, window: Window) -> datetime | None:
    """When the plan is to be looked at next; None: never again."""
    return {PlanState.PLANNED.value: window.begins, PlanState.RUNNING.value: window.ends}.get(state)


def step_due(state: str, window: Window, now: datetime) -> Step | None:
    """What is to be done with the plan now. A window that is over before it was begun is missed, not made up for."""
    due = due_at(state, window)
    if due is None or due > now:
        return None
    if state == PlanState.RUNNING:
        return Step.END
    return Step.MISS if window.ends is not None and window.ends <= now else Step.BEGIN


def word_needed(guard: PriceGuard, standing: Decimal | None, price: Decimal, *, returns: bool) -> Word:
    """What somebody who may guard prices must allow: breaches of the way there and, if the price returns, of the way back."""
    there = _breaches(guard, standing, price)
    back = _breaches(guard, price, standing) if returns and standing is not None else {}
    none = Decimal(0)
    return {one: max(there.get(one, none), back.get(one, none)) for one in Breach if one in there or one in back}


def beyond_word(guard: PriceGuard, before: Decimal | None, after: Decimal, word: Word) -> Breach | None:
    """The first bound that the step breaks further than somebody allowed. A word for another bound does not count."""
    found = _breaches(guard, before, after)
    return next((one for one, tenge in found.items() if tenge > word.get(one, 0)), None)


def beginning(
    guard: PriceGuard, standing: Decimal | None, price: Decimal, word: Word, *, overtaken: bool
) -> Why | None:
    """Why the plan does not begin; None: it does. `overtaken`: somebody has changed the price since it was due."""
    if overtaken:
        return Why.OVERTAKEN
    breach = beyond_word(guard, standing, price, word)
    return None if breach is None else Why(breach.value)


def ending(
    guard: PriceGuard, price: Decimal, former: Decimal | None, word: Word, *, changed: bool, may_drop: bool
) -> Why:
    """What becomes of the price: RETURNED, or why the one that stands is left.

    `changed`: somebody else has set a price since the plan began. `may_drop`: where there was none there may be none again.
    """
    if changed:
        return Why.CHANGED
    if former is None:
        return Why.RETURNED if may_drop else Why.NO_FORMER
    breach = beyond_word(guard, price, former, word)
    return Why.RETURNED if breach is None else Why(breach.value)


def _breaches(guard: PriceGuard, before: Decimal | None, after: Decimal) -> Word:
    """Nothing is broken by a price that stands already."""
    return {} if before == after else guard.breaches(before, after)
