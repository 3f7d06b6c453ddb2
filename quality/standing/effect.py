"""What a tenth of a star is worth, by the shop's own weeks: a line through (rating before the week, orders of it). Pure.

Ordinary least squares with the interval of Student's law. It tells how both went together, not that one made the other:
seasons, prices and stock are not in it, and a rating of 90 days moves slowly, so neighbouring weeks say much the same.
Hence no value is claimed from fewer than twelve weeks, nor when the interval holds zero (capabilities row 42).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from quality.standing.intervals import LEVEL, Interval, two_sided

LEAST_WEEKS: Final = 12
TENTH: Final = 0.1


@dataclass(frozen=True, slots=True)
class Effect:
    """Orders a week that go with +0.1 star. `mean` is the mean of the weeks."""

    weeks: int
    value: float
    interval: Interval
    mean: float

    @property
    def shown(self) -> bool:
        """Whether own data show an effect at all: zero lies outside of the interval."""
        return self.interval.low > 0 or self.interval.high < 0


def effect(weeks: Sequence[tuple[float, float]]) -> Effect | None:
    """From (rating as it stood before the week, orders of the week). None below twelve weeks, or when the rating never
    moved, or when nothing is left over to judge the line by.
    """
    count = len(weeks)
    if count < LEAST_WEEKS:
        return None
    mean_x, mean_y = sum(x for x, _ in weeks) / count, sum(y for _, y in weeks) / count
    spread = sum((x - mean_x) ** 2 for x, _ in weeks)
    if spread < 1e-9:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in weeks) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in weeks)
    margin = student(count - 2) * sqrt(rest / (count - 2) / spread)
    return Effect(count, slope * TENTH, Interval((slope - margin) * TENTH, (slope + margin) * TENTH), mean_y)


def student(freedom: int, *, level: float = LEVEL) -> float:
    """The two-sided quantile of Student's law by its expansion about the normal one (Abramowitz and Stegun 26.7.5): right to
    a hundredth from five degrees of freedom on, and we never have fewer than ten.
    """
    z = two_sided(level)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
