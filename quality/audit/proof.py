"""A number with everything it is made of, and a name for exactly that: SHA-256 of a text that anyone can write again. Pure.

The text, in UTF-8, each line ended by one line feed, words parted by one space:

    kaspi-office proof 1
    metric cancelled
    shop 30000001
    profile v2-2026
    formula event-days-1
    window 2026-10-31 2026-11-29 Asia/Almaty
    value 27/1236
    numerator 27
    284917420
    …
    denominator 1236
    …
    excluded 12
    284917512 fault_unknown
    …

- `shop` is Kaspi's number of the seller; orders are named by the codes that Kaspi gave them. Nothing of ours is in the
  text, nor when it was asked for, nor in what order things became known.
- After `numerator`, `denominator` and `excluded` stand so many lines, sorted by their bytes.
- An order that weighs something else than one is told with its weight: the mark for the numerator of the rating
  (`284917420:5`), the lines of the order where a formula counts items.
- `value` is the sum of the weights over the sum of the weights, not cut short: `27/1236`, `0/0`.
- `excluded` names those that look as if they belonged to the numerator, and why not (`quality.metrics.Exclusion`).

Two numbers have one digest exactly when all of this is the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple

from quality.formulas import Formula, Metric
from quality.metrics import Exclusion, OrderRow, Window, evidence

VERSION: Final = "kaspi-office proof 1"
ZONE: Final = "Asia/Almaty"


_CODE: Final = itemgetter(0)
_LINE: Final = attrgetter("line")


class Weighed(NamedTuple):
    """An order in a side of the share. `weight`: what it adds; None is one, and is not told."""

    code: str
    weight: int | None = None

    @property
    def line(self) -> str:
        return self.code if self.weight is None else f"{self.code}:{self.weight}"


class LeftOut(NamedTuple):
    """An order that is not in the numerator although it looks like it."""

    code: str
    why: Exclusion

    @property
    def line(self) -> str:
        return f"{self.code} {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One number of one shop. Both sides and what is left out are sorted, so that equal proofs are equal."""

    metric: Metric
    shop: str
    profile: str
    formula: str
    window: Window
    numerator: tuple[Weighed, ...]
    denominator: tuple[Weighed, ...]
    excluded: tuple[LeftOut, ...]

    @property
    def above(self) -> int:
        """The sum above the line: orders, lines of orders, or marks added up."""
        return _sum(self.numerator)

    @property
    def below(self) -> int:
        return _sum(self.denominator)

    @property
    def value(self) -> Fraction | None:
        """A share of 1 or a mean mark, exact; None when there is nothing to divide by."""
        return Fraction(self.above, self.below) if self.below else None

    @property
    def digest(self) -> str:
        """SHA-256 of the text, 64 hex digits."""
        return sha256("".join(lines(self)).encode()).hexdigest()


def prove(
    alike: Iterable[tuple[OrderRow, Sequence[str]]],
    metric: Metric,
    *,
    shop: str,
    profile: str,
    formula: Formula,
    window: Window,
) -> Proof:
    """The proof of a number from rows in any order, each with the codes of the orders that are as it says."""
    known = {row.order_id: (row, codes) for row, codes in alike}
    found = evidence((row for row, _ in known.values()), metric, window, formula=formula)
    items = metric in formula.items

    def side(ids: Iterable[int], *, marks: bool = False) -> tuple[Weighed, ...]:
        found = [one for key in ids for one in _weighed(*known[key], marks, items)]
        # Letters in the order of their numbers stand in that of their bytes in UTF-8 as well.
        return tuple(sorted(found, key=_LINE if marks or items else _CODE))

    left_out = (LeftOut(code, why) for key, why in found.excluded for code in known[key][1])
    return Proof(
        metric=metric,
        shop=shop,
        profile=profile,
        formula=formula.version,
        window=window,
        numerator=side(found.numerator, marks=metric is Metric.RATING),
        denominator=side(found.denominator),
        excluded=tuple(sorted(left_out, key=_LINE)),
    )


def _weighed(row: OrderRow, codes: Iterable[str], marks: bool, items: bool) -> Iterator[Weighed]:
    weight = row.mark if marks else row.items if items else None
    return (Weighed(code, weight) for code in codes)


def lines(proof: Proof) -> Iterator[str]:
    """The text whose SHA-256 is the digest, line by line, line feeds included."""
    head = (
        VERSION,
        f"metric {proof.metric}",
        f"shop {proof.shop}",
        f"profile {proof.profile}",
        f"formula {proof.formula}",
        f"window {proof.window.first} {proof.window.last} {ZONE}",
        f"value {proof.above}/{proof.below}",
    )
    yield from (f"{line}\n" for line in head)
    for name in ("numerator", "denominator", "excluded"):
        entries: tuple[Weighed | LeftOut, ...] = getattr(proof, name)
        yield f"{name} {len(entries)}\n"
        yield from (f"{entry.line}\n" for entry in entries)


def _sum(side: Iterable[Weighed]) -> int:
    return sum(1 if one.weight is None else one.weight for one in side)
