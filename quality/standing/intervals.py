"""How far a number of few orders is to be believed: intervals in plain arithmetic. Pure.

Wilson's score interval for a share: it keeps its level for few orders and for shares near zero, where the simple one with
the standard error does not (C of N, z = 1.96 for 95 %). For a mean mark the same formula on (mean - 1) / 4: of all variables
between 0 and 1 with one mean, that of yes and no varies most, so the interval is never too narrow and needs no variance,
which three marks could not tell. It is wide, and that is the truth about three marks.
"""

from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

LEVEL: Final = 0.95
LOWEST_MARK, HIGHEST_MARK = 1, 5


class Interval(NamedTuple):
    """Both ends, in the unit of the number: a share of 1, or marks."""

    low: float
    high: float


def two_sided(level: float = LEVEL) -> float:
    """The quantile of the normal law that leaves as much on either side: 1.96 for 95 %."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(part: Fraction, count: int, *, level: float = LEVEL) -> Interval:
    """The interval of a share `part` (0–1) seen in `count` trials. Raises ValueError without any."""
    if count <= 0:
        raise ValueError("Nothing can be said of no trials")
    z, p = two_sided(level), float(part)
    middle = p + z * z / (2 * count)
    spread = z * sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return Interval(max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0))


def of_share(numerator: int, denominator: int, *, level: float = LEVEL) -> Interval:
    """The interval of a share. More in the numerator than below it is all of it."""
    return wilson(Fraction(min(numerator, denominator), denominator), denominator, level=level)


def of_mean_mark(total: int, count: int, *, level: float = LEVEL) -> Interval:
    """The interval of a mean mark, 1–5."""
    width = HIGHEST_MARK - LOWEST_MARK
    low, high = wilson((Fraction(total, count) - LOWEST_MARK) / width, count, level=level)
    return Interval(LOWEST_MARK + width * low, LOWEST_MARK + width * high)
