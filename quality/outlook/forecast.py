"""Where a number goes in the next two weeks: what leaves the window exactly, what comes by chance. Pure and seeded.

A number of a day to come is the sum of three things. What is in the window already and stays there is known. Orders that
are still to come are drawn from the same weekday of the last eight weeks: holidays are not known here. What goes wrong is
drawn as a Beta-binomial: every week of a path has a share of its own, as far apart from the others as the shop's weeks have
been. Marks are drawn as whole days, sum and count together. The same course and seed give the same forecast, digit by digit.

Method: capabilities §4 B6; why so, docs/adr/0033.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from math import sqrt
from operator import add
from random import Random
from statistics import NormalDist

from quality.budget import Room, room
from quality.formulas import FORMULA, Formula, Metric
from quality.metrics import DayCounts, official_window
from quality.outlook.rates import Rates, mean_of, rates_of, recent_days, summed
from quality.thresholds import COMPARE, Rule

HORIZON, PATHS = 14, 300
LOW, HIGH = 0.1, 0.9
LIKELY, POSSIBLE = 0.5, 0.1
# From so many expected on a day on a count is drawn by the normal curve.
MANY = 12
NORMAL = NormalDist()
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that a forecast is made from. What-if turns one course into another (quality.outlook.whatif).

    `past`: day buckets up to and with today, as far as it has come. `arriving` and `keeping`: for each day from today on,
    which part of the expected orders still comes, and of the expected faults (for the rating: of the marks and of their
    sum). `samples`: by how many orders each shown day is judged. `due`: surely late when it is handed over.
    """

    metric: Metric
    rule: Rule
    today: date
    past: tuple[DayCounts, ...]
    rates: Rates
    arriving: tuple[float, ...]
    keeping: tuple[float, ...]
    sample: tuple[DayCounts, ...] | None = None
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayForecast:
    """The number as the cabinet will show it on `day`: half of the paths lie below `median`, a tenth below `low`.

    `used` and `total` are of the path in the middle. `aged`: if nothing new happens, exact. `critical`: the share of the
    paths on which the number is beyond the critical line. Values are None while there is nothing to divide by.
    """

    day: date
    low: float | None
    median: float | None
    high: float | None
    used: int
    total: int
    aged: Fraction | None
    critical: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`days` from tomorrow on. `a_day`: how many are expected above the line on a day."""

    rule: Rule
    days: tuple[DayForecast, ...]
    thin: bool
    a_day: float

    @property
    def likely(self) -> DayForecast | None:
        """The first day on which a breach is as likely as not."""
        return self._first(LIKELY)

    @property
    def possible(self) -> DayForecast | None:
        """The first day on which one path of ten is in breach."""
        return self._first(POSSIBLE)

    def _first(self, least: float) -> DayForecast | None:
        return next((day for day in self.days if day.critical >= least), None)

    @property
    def room(self) -> Room | None:
        """What is left under the line on the last day, on the path in the middle; None for the rating."""
        if self.rule.metric is Metric.RATING:
            return None
        return room(self.days[-1].used, self.days[-1].total, self.rule.critical)


def seed_of(shop_ids: Iterable[int], metric: Metric, today: date) -> int:
    """The same for the same shops, number and day, on every machine and in every process."""
    told = f"{sorted(shop_ids)} {metric.value} {today.isoformat()}"
    return int.from_bytes(sha256(told.encode()).digest()[:8], "big")


def course_of(
    days: Iterable[DayCounts],
    rule: Rule,
    *,
    today: date,
    sample: Iterable[DayCounts] | None = None,
    formula: Formula = FORMULA,
    due: int = 0,
    horizon: int = HORIZON,
) -> Course:
    """The course of a number as things are: buckets of the days up to today, nothing changed.

    `sample`: buckets of the orders by which the number is judged (quality.metrics.SAMPLE_OF), by default its own.
    """
    past = summed(days, today)
    return Course(
        metric=rule.metric,
        rule=rule,
        today=today,
        past=past,
        rates=rates_of(past, rule, today=today, formula=formula),
        arriving=(1.0,) * horizon,
        keeping=(1.0,) * horizon,
        sample=None if sample is None else summed(sample, today),
        due=due,
    )


def _samples(course: Course) -> list[int]:
    """Orders of each shown day's window: those there are, and as many to come as on such weekdays."""
    judged = course.past if course.sample is None else course.sample
    kept = _kept(judged, course.rule.window_days, course.today, len(course.arriving))
    recent = recent_days(judged, course.today)
    usual = [mean_of([day.denominator for day in recent if day.day.weekday() == weekday]) for weekday in range(7)]
    coming, found = 0.0, []
    for n, (_, total) in enumerate(kept):
        found.append(int(total + coming))
        # The rest of today is not guessed at: a sample is judged too small rather than too large.
        coming += usual[(course.today + (n + 1) * ONE_DAY).weekday()] * course.arriving[n]
    return found


