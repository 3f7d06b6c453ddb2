"""How many pieces buyers may ask for in a stretch of time. Pure.

Orders of one good come one apart from another, so their number in a stretch is Poisson's while the rate is known; a rate
that itself varies from day to day is met in `catalog.replenishment`.
"""

import math
from statistics import NormalDist

EXACT_UP_TO = 600.0
"""Mean pieces up to which the sum is taken; there the normal shape differs by a piece at most already."""


def quantile(rate_per_hour: float, hours: float, level: float) -> int:
    """The fewest pieces that demand exceeds with a chance of at most `1 - level`, for a rate in pieces an hour.

    Nothing is asked for at a rate or in a stretch of zero. Raises ValueError for a negative rate or stretch, and for a
    level that is not above 0 and below 1.
    """
    if rate_per_hour < 0 or hours < 0:
        raise ValueError("a rate and a stretch of time are not negative")
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    mean = rate_per_hour * hours
    return _far(mean, level) if mean > EXACT_UP_TO else _summed(mean, level)


def _summed(mean: float, level: float) -> int:
    # e^-600 is still a normal number of a float, and each term follows from the one before it.
    pieces, term = 0, math.exp(-mean)
    reached = term
    # Past the mean a term that adds nothing ends it: the level was nearer to one than a float can tell.
    while reached < level and (pieces < mean or reached + term > reached):
        pieces += 1
        term *= mean / pieces
        reached += term
    return pieces


def _far(mean: float, level: float) -> int:
    """The normal shape with Cornish and Fisher's next term: Poisson's skewness is 1/√mean."""
    z = NormalDist().inv_cdf(level)
    return max(0, math.ceil(mean + z * math.sqrt(mean) + (z * z - 1) / 6 - 0.5))
