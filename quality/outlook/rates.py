"""What days to come are drawn from: the shop's own last eight weeks, and little else where there are none. Pure.

Orders by weekday (holidays are not known here); the share of what goes wrong as a Beta distribution, as wide as the shop's
weeks lie apart; marks as whole days, sum and count together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quality.formulas import FORMULA, Formula, Metric
from quality.metrics import DayCounts
from quality.thresholds import Rule

WEEKS = 8
# So much does the word of the profile weigh against the shop's own orders, in orders.
PRIOR_ORDERS = 20
# Fewer orders, weeks or marks than this are called few.
FEW_ORDERS, FEW_WEEKS, FEW_MARKS = 100, 4, 20
# Weeks further apart than this are not a share any more but an accident.
MOST_APART = 0.1


@dataclass(frozen=True, slots=True)
class Share:
    """What a week's share is drawn from: a Beta distribution of the mean `alpha / (alpha + beta)`."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What days to come are drawn from. `days`: whole days of the past by weekday, Monday first.

    `share` is None for the rating, whose days bring their marks along. `same_day`: what goes wrong counts on the day of
    the orders that it is shared by, else it comes from earlier ones. `thin`: there is little to draw from.
    """

    days: tuple[tuple[DayCounts, ...], ...]
    share: Share | None
    same_day: bool
    thin: bool

    @property
    def a_day(self) -> float:
        """How much is expected above the line on a day: faults, or for the rating the marks' sum."""
        weekly = [mean_of([day.denominator for day in one]) for one in self.days]
        if self.share is None:
            return mean_of([mean_of([day.numerator for day in one]) for one in self.days])
        return mean_of(weekly) * self.share.mean


def rates_of(past: Sequence[DayCounts], rule: Rule, *, today: date, formula: Formula = FORMULA) -> Rates:
    """What the last eight weeks before today say of days to come. `past`: each day once."""
    recent = recent_days(past, today)
    sides, marks = formula.sides[rule.metric], rule.metric is Metric.RATING
    orders = sum(day.denominator for day in recent)
    by_weekday = [tuple(day for day in recent if marks or day.day.weekday() == weekday) for weekday in range(7)]
    return Rates(
        days=tuple(by_weekday),
        share=None if marks else fit_share(_weeks(recent), rule),
        same_day=sides.numerator is sides.denominator,
        thin=orders < (FEW_MARKS if marks else FEW_ORDERS) or len(recent) < FEW_WEEKS * 7,
    )


def fit_share(weeks: Sequence[tuple[int, int]], rule: Rule) -> Share:
    """A Beta distribution from (faults, orders) of whole weeks, by moments.

    Its mean is the share of all weeks together, with the middle between the profile's two bounds as a word of twenty
    orders: a shop without a past starts there. Its width is how far the weeks lie apart beyond plain chance, and never
    narrower than so many orders can tell.
    """
    orders = sum(total for _, total in weeks)
    believed = float(rule.good.value + rule.critical.value) / 2
    mean = (sum(min(used, total) for used, total in weeks) + PRIOR_ORDERS * believed) / (orders + PRIOR_ORDERS)
    apart = _apart(weeks, mean)
    strength = min(1 / apart - 1 if apart else float("inf"), orders + PRIOR_ORDERS)
    return Share(mean * strength, (1 - mean) * strength)


def _apart(weeks: Sequence[tuple[int, int]], mean: float) -> float:
    """The correlation within a week by the method of moments: 0 where weeks differ no more than by chance."""
    full = [(min(used, total), total) for used, total in weeks if total]
    orders = sum(total for _, total in full)
    spread = sum(total * (used / total - mean) ** 2 for used, total in full) / (mean * (1 - mean))
    free = len(full) - 1
    weight = orders - sum(total * total for _, total in full) / orders - free if orders else 0
    return min(max((spread - free) / weight, 0.0), MOST_APART) if weight > 0 else 0.0


def summed(days: Iterable[DayCounts], today: date) -> tuple[DayCounts, ...]:
    """Each day once, in order, none after today."""
    sums: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
    for day in days:
        if day.day <= today:
            sums[day.day][0] += day.numerator
            sums[day.day][1] += day.denominator
    return tuple(DayCounts(day, *sums[day]) for day in sorted(sums))


def recent_days(past: Sequence[DayCounts], today: date) -> tuple[DayCounts, ...]:
    """The whole days of the last eight weeks since the first one known, the empty ones as well."""
    if not past:
        return ()
    known = {day.day: day for day in past}
    back = min(WEEKS * 7, (today - past[0].day).days)
    asked = (today - timedelta(days=n) for n in range(back, 0, -1))
    return tuple(known.get(day, DayCounts(day, 0, 0)) for day in asked)


def _weeks(recent: Sequence[DayCounts]) -> list[tuple[int, int]]:
    """Faults and orders of whole weeks, counted back from yesterday."""
    backwards = list(reversed(recent))
    weeks = (backwards[n : n + 7] for n in range(0, len(backwards), 7))
    return [(sum(day.numerator for day in week), sum(day.denominator for day in week)) for week in weeks]


def mean_of(numbers: Sequence[float]) -> float:
    """The plain mean; 0 of nothing."""
    return sum(numbers) / len(numbers) if numbers else 0.0
