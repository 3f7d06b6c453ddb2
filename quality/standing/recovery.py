"""How a rating is won back: by fives, by the leaving of low marks, and what the marks of returned orders would do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from quality.budget import MarksAhead, marks_ahead, marks_needed
from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.standing.effect import Effect, effect
from quality.standing.series import Days, DayValue, series
from quality.thresholds import Bound, Comparator, Rule, Status

FIVE: Final = 5
LOW: Final = (1, 2, 3)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Goal:
    """So many fives until the rating stands on the mark, and until it is above it. None: fives never lead there."""

    value: Fraction
    to_reach: int | None
    to_pass: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The marks of returned orders in the window, which do not count (seed 001), and the rating if they did."""

    count: int
    value: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """`value` is today's. `goals` by rising value. `days` are the next 90 if no new mark comes; of fewer marks than `least`
    there is no rating.
    """

    value: DayValue
    goals: tuple[Goal, ...]
    days: tuple[MarksAhead, ...]
    least: int

    def best_days(self, most: int) -> tuple[MarksAhead, ...]:
        """The days on which most is lost of what holds the rating down, in order of the calendar: the points by which the
        marks that leave lie below today's mean.
        """
        mean = self.value.value or Fraction(0)
        lost = [(mean * day.leaving_count - day.leaving_total, day) for day in self.days if day.count >= self.least]
        found = sorted((one for one in lost if one[0] > 0), key=lambda one: (-one[0], one[1].day))[:most]
        return tuple(sorted((day for _, day in found), key=lambda day: day.day))


def recovery(days: Days, rule: Rule, *, today: date) -> Recovery:
    """From day buckets of the rating. The fives are counted for the number that the cabinet shows tomorrow: a mark of today
    is in it already.
    """
    value = series(days, rule, today, today)[0]
    tomorrow = series(days, rule, today + timedelta(days=1), today + timedelta(days=1))[0]
    lines = sorted({rule.critical.value, rule.good.value})
    return Recovery(
        value=value,
        goals=tuple(_goal(tomorrow, line) for line in lines),
        days=marks_ahead(days.get(Metric.RATING, ()), rule, today=today, horizon=rule.window_days),
        least=rule.min_sample,
    )


def _goal(value: DayValue, line: Fraction) -> Goal:
    reach, beyond = (
        marks_needed(value.numerator, value.denominator, Bound(comparator, line), mark=FIVE)
        for comparator in (Comparator.GE, Comparator.GT)
    )
    return Goal(line, reach, beyond)


def left_out(value: DayValue, marks: Mapping[int, int]) -> LeftOut | None:
    """`marks`: how many of each value are left out of the rating `value`. None without any."""
    count = sum(marks.values())
    if not count:
        return None
    total = value.numerator + sum(mark * times for mark, times in marks.items())
    return LeftOut(count=count, value=Fraction(total, value.denominator + count))


def weeks_of(days: Days, rule: Rule, *, today: date, first: date) -> list[tuple[float, float]]:
    """Whole weeks up to yesterday, the newest first: the rating as it stood on the first day of the week, which is that of
    the marks before it, and the orders that came in it. Weeks that begin before `first`, or without a rating, are left out.
    """
    arrived = _by_day(days.get(Metric.CANCELLED, ()))
    ratings = {value.day: value for value in series(days, rule, first, today)} if first <= today else {}
    found, begins = [], today - WEEK
    while begins >= first:
        value = ratings[begins]
        if value.status is not Status.NOT_ENOUGH_DATA and value.value is not None:
            orders = sum(arrived.get(begins + timedelta(days=n), 0) for n in range(WEEK.days))
            found.append((float(value.value), float(orders)))
        begins -= WEEK
    return found


def star_value(days: Days, rule: Rule, *, today: date, first: date) -> Effect | None:
    """What +0.1 star goes with, by own weeks since `first`."""
    return effect(weeks_of(days, rule, today=today, first=first))


def _by_day(days: Sequence[DayCounts]) -> dict[date, int]:
    found: dict[date, int] = {}
    for day in days:
        found[day.day] = found.get(day.day, 0) + day.denominator
    return found
