"""A number on each of many days, from day buckets: sums of a sliding window by running totals. Pure, exact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from quality.formulas import FORMULA, Formula, Metric
from quality.metrics import SAMPLE_OF, DayCounts, Measured
from quality.thresholds import Rule, whole_window


class Shown(NamedTuple):
    """What the cabinet would show on a day."""

    day: date
    measured: Measured


class _Totals(NamedTuple):
    """Running totals of both sides; the n-th is of the days before the n-th."""

    above: Sequence[int]
    below: Sequence[int]


def official_series(
    days: Mapping[Metric, Iterable[DayCounts]],
    *,
    first: date,
    last: date,
    rule: Rule,
    formula: Formula = FORMULA,
) -> tuple[Shown, ...]:
    """The number shown on each day from `first` to `last`; a day costs the same whatever the length of its window.

    Needs the buckets of the metric and of `SAMPLE_OF[metric]` from `first` less the window on. Of whole days: of a rolling
    window nobody knows what its first day counted then.
    """
    metric, length, begins = rule.metric, rule.window_days, whole_window(rule, first).first
    shown = (last - first).days + 1
    own, sample = (_totals(days.get(one, ()), begins, length + shown) for one in (metric, SAMPLE_OF[metric]))
    return tuple(
        Shown(
            day := first + timedelta(days=n),
            Measured(
                metric=metric,
                window=whole_window(rule, day),
                numerator=own.above[n + length] - own.above[n],
                denominator=own.below[n + length] - own.below[n],
                sample=sample.below[n + length] - sample.below[n],
                version=formula.version,
            ),
        )
        for n in range(shown)
    )


def _totals(counts: Iterable[DayCounts], begins: date, length: int) -> _Totals:
    above, below = [0] * length, [0] * length
    for one in counts:
        place = (one.day - begins).days
        if 0 <= place < length:
            # A day comes in several buckets when they are kept by point.
            above[place] += one.numerator
            below[place] += one.denominator
    return _Totals(tuple(accumulate(above, initial=0)), tuple(accumulate(below, initial=0)))