# --- The paths --------------------------------------------------------------------------------------------------------


def forecast(course: Course, *, seed: int, paths: int = PATHS) -> Forecast:
    """The number of each day to come, tomorrow first: as many days as the course has parts for."""
    draw = _draw_marks if course.rates.share is None else _draw_faults
    kept = _kept(course.past, course.rule.window_days, course.today, len(course.arriving))
    above: list[list[float]] = []
    below: list[list[float]] = []
    for new_above, new_below in draw(course, seed, paths):
        above.append(list(map(add, above[-1], new_above)) if above else new_above)
        below.append(list(map(add, below[-1], new_below)) if below else new_below)
    samples = _samples(course)
    days = (
        _day(course, n, samples[n], kept[n], _inside(above, n, course), _inside(below, n, course))
        for n in range(len(kept))
    )
    return Forecast(rule=course.rule, days=tuple(days), thin=course.rates.thin, a_day=course.rates.a_day)


def _inside(sums: Sequence[list[float]], n: int, course: Course) -> list[float]:
    """What has come by the n-th day and is in its window still."""
    gone = n - course.rule.window_days
    return sums[n] if gone < 0 else [total - left for total, left in zip(sums[n], sums[gone], strict=True)]


def _kept(past: Sequence[DayCounts], length: int, today: date, horizon: int) -> list[tuple[int, int]]:
    """Above and below the line on each shown day, of what has happened already (as quality.budget.days_ahead says)."""
    counts: Mapping[date, tuple[int, int]] = {day.day: (day.numerator, day.denominator) for day in past}
    window = official_window(today + ONE_DAY, length)
    above = sum(day.numerator for day in past if window.holds(day.day))
    below = sum(day.denominator for day in past if window.holds(day.day))
    found = []
    for n in range(horizon):
        found.append((above, below))
        left = counts.get(window.first + n * ONE_DAY, (0, 0))
        above, below = above - left[0], below - left[1]
    return found


def _draw_faults(course: Course, seed: int, paths: int) -> Iterable[tuple[list[float], list[float]]]:
    """Faults and orders of each day from today on, of all paths."""
    arrivals, chances = Random(seed), Random(seed + 1)  # apart, so that a change of one leaves the other as it was
    share = course.rates.share
    assert share is not None
    weekly = Random(seed + 2)
    shares: list[float] = []
    for n, (arriving, keeping) in enumerate(zip(course.arriving, course.keeping, strict=True)):
        if n % 7 == 0:
            shares = [weekly.betavariate(share.alpha, share.beta) for _ in range(paths)]
        usual = [day.denominator for day in course.rates.days[(course.today + n * ONE_DAY).weekday()]] or [0]
        if not n:
            usual = [max(orders - _so_far(course), 0) for orders in usual]
        came = arrivals.choices(usual, k=paths)
        tried = came if course.rates.same_day else arrivals.choices(usual, k=paths)
        faults: list[float] = [
            _count(orders, one, keeping, chances.random()) for orders, one in zip(tried, shares, strict=True)
        ]
        orders: list[float] = list(came) if arriving == 1 else [one * arriving for one in came]
        if not n and course.due:
            faults = [max(one, course.due) for one in faults]
            orders = [max(one, course.due) for one in orders]
        yield faults, orders


