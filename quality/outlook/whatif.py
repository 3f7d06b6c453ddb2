"""Changes as data, and what each makes of a course: then the same forecast runs again. No second formula. Pure.

A change takes something out of the past (disputed orders), leaves something out of the days to come (a product, late
hand-overs, cancels for want of stock), or judges by other rules. Parts multiply: of two changes that would prevent the same
fault each prevents its part of what the other has left. What never reaches the shop's rates: how often things go wrong
otherwise stays as the past says, also without the orders taken out of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from quality.formulas import FORMULA, Formula, Metric
from quality.metrics import DayCounts
from quality.outlook.forecast import PATHS, Course, Forecast, course_of, forecast
from quality.thresholds import Rule


class Change(Protocol):
    """One thing done otherwise."""

    def turn(self, course: Course) -> Course:
        """The course with this change made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Products are not sold from a day on: their part of the orders and, so many days later, of the faults is gone.

    Parts of 1; for the rating those of the marks and of their sum. `lag`: whole days from an order to its fault.
    """

    orders: float
    faults: float
    from_day: date
    lag: int = 0

    def turn(self, course: Course) -> Course:
        # The rating's two sides come on the same day, that of the mark.
        orders_from = self.from_day + timedelta(days=self.lag if course.metric is Metric.RATING else 0)
        return replace(
            course,
            arriving=_less(course.arriving, course.today, self.orders, orders_from),
            keeping=_less(course.keeping, course.today, self.faults, self.from_day + timedelta(days=self.lag)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevent:
    """A part of the faults does not happen from a day on: an earlier cut-off, stock held back."""

    part: float
    from_day: date

    def turn(self, course: Course) -> Course:
        return replace(course, keeping=_less(course.keeping, course.today, self.part, self.from_day))


@dataclass(frozen=True, slots=True)
class Exclude:
    """These orders leave the past: what they add to each day (quality.metrics.day_counts), the denominator of marks alone."""

    days: tuple[DayCounts, ...]

    def turn(self, course: Course) -> Course:
        marks = course.metric is Metric.RATING
        gone = {day.day: day for day in self.days}
        return replace(course, past=tuple(_without(day, gone.get(day.day), marks) for day in course.past))


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Another rule: bounds and window. With `past` another reading of the formula, by which the days were counted anew."""

    rule: Rule
    past: tuple[DayCounts, ...] | None = None
    sample: tuple[DayCounts, ...] | None = None
    formula: Formula = FORMULA

    def turn(self, course: Course) -> Course:
        if self.past is None:
            return replace(course, rule=self.rule)
        horizon = len(course.arriving)
        anew = course_of(
            self.past, self.rule, today=course.today, sample=self.sample, formula=self.formula, horizon=horizon
        )
        return replace(anew, arriving=course.arriving, keeping=course.keeping, due=course.due)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The path as things are, and the path with the changes, of the same chance."""

    before: Forecast
    after: Forecast


def changed(course: Course, changes: Iterable[Change]) -> Course:
    """The course with all changes. A switch of the profile goes first: it may count the past anew."""
    for change in sorted(changes, key=lambda one: not isinstance(one, Switch)):
        course = change.turn(course)
    return course


def compare(course: Course, changes: Sequence[Change], *, seed: int, paths: int = PATHS) -> Comparison:
    """Both paths by the same engine and the same seed: without a change they are one and the same."""
    before = forecast(course, seed=seed, paths=paths)
    if not changes:
        return Comparison(before, before)
    return Comparison(before, forecast(changed(course, changes), seed=seed, paths=paths))


def _less(parts: tuple[float, ...], today: date, gone: float, since: date) -> tuple[float, ...]:
    """Of the days from `since` on only `1 - gone` is left. Raises ValueError for what is no part."""
    if not 0 <= gone <= 1:
        raise ValueError(f"{gone} is not a part of 1")
    first = max((since - today).days, 0)
    return tuple(part * (1 - gone) if n >= first else part for n, part in enumerate(parts))


def _without(day: DayCounts, gone: DayCounts | None, marks: bool) -> DayCounts:
    if gone is None:
        return day
    below = day.denominator - (gone.denominator if marks else 0)
    return DayCounts(day.day, max(day.numerator - gone.numerator, 0), max(below, 0))
