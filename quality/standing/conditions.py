"""A number that must lie on the good side of a line: does it, what is allowed, what is spare, when is it so again. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from quality.budget import marks_needed, room
from quality.formulas import Metric
from quality.standing.series import DayValue
from quality.thresholds import Bound, Comparator, Status

OPPOSITE: Mapping[Comparator, Comparator] = {
    Comparator.LT: Comparator.GE,
    Comparator.LE: Comparator.GT,
    Comparator.GT: Comparator.LE,
    Comparator.GE: Comparator.LT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition as it stands today.

    `held` is None while the number is not formed. `allowed`: with how many in the numerator it would hold at today's
    denominator (shares only). `spare`: how many more (of the rating: marks «1») it bears and still holds; 0 where it does
    not hold. `returns_on`: the first day ahead on which it holds if nothing new goes wrong; None when it holds, or when
    that day is not in sight.
    """

    metric: Metric
    bound: Bound
    value: DayValue
    held: bool | None
    allowed: int | None
    spare: int
    returns_on: date | None


def against(bound: Bound) -> Bound:
    """The line seen from its other side: met exactly where the bound is not."""
    return Bound(OPPOSITE[bound.comparator], bound.value)


def holds(metric: Metric, bound: Bound, value: DayValue) -> bool | None:
    """Whether the condition holds on the day; None while Kaspi would not form the number.

    A share of nothing holds when nothing went wrong: a shop that sends nothing by Kaspi Delivery is late with nothing.
    """
    if metric is not Metric.RATING and not value.denominator:
        return not value.numerator
    if value.status is Status.NOT_ENOUGH_DATA or value.value is None:
        return None
    return bound.met_by(value.value)


def check(metric: Metric, bound: Bound, value: DayValue, ahead: Sequence[DayValue]) -> Check:
    """The condition by the value of today, and by the values of the days ahead if nothing new goes wrong."""
    held = holds(metric, bound, value)
    return Check(
        metric=metric,
        bound=bound,
        value=value,
        held=held,
        allowed=None if metric is Metric.RATING else room(0, value.denominator, against(bound)).crosses_at - 1,
        spare=spare(metric, bound, value) if held else 0,
        returns_on=None if held else first_held(metric, bound, ahead),
    )


def spare(metric: Metric, bound: Bound, value: DayValue) -> int:
    """How many more of today's orders may go wrong, or marks «1» come, before the condition is lost."""
    if metric is not Metric.RATING:
        return room(value.numerator, value.denominator, against(bound)).left
    ones = marks_needed(value.numerator, value.denominator, against(bound), mark=1)
    return max((ones or 0) - 1, 0)


def first_held(metric: Metric, bound: Bound, ahead: Iterable[DayValue]) -> date | None:
    """The first of these days on which the condition holds."""
    return next((value.day for value in ahead if holds(metric, bound, value)), None)