def _count(trials: int, share: float, keeping: float, chance: float) -> int:
    """How many of `trials` go wrong when each does with `share · keeping`: the quantile of `chance`.

    Never more for a smaller `keeping`, with the same chance: by the parts kept, a what-if can only be read one way.
    """
    part = share * keeping
    if not trials or not part:
        return 0
    if part >= 1:
        return trials
    if trials * share >= MANY:
        middle = trials * part
        found = middle + NORMAL.inv_cdf(chance or 1e-9) * sqrt(middle * (1 - part))
        return min(max(int(found + 0.5), 0), trials)
    odds, here = part / (1 - part), (1 - part) ** trials
    count, reached = 0, here
    while reached < chance and count < trials:
        here *= odds * (trials - count) / (count + 1)
        count += 1
        reached += here
    return count


def _draw_marks(course: Course, seed: int, paths: int) -> Iterable[tuple[list[float], list[float]]]:
    """Sums of marks and their numbers, of each day from today on, of all paths: whole days of the past again."""
    arrivals = Random(seed)
    for n, (arriving, keeping) in enumerate(zip(course.arriving, course.keeping, strict=True)):
        usual = course.rates.days[(course.today + n * ONE_DAY).weekday()] or (DayCounts(course.today, 0, 0),)
        parts = [1.0 if n else _left_of_today(day.denominator, _so_far(course)) for day in usual]
        days = [(day.numerator * part, day.denominator * part) for day, part in zip(usual, parts, strict=True)]
        came = arrivals.choices(days, k=paths)
        yield [total * keeping for total, _ in came], [count * arriving for _, count in came]


def _so_far(course: Course) -> int:
    """What today has brought already."""
    return next((day.denominator for day in reversed(course.past) if day.day == course.today), 0)


def _left_of_today(usual: int, so_far: int) -> float:
    """Today becomes a day like the others: what it has brought already does not come again."""
    return max(usual - so_far, 0) / usual if usual else 0.0


def _day(
    course: Course, n: int, sample: int, kept: tuple[int, int], above: Sequence[float], below: Sequence[float]
) -> DayForecast:
    """One shown day out of all paths."""
    used, total = [kept[0] + one for one in above], [kept[1] + one for one in below]
    values = [one / all_ if all_ else -1.0 for one, all_ in zip(used, total, strict=True)]
    ranked = sorted(range(len(values)), key=values.__getitem__)
    # Paths without an order have no value; they come first.
    ranked = ranked[bisect_left(ranked, 0.0, key=values.__getitem__) :]
    middle = ranked[_rank(0.5, len(ranked))] if ranked else None
    return DayForecast(
        day=course.today + (n + 1) * ONE_DAY,
        low=values[ranked[_rank(LOW, len(ranked))]] if ranked else None,
        median=None if middle is None else values[middle],
        high=values[ranked[_rank(HIGH, len(ranked))]] if ranked else None,
        used=0 if middle is None else round(used[middle]),
        total=0 if middle is None else round(total[middle]),
        aged=Fraction(*kept) if kept[1] else None,
        critical=_beyond(course.rule, sample, used, total) / len(used),
    )


def _rank(part: float, count: int) -> int:
    return min(int(part * count), count - 1) if part > 0.5 else max(int(part * (count - 1)), 0)


def _beyond(rule: Rule, sample: int, used: Sequence[float], total: Sequence[float]) -> int:
    """On how many paths the number is judged, and beyond the critical line. Exact: no division."""
    compare, line = COMPARE[rule.critical.comparator], rule.critical.value
    over, under = line.numerator, line.denominator
    judged = sample >= rule.min_sample
    least = rule.min_violations
    held = [
        compare(one * under, over * all_)  # type: ignore[arg-type]
        for one, all_ in zip(used, total, strict=True)
        if all_ and (judged or (least is not None and one >= least))
    ]
    return sum(held)
