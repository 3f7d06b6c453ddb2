"""Our number against Kaspi's: whether they agree, by how many orders not, and which orders could be why. Pure, exact.

Kaspi shows two digits after the point and never its orders. So a number agrees when it lies within half of the last
digit, and what is said of orders is a guess with reasons: each candidate tells by how much our sums would move if Kaspi
saw that one order otherwise, and the candidates that bring our number to Kaspi's come first.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations_with_replacement, count
from typing import Final, NamedTuple

from quality.formulas import Metric

# Half of the last digit the cabinet shows: 2,94 % and 4,71.
HALF_DIGIT: Final[Mapping[Metric, Fraction]] = {
    metric: Fraction(5, 1000) if metric is Metric.RATING else Fraction(5, 100_000) for metric in Metric
}
# So many sets of candidates are tried: with one kind of effect a hundred orders, with ten kinds sets of five or six.
MOST_SETS: Final = 10_000
MOST_TOGETHER: Final = 100
_NOTHING_LIKE_IT: Final = Fraction(10**9)


class Doubt(StrEnum):
    """Why Kaspi may see an order otherwise, the likeliest first."""

    RELABELLED = "relabelled"
    RULED = "ruled"
    FAULT_UNKNOWN = "fault_unknown"
    RETURN_REASON_UNKNOWN = "return_reason_unknown"
    MARK_OF_RETURNED = "mark_of_returned"
    PROVISIONAL = "provisional"
    MINUTES = "minutes"
    KNOWN_LATE = "known_late"
    EDGE = "edge"
    NOT_OURS = "not_ours"
    COUNTED = "counted"


_RANK: Final[Mapping[Doubt, int]] = {doubt: rank for rank, doubt in enumerate(Doubt)}


class Step(NamedTuple):
    """By how much the sums above and below the line would move."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that Kaspi may see otherwise, and what that would do to our sums."""

    code: str
    doubt: Doubt
    step: Step


@dataclass(frozen=True, slots=True)
class Theirs:
    """What Kaspi shows: a share of 1 or a mean mark as it was rounded, and the counts where they are told."""

    metric: Metric
    value: Fraction
    numerator: int | None = None
    denominator: int | None = None

    def distance(self, numerator: int, denominator: int) -> Fraction:
        """How far sums of ours are from it: 0 where they agree; orders where the counts are told, else the value."""
        if self.numerator is not None and self.denominator is not None:
            return Fraction(abs(numerator - self.numerator) + abs(denominator - self.denominator))
        if denominator <= 0:
            return _NOTHING_LIKE_IT
        return max(abs(Fraction(numerator, denominator) - self.value) - HALF_DIGIT[self.metric], Fraction(0))


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate with what is left of the difference if it is the reason; nothing: it alone explains it."""

    candidate: Candidate
    rest: Fraction

    @property
    def explains(self) -> bool:
        return not self.rest


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The answer. `orders`: by so many orders (for the rating marks added up) ours is above Kaspi's, at our denominator;
    `rest`: how far ours is from it (`Theirs.distance`).

    `together` is the smallest set found that explains the difference; empty where the numbers agree or none was found.
    """

    orders: int
    rest: Fraction
    candidates: tuple[Explained, ...]
    together: tuple[Candidate, ...]

    @property
    def agrees(self) -> bool:
        return not self.rest

    @property
    def helpful(self) -> tuple[Explained, ...]:
        """The candidates that bring our number nearer to Kaspi's."""
        return tuple(one for one in self.candidates if one.rest < self.rest)


def reconcile(numerator: int, denominator: int, theirs: Theirs, candidates: Sequence[Candidate]) -> Reconciled:
    """Hold our sums against Kaspi's number. An order may stand among the candidates for several doubts."""
    steps = {one.step for one in candidates}
    rest = {step: theirs.distance(numerator + step.numerator, denominator + step.denominator) for step in steps}
    ranked = sorted(candidates, key=lambda one: (rest[one.step], _RANK[one.doubt], one.code))
    now = theirs.distance(numerator, denominator)
    return Reconciled(
        orders=numerator - _above(theirs, denominator) if now else 0,
        rest=now,
        candidates=tuple(Explained(one, rest[one.step]) for one in ranked),
        together=_together(numerator, denominator, theirs, ranked) if now else (),
    )


def _above(theirs: Theirs, denominator: int) -> int:
    """Kaspi's sum above the line, by our denominator where Kaspi tells no counts."""
    return round(theirs.value * denominator) if theirs.numerator is None else theirs.numerator


def _together(numerator: int, denominator: int, theirs: Theirs, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Of the sets of candidates, by size, the first that explains it. Candidates of one step are alike but for their doubt."""
    for steps in _sets(ranked):
        above, below = (sum(parts) for parts in zip(*steps, strict=True))
        if theirs.distance(numerator + above, denominator + below) == 0:
            chosen = _choose(steps, ranked)
            if chosen:
                return chosen
    return ()


def _sets(ranked: Sequence[Candidate]) -> Iterator[tuple[Step, ...]]:
    """Steps taken together, fewer first; no more sets than MOST_SETS in all."""
    steps, tried = list(dict.fromkeys(one.step for one in ranked)), count()
    for size in range(1, min(len(ranked), MOST_TOGETHER) + 1):
        for taken in combinations_with_replacement(steps, size):
            if next(tried) >= MOST_SETS:
                return
            yield taken


def _choose(steps: Sequence[Step], ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Orders for these steps, the likeliest of each, none twice; nothing where there are too few."""
    wanted, chosen = Counter(steps), dict[str, Candidate]()
    for one in ranked:
        if wanted[one.step] and one.code not in chosen:
            wanted[one.step] -= 1
            chosen[one.code] = one
    return tuple(chosen.values()) if not wanted.total() else ()
