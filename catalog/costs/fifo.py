"""Which pieces are sold first: those that came first. Pure; costs in ₸.

A piece that left before the first receipt was on the shelf before anybody told costs: it has none, and takes none away.
After it pieces leave in the order of shipping, whichever day a receipt bears, so a paper that comes late still prices
what was sold meanwhile. What is sold beyond all receipts has no cost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Layer(NamedTuple):
    """So many pieces for so much each."""

    pieces: int
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """What pieces that left had cost together; `pieces` of them have no cost known when `uncosted` is above zero."""

    cost: Decimal
    uncosted: int


def spend(layers: Sequence[Layer], shipped: Iterable[int]) -> Iterator[Spent]:
    """The cost of each parcel of pieces, in the order in which they leave; layers in the order in which they came."""
    place, left = 0, layers[0].pieces if layers else 0
    for pieces in shipped:
        wanted, cost = pieces, Decimal(0)
        while wanted and place < len(layers):
            taken = min(wanted, left)
            cost += taken * layers[place].unit_cost
            wanted, left = wanted - taken, left - taken
            if not left:
                place += 1
                left = layers[place].pieces if place < len(layers) else 0
        yield Spent(cost, wanted)


def left_of(layers: Sequence[Layer], gone: int) -> list[int]:
    """How many pieces of each layer are left once so many of the item have gone."""
    left = []
    for layer in layers:
        taken = min(layer.pieces, gone)
        gone -= taken
        left.append(layer.pieces - taken)
    return left


def next_cost(layers: Sequence[Layer], gone: int) -> Decimal | None:
    """What the next piece to leave costs; beyond all receipts as much as the last one told, None without any."""
    for layer, left in zip(layers, left_of(layers, gone), strict=True):
        if left:
            return layer.unit_cost
    return layers[-1].unit_cost if layers else None
