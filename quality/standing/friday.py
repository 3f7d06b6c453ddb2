"""Kaspi Жұма: may the shop take part, what stands in the way, and when it returns by ageing alone. Pure.

Terms q2184 of 26.01.2026 (the same on 06.05.2025): a rating of 4 and above, cancels below 3 %, late hand-overs below 10 %,
returns for quality below 2 %. They are the terms of the sale, not of a profile: that Kaspi blocks at other marks changes
nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from quality.formulas import Metric
from quality.standing.conditions import Check, check, holds
from quality.standing.series import DayValue
from quality.thresholds import Bound, Comparator, percent

SOURCE: Final = "q2184, 26.01.2026"
TERMS: Final[Mapping[Metric, Bound]] = {
    Metric.RATING: Bound(Comparator.GE, Fraction(4)),
    Metric.CANCELLED: Bound(Comparator.LT, percent("3")),
    Metric.LATE_HANDOVER: Bound(Comparator.LT, percent("10")),
    Metric.QUALITY_RETURNS: Bound(Comparator.LT, percent("2")),
}


@dataclass(frozen=True, slots=True)
class Friday:
    """`eligible` is None while no condition fails, and a number is not formed yet. `returns_on`: the first day on which all
    hold if nothing new goes wrong; None when they hold, or the day is not in sight.
    """

    eligible: bool | None
    checks: tuple[Check, ...]
    returns_on: date | None


def friday(today: Mapping[Metric, DayValue], ahead: Mapping[Metric, Sequence[DayValue]]) -> Friday:
    """From the four numbers of today, and of the days ahead: of all the same days."""
    checks = tuple(check(metric, bound, today[metric], ahead[metric]) for metric, bound in TERMS.items())
    eligible = _all([one.held for one in checks])
    returns_on = None if eligible else _returns_on(ahead)
    return Friday(eligible, checks, returns_on)


def _all(answers: Sequence[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _returns_on(ahead: Mapping[Metric, Sequence[DayValue]]) -> date | None:
    for of_day in zip(*(ahead[metric] for metric in TERMS), strict=True):
        if all(holds(metric, bound, value) for (metric, bound), value in zip(TERMS.items(), of_day, strict=True)):
            first: date = of_day[0].day
            return first
    return None
