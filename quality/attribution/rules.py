"""Who answers for an order that stands in a number: the fair rules, told to people in docs/quality-rules.md. Pure.

An order is one unit of the budget. Its parts are exact fractions that make up the whole, whoever they go to.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeVar

from quality.attribution.fault import Cause

K = TypeVar("K", bound=Hashable)

WHOLE = Fraction(1)
# A shift ends when its time is up; who comes at that very instant does not answer for what ran out.
JUST_BEFORE = timedelta(microseconds=1)


class Why(StrEnum):
    """By which rule somebody or nobody answers."""

    ON_SHIFT = "on_shift"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    CLOSED = "closed"
    NO_POINT = "no_point"
    STOCK = "stock"
    COURIER = "courier"
    NO_COURIER = "no_courier"
    GOODS = "goods"
    MARK = "mark"
    OTHERWISE = "otherwise"


class Answerer(NamedTuple):
    """A member, or, where `member_id` is None, nobody in person: the point, its stock, the good."""

    why: Why
    member_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules need of an order in a number.

    `holders`: members who held the point when its time ran out. `working`: whether the point was open then.
    """

    cause: Cause
    point_id: int | None = None
    working: bool = True
    holders: tuple[int, ...] = ()
    courier_id: int | None = None


Parts = Mapping[Answerer, Fraction]


@lru_cache(maxsize=4096)
def answer(case: Case) -> Parts:
    """Who answers, in parts of one unit that add up to it. Thousands of orders are few different cases."""
    return _FAIR.get(case.cause, _nobody(Why.OTHERWISE))(case)


def equal(keys: Iterable[K]) -> dict[K, Fraction]:
    """One unit in equal parts, a part for each different key; nothing for no key."""
    different = list(dict.fromkeys(keys))
    return {key: Fraction(1, len(different)) for key in different}


def summed(parts: Iterable[Mapping[K, Fraction]]) -> dict[K, Fraction]:
    """Parts of many orders, added up by key, exactly. Of equal denominators first: adding thousands of fractions is slow."""
    found: defaultdict[tuple[K, int], int] = defaultdict(int)
    for one in parts:
        for key, part in one.items():
            found[key, part.denominator] += part.numerator
    total: defaultdict[K, Fraction] = defaultdict(Fraction)
    for (key, denominator), numerator in found.items():
        total[key] += Fraction(numerator, denominator)
    return dict(total)


def _nobody(why: Why) -> Callable[[Case], Parts]:
    return lambda case: {Answerer(why): WHOLE}


def _whoever_held(case: Case) -> Parts:
    """The shift of the point at the moment when its time ran out, in equal parts; never a person out of hours."""
    if case.point_id is None:
        return {Answerer(Why.NO_POINT): WHOLE}
    if not case.working:
        return {Answerer(Why.CLOSED): WHOLE}
    return equal(Answerer(Why.ON_SHIFT, one) for one in case.holders) or {Answerer(Why.NOBODY_ON_SHIFT): WHOLE}


def _whoever_brings(case: Case) -> Parts:
    return {Answerer(Why.NO_COURIER) if case.courier_id is None else Answerer(Why.COURIER, case.courier_id): WHOLE}


_FAIR: Mapping[Cause, Callable[[Case], Parts]] = {
    Cause.NOT_ACCEPTED: _whoever_held,
    Cause.OUR_CLOCK: _whoever_held,
    # Who presses «нет в наличии» tells the truth about the stock; he did not make it so.
    Cause.OUT_OF_STOCK: _nobody(Why.STOCK),
    Cause.LATE_HANDOVER: _whoever_held,
    Cause.OWN_DELIVERY_LATE: _whoever_brings,
    Cause.QUALITY_RETURN: _nobody(Why.GOODS),
    Cause.MARK: _nobody(Why.MARK),
}
# By these the moment matters, and so do the shifts.
BY_SHIFT = frozenset(cause for cause, rule in _FAIR.items() if rule is _whoever_held)


class Span(NamedTuple):
    """Somebody's shift; `ends` is exclusive."""

    begins: datetime
    ends: datetime
    member_id: int


class Shifts:
    """The shifts of one point, asked for many moments."""

    def __init__(self, spans: Sequence[Span], *, longest: timedelta) -> None:
        self._spans = sorted(spans)
        self._begins = [span.begins for span in self._spans]
        self._longest = longest

    def holders(self, at: datetime) -> tuple[int, ...]:
        """Members who held the point just before this instant, who came first first."""
        moment = at - JUST_BEFORE
        # No span is longer than the longest shift, so only those that began within it can hold.
        first, last = bisect_right(self._begins, moment - self._longest), bisect_right(self._begins, moment)
        return tuple(dict.fromkeys(span.member_id for span in self._spans[first:last] if moment < span.ends))
