"""«Отличный продавец»: five conditions, all of them seven days in a row (kaspi-api §10, seed 001). Pure.

At least 25 orders issued in 30 days, and the four numbers in the good zone of the profile: a rating above 4.6, cancels
below 1 %, late hand-overs below 5 %, returns for quality below 1 %. The week is counted in days of the cabinet: the number
of a day is that of the window that ended the day before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from quality.formulas import Metric
from quality.standing.conditions import Check, check, holds
from quality.standing.series import DayValue
from quality.thresholds import Profile

ISSUED: Final = 25
WEEK: Final = 7
CONDITIONS: Final = 5

Values = Mapping[Metric, Sequence[DayValue]]
OfDay = Mapping[Metric, DayValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excellent:
    """Where a shop stands with the status.

    `streak`: on how many days up to today all five held, `since` the first of them, `at_least`: they held on the first day
    that is known, too. `breaks_first`: of the numbers that hold, the one that bears the fewest more. `earliest`: the first
    day of the status if nothing new goes wrong, None when it is held already or the day is not in sight.
    """

    issued: int
    checks: tuple[Check, ...]
    streak: int
    since: date | None
    at_least: bool
    breaks_first: Check | None
    earliest: date | None

    @property
    def enough_issued(self) -> bool:
        return self.issued >= ISSUED

    @property
    def held(self) -> int:
        """How many of the five hold today."""
        return self.enough_issued + sum(one.held is True for one in self.checks)

    @property
    def earned(self) -> bool:
        """Whether the week is full."""
        return self.streak >= WEEK


def excellent(past: Values, ahead: Values, profile: Profile) -> Excellent:
    """From the values of past days, today the last, and of days ahead: of all four numbers the same days."""
    days, coming = by_day(past), by_day(ahead)
    today = days[-1]
    checks = tuple(check(metric, profile.rules[metric].good, today[metric], ahead[metric]) for metric in Metric)
    streak = _streak(days, profile)
    bearing = [one for one in checks if one.held]
    return Excellent(
        issued=issued_on(today),
        checks=checks,
        streak=streak,
        since=_day_of(today) - timedelta(days=streak - 1) if streak else None,
        at_least=streak == len(days),
        breaks_first=min(bearing, key=lambda one: one.spare, default=None),
        earliest=None if streak >= WEEK else _earliest(streak, coming, profile),
    )


def by_day(values: Values) -> list[OfDay]:
    """The values turned: of each day all four."""
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def issued_on(of_day: OfDay) -> int:
    """The orders issued in the window of that day: what the returns for quality are a share of."""
    return of_day[Metric.QUALITY_RETURNS].denominator


def all_hold(of_day: OfDay, profile: Profile) -> bool:
    """Whether all five conditions hold on the day. A number that is not formed does not hold."""
    return issued_on(of_day) >= ISSUED and all(
        holds(metric, profile.rules[metric].good, value) for metric, value in of_day.items()
    )


def _streak(days: Sequence[OfDay], profile: Profile) -> int:
    streak = 0
    for of_day in reversed(days):
        if not all_hold(of_day, profile):
            break
        streak += 1
    return streak


def _earliest(streak: int, coming: Iterable[OfDay], profile: Profile) -> date | None:
    for of_day in coming:
        streak = streak + 1 if all_hold(of_day, profile) else 0
        if streak >= WEEK:
            return _day_of(of_day)
    return None


def _day_of(of_day: OfDay) -> date:
    return next(iter(of_day.values())).day
