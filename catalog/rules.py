"""Kaspi's rules of an offer (kaspi-api.md §6.1) and ours of its price. Pure: nothing is asked or written here.

Prices are whole ₸ with VAT; shares are 0–1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

LONGEST_PREORDER: Final = 30
# In a price list; the product import takes 64 (kaspi-api.md §7), and orders may tell of any.
LONGEST_SKU: Final = 20
SKU: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_SKU}}}")
DEAREST: Final = Decimal(999_999_999)


def fits_price_list(sku: str) -> bool:
    """Whether Kaspi takes this SKU in a price list: latin letters, digits, `_` and `-`, at most twenty."""
    return SKU.fullmatch(sku) is not None


class Breach(StrEnum):
    """Why a price may not stand without a person's word."""

    BELOW_FLOOR = "below_floor"
    ABOVE_CEILING = "above_ceiling"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class PriceGuard:
    """The bounds of a price: lowest, highest, and the largest single change as a share of the price that stands."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    most_step: Decimal | None = None

    def breach(self, before: Decimal | None, after: Decimal) -> Breach | None:
        """The first bound that the new price breaks; None when it may stand. A first price is never too far."""
        return next(iter(self.breaches(before, after)), None)

    def breaches(self, before: Decimal | None, after: Decimal) -> Mapping[Breach, Decimal]:
        """Every bound that the new price breaks, and how many ₸ it goes beyond."""
        none = Decimal(0)
        beyond = {
            Breach.BELOW_FLOOR: none if self.floor is None else self.floor - after,
            Breach.ABOVE_CEILING: none if self.ceiling is None else after - self.ceiling,
            Breach.TOO_FAR: abs(after - before) - before * self.most_step
            if before and self.most_step is not None
            else none,
        }
        return {breach: tenge for breach, tenge in beyond.items() if tenge > 0}


@dataclass(frozen=True, slots=True)
class Told:
    """What Kaspi is told of an offer at a point: sold or not, how many where pieces are counted, days of pre-order."""

    available: bool
    pieces: int | None = None
    preorder_days: int = 0


NOT_SOLD: Final = Told(False)


def told(*, on_sale: bool, sold: bool | None, free: int | None, buffer: int, preorder_days: int) -> Told:
    """What may be published of an offer at one point.

    `sold`: what somebody said of this point, None: nobody. `free`: pieces on hand less those that orders hold, None where
    nobody ever counted; below zero when more is sold than there is. Published are never more than `free - buffer`; what
    is not counted is sold only where somebody said so. With none left a pre-order stays on sale, without a number.
    """
    if not on_sale or sold is False:
        return NOT_SOLD
    if free is None:
        return Told(True, preorder_days=preorder_days) if sold else NOT_SOLD
    pieces = max(0, free - buffer)
    if pieces:
        return Told(True, pieces)
    return Told(True, preorder_days=preorder_days) if preorder_days and free >= 0 else NOT_SOLD
