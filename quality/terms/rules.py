"""How promises were kept, and the honest term, from counts of days. Pure.

A group of orders is told as cells: so many orders of one outcome, promised for so many days, that took so many. Shares are
exact fractions 0–1; terms and spare days are whole days. An order that was never done took longer than any term.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, inf
from typing import Final

from quality.standing.intervals import of_share, two_sided

# Kept of a hundred where the profiles of the shops disagree or name no line. Ours: a buyer in thirty waits.
TARGET: Final = Fraction(97, 100)
# Of fewer orders the slowest one is the 95 % quantile: one bad day would speak for all.
FEW: Final = 20
# Two-sided, so nine times of ten the share lies above its lower end. By 95 % nothing could be said of under 125 orders.
SURE: Final = 0.8


class Verdict(StrEnum):
    """What became of a promise. The first two make the share; the others are told apart, a longer term changes none.

    BUYER: the buyer asked for another day, and it was kept. REPLANNED: Kaspi named another day for the courier while the
    first one was still ahead, and it was kept. COURIER: by our own word the parcel was brought in time, Kaspi took it
    later. ROAD: handed over in time, brought to the buyer too late. UNKNOWN: no promise, or nobody saw when it was ready.
    """

    KEPT = "kept"
    LATE = "late"
    BUYER = "buyer"
    REPLANNED = "replanned"
    COURIER = "courier"
    ROAD = "road"
    UNKNOWN = "unknown"


COUNTED: Final = (Verdict.KEPT, Verdict.LATE)
OUTSIDE: Final = tuple(one for one in Verdict if one not in COUNTED)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many orders that are alike. `taken` None: never done. `promised` None: nothing was promised.

    `moved`: the promise that stood in the end was not the first one.
    """

    verdict: Verdict
    promised: int | None
    taken: int | None
    moved: bool
    orders: int


class Advice(StrEnum):
    """What the honest term says of the promise. FEW: too few orders to promise by. NEVER: no term would do."""

    RIGHT = "right"
    LONGER = "longer"
    SHORTER = "shorter"
    FEW = "few"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Term:
    """The honest term in days, None where there is none; how many were late by the promises, and would be by the term."""

    advice: Advice
    days: int | None
    before: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """How a group kept its promises. `orders` are those of the share; `outside` counts the others by their reason.

    `promised`: the median term. `median`, `ninety`, `ninety_five`: of the days taken, None beyond every term. `spare`: the
    median of days that were left, below zero when most were late.
    """

    orders: int
    late: int
    moved: int
    outside: Mapping[Verdict, int]
    promised: int | None
    median: int | None
    ninety: int | None
    ninety_five: int | None
    spare: int | None
    term: Term

    @property
    def kept(self) -> Fraction | None:
        """The share that was kept; None without an order."""
        return Fraction(self.orders - self.late, self.orders) if self.orders else None

    @property
    def small(self) -> bool:
        return self.orders < FEW


def group_of(cells: Iterable[Cell], *, target: Fraction) -> Group:
    """The figures of a group; `target` is the share that is to be kept, above 0 and below 1."""
    every = list(cells)
    counted = [cell for cell in every if cell.verdict in COUNTED]
    taken = _spread((_reach(cell.taken), cell.orders) for cell in counted)
    spare = _spread(
        (cell.promised - cell.taken, cell.orders)
        for cell in counted
        if cell.promised is not None and cell.taken is not None
    )
    promised = _whole(quantile(_spread((_reach(cell.promised), cell.orders) for cell in counted), Fraction(1, 2)))
    return Group(
        orders=taken.total(),
        late=sum(cell.orders for cell in counted if cell.verdict is Verdict.LATE),
        moved=sum(cell.orders for cell in every if cell.moved),
        outside=_outside(every),
        promised=promised,
        median=_whole(quantile(taken, Fraction(1, 2))),
        ninety=_whole(quantile(taken, Fraction(9, 10))),
        ninety_five=_whole(quantile(taken, Fraction(19, 20))),
        spare=_whole(quantile(spare, Fraction(1, 2))),
        term=honest(counted, promised=promised, target=target),
    )


def quantile(values: Counter[float], level: Fraction) -> float | None:
    """The smallest value that at least `level` of all do not exceed; None of nothing."""
    left = ceil(level * values.total())
    for value in sorted(values):
        left -= values[value]
        if left <= 0:
            return value
    return None


def honest(counted: Sequence[Cell], *, promised: int | None, target: Fraction) -> Term:
    """The fewest days within which so many orders were done that the share is `target` even at its lower bound."""
    taken = _spread((_reach(cell.taken), cell.orders) for cell in counted)
    before = sum(cell.orders for cell in counted if cell.verdict is Verdict.LATE)
    in_time = 0
    for days in sorted(value for value in taken if value < inf):
        in_time += taken[days]
        if surely(in_time, taken.total(), target):
            term = max(int(days), 0)
            return Term(_advice(term, promised), term, before, taken.total() - in_time)
    return Term(Advice.FEW if taken.total() < needed(target) else Advice.NEVER, None, before, None)


def surely(in_time: int, orders: int, target: Fraction) -> bool:
    """Whether the share is at least `target` though it was seen in so many orders only."""
    return bool(orders) and of_share(in_time, orders, level=SURE).low >= target


def needed(target: Fraction) -> int:
    """Of how many orders, all in time, a term can be promised: Wilson's lower bound of a whole share is n / (n + z²)."""
    z = two_sided(SURE)
    enough = ceil(z * z * float(target / (1 - target)))
    return enough if surely(enough, enough, target) else enough + 1


def covered(cells: Iterable[Cell], most: int) -> Sequence[Fraction]:
    """Which share of the counted orders terms of 0, 1 … `most` days would have kept; nothing without an order."""
    taken = _spread((_reach(cell.taken), cell.orders) for cell in cells if cell.verdict in COUNTED)
    if not taken:
        return ()
    return [Fraction(sum(taken[day] for day in taken if day <= n), taken.total()) for n in range(most + 1)]


def _advice(term: int, promised: int | None) -> Advice:
    if promised is None or term == promised:
        return Advice.RIGHT
    return Advice.LONGER if term > promised else Advice.SHORTER


def _outside(cells: Iterable[Cell]) -> Mapping[Verdict, int]:
    found = Counter[Verdict]()
    for cell in cells:
        if cell.verdict in OUTSIDE:
            found[cell.verdict] += cell.orders
    return dict(found)


def _spread(pairs: Iterable[tuple[float, int]]) -> Counter[float]:
    found = Counter[float]()
    for value, orders in pairs:
        found[value] += orders
    return found


def _reach(days: int | None) -> float:
    return inf if days is None else days


def _whole(days: float | None) -> int | None:
    return None if days is None or days == inf else int(days)
