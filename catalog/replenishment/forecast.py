"""How many pieces buyers may want in the days to come, from how many they took in the days gone by. Pure.

A day on which nobody could buy tells nothing and is left out: it is not a day without demand. Days of the week differ in
shape; beside it days scatter as Poisson's count, or wider, as the negative binomial: what is counted decides which.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Final

# Each day of the week counts as if so many usual weeks had been seen besides: eight Mondays alone tell little.
USUAL_WEEKS: Final = 4
# Up to this mean chances are summed piece by piece; above, the normal shape does.
SUMMED_UP_TO: Final = 2_000.0
# Chances smaller than this are left out of a sum.
NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Demand:
    """A count of pieces with this mean and variance; never narrower than Poisson's."""

    mean: float
    variance: float

    def quantile(self, level: float) -> int:
        """The fewest pieces that are enough with at least this chance (0–1, not 0 or 1)."""
        if self.mean > SUMMED_UP_TO:
            return max(0, math.ceil(NormalDist(self.mean, math.sqrt(self.variance)).inv_cdf(level) - 0.5))
        reached, pieces = 0.0, -1
        for chance in self._chances():
            reached, pieces = reached + chance, pieces + 1
            if reached >= level:
                break
        return pieces

    def above(self, pieces: int) -> float:
        """The mean number of pieces wanted beyond so many: those that a buyer does not get."""
        if pieces <= 0:
            return self.mean - pieces
        if self.mean > SUMMED_UP_TO:
            return _normal_above(self.mean, math.sqrt(self.variance), pieces)
        short, served = 0.0, 0.0
        for wanted, chance in zip(range(pieces), self._chances(), strict=False):
            served += chance
            short += chance * (pieces - wanted)
        # E[(D − n)+] = E[D] − n + E[(n − D)+]
        return max(0.0, self.mean - pieces + short)

    def chance_above(self, pieces: int) -> float:
        """How likely more than so many are wanted."""
        if pieces < 0:
            return 1.0
        if self.mean > SUMMED_UP_TO:
            return 1 - NormalDist(self.mean, math.sqrt(self.variance)).cdf(pieces + 0.5)
        return max(0.0, 1 - math.fsum(chance for _, chance in zip(range(pieces + 1), self._chances(), strict=False)))

    def _chances(self) -> Iterator[float]:
        """Of 0, 1, 2… pieces, until what is left is nothing."""
        if self.mean <= 0:
            yield 1.0
            return
        spread = self.variance - self.mean
        # r → ∞ is Poisson's; from here on a float cannot tell the two apart.
        size = self.mean**2 / spread if spread > self.mean * 1e-9 else math.inf
        log = -self.mean if math.isinf(size) else -size * math.log1p(self.mean / size)
        pieces = 0
        while pieces <= self.mean or log > math.log(NOTHING):
            yield math.exp(log)
            step = self.mean if math.isinf(size) else (size + pieces) * self.mean / (size + self.mean)
            pieces += 1
            log += math.log(step / pieces)


def _normal_above(mean: float, deviation: float, pieces: int) -> float:
    z = (pieces - mean) / deviation
    return deviation * (NormalDist().pdf(z) - z * (1 - NormalDist().cdf(z)))


@dataclass(frozen=True, slots=True)
class Pace:
    """How an item sells: pieces of a mean day, what each day of the week (Monday first) makes of it, and how days scatter.

    `spread`: by how much the variance of a day exceeds its mean, as a share of the mean squared; 0: Poisson. `days`: how
    many days told it.
    """

    daily: float
    shape: tuple[float, ...]
    spread: float
    days: int

    def over(self, first: date, days: int) -> Demand:
        """What may be wanted in so many days from `first` on."""
        means = [self.daily * self.shape[(first + timedelta(days=n)).weekday()] for n in range(days)]
        mean = math.fsum(means)
        return Demand(mean, mean + self.spread * math.fsum(one * one for one in means))

    def lasts(self, pieces: int, first: date, *, most: int) -> int | None:
        """How many whole days so many pieces last at the mean pace; None: longer than `most`."""
        left = float(pieces)
        for days in range(most):
            left -= self.daily * self.shape[(first + timedelta(days=days)).weekday()]
            if left < 0:
                return days
        return None


def pace_of(sold: Sequence[int | None], last: date) -> Pace:
    """The pace of an item from its sales by day, the last of which is `last`; None: nobody could buy on that day."""
    told = [(last - timedelta(days=back), pieces) for back, pieces in enumerate(reversed(sold)) if pieces is not None]
    if not told:
        return Pace(0.0, (1.0,) * 7, 0.0, 0)
    shape = _shape(told)
    weights = math.fsum(shape[day.weekday()] for day, _ in told)
    daily = sum(pieces for _, pieces in told) / weights if weights else 0.0
    return Pace(daily, shape, _spread(told, daily, shape), len(told))


def _shape(told: Sequence[tuple[date, int]]) -> tuple[float, ...]:
    """What each day of the week sells to the mean day, drawn towards it while little is known; the mean of seven is 1."""
    mean = sum(pieces for _, pieces in told) / len(told)
    if mean == 0:
        return (1.0,) * 7
    sums, counts = [0.0] * 7, [0] * 7
    for day, pieces in told:
        sums[day.weekday()] += pieces / mean
        counts[day.weekday()] += 1
    raw = [(total + USUAL_WEEKS) / (count + USUAL_WEEKS) for total, count in zip(sums, counts, strict=True)]
    return tuple(one * 7 / sum(raw) for one in raw)


def _spread(told: Sequence[tuple[date, int]], daily: float, shape: Sequence[float]) -> float:
    """By the method of moments, over the days as the shape expects them; never below Poisson's."""
    means = [daily * shape[day.weekday()] for day, _ in told]
    squares = math.fsum(mean * mean for mean in means)
    if len(told) < 2 or squares == 0:
        return 0.0
    seen = math.fsum((pieces - mean) ** 2 for (_, pieces), mean in zip(told, means, strict=True))
    # Eight numbers were taken from the same days; seven of them are drawn hard to the mean and take little.
    return max(0.0, (seen * len(told) / (len(told) - 1) - math.fsum(means)) / squares)
