"""The number of each of many days, past and to come, from day buckets: one pass over the days. Pure, exact.

A number of a day is what is shown on it: the whole Almaty days of its window (`thresholds.whole_window`), by default those
ending the day before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from quality.formulas import Metric
from quality.metrics import SAMPLE_OF, DayCounts, Measured, preview_window
from quality.thresholds import Rule, Status, judge, whole_window

Days = Mapping[Metric, Sequence[DayCounts]]


class DayValue(NamedTuple):
    """One number as it is shown on `day`. For the rating the numerator is a sum of marks."""

    day: date
    numerator: int
    denominator: int
    sample: int
    status: Status

    @property
    def value(self) -> Fraction | None:
        """The share (of 1) or the mean mark (1–5), exact; None when there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


class _Sums(NamedTuple):
    """Sums of all days before the first, the second … day: what lies between two of them is a difference."""

    above: Sequence[int]
    below: Sequence[int]


def series(days: Days, rule: Rule, from_day: date, to_day: date) -> tuple[DayValue, ...]:
    """The number of each day from `from_day` to `to_day`, both included, judged by the rule. O(days).

    Needs the buckets of the metric and of `SAMPLE_OF[metric]`, in any order, several of one day or none.
    """
    first = whole_window(rule, from_day).first
    length = (whole_window(rule, to_day).last - first).days + 1
    counts = _sums(days.get(rule.metric, ()), first, length)
    sample = _sums(days.get(SAMPLE_OF[rule.metric], ()), first, length)
    return tuple(
        _shown(rule, from_day + timedelta(days=start), counts, sample, start)
        for start in range(length - rule.window_days + 1)
    )


def _sums(days: Iterable[DayCounts], first: date, length: int) -> _Sums:
    above, below = [0] * max(length, 0), [0] * max(length, 0)
    for day in days:
        place = (day.day - first).days
        if 0 <= place < length:
            above[place] += day.numerator
            below[place] += day.denominator
    return _Sums(list(accumulate(above, initial=0)), list(accumulate(below, initial=0)))


def _shown(rule: Rule, day: date, counts: _Sums, sample: _Sums, start: int) -> DayValue:
    end = start + rule.window_days
    measured = Measured(
        metric=rule.metric,
        window=whole_window(rule, day),
        numerator=counts.above[end] - counts.above[start],
        denominator=counts.below[end] - counts.below[start],
        sample=sample.below[end] - sample.below[start],
    )
    return DayValue(day, measured.numerator, measured.denominator, measured.sample, judge(measured, rule))


def pace_of(days: Iterable[DayCounts], *, today: date, window_days: int) -> Fraction:
    """How much the denominator has grown a day over the window that ends today."""
    window = preview_window(today, window_days)
    return Fraction(sum(day.denominator for day in days if window.holds(day.day)), window_days)


def to_come(days: Days, rule: Rule, *, today: date, horizon: int) -> tuple[DayValue, ...]:
    """The number of each of the next `horizon` days if nothing new goes wrong, tomorrow first.

    What happened, today included, grows old and leaves. Of a share as many orders come in each day as the last window
    brought a day, and none of them goes wrong; of the rating no new mark comes, for nobody knows which.
    """
    known = {metric: [day for day in days.get(metric, ()) if day.day <= today] for metric in _needed(rule)}
    if rule.metric is not Metric.RATING:
        for counts in known.values():
            counts.extend(_coming(pace_of(counts, today=today, window_days=rule.window_days), today, horizon))
    return series(known, rule, today + timedelta(days=1), today + timedelta(days=horizon))


def _needed(rule: Rule) -> set[Metric]:
    return {rule.metric, SAMPLE_OF[rule.metric]}


def _coming(pace: Fraction, today: date, horizon: int) -> Iterable[DayCounts]:
    """Whole orders a day that add up to the pace."""
    for ahead in range(1, horizon + 1):
        more = int(pace * ahead) - int(pace * (ahead - 1))
        yield DayCounts(today + timedelta(days=ahead), 0, more)
