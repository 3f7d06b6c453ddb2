"""What to order of an item, and what it costs not to. Pure; pieces are whole, money ₸.

An item is looked at every `review_days` and comes `lead_days` after it was ordered, so what is ordered today must last
until the order after it has come: lead and review together. Ordered is what lacks to the quantile of that demand.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from catalog.replenishment.forecast import Pace

LONGEST_COVER: Final = 365
# Kaspi reads the price list every 60 minutes and applies it; with our own reading of stock before it (kaspi-api.md §6.2).
BLIND_HOURS: Final = 2.0
LONGEST_PREORDER: Final = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """How the shop orders: days from the order to the shelf, days between orders, how surely goods are to last (0–1)."""

    lead_days: int = 7
    review_days: int = 7
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Plan:
    """`cover`: whole days that the free pieces last at the mean pace, None: over a year or nothing is sold.

    `pieces` to order today; `unmet`: pieces that buyers want and do not get before an order of today has come; `cancels`:
    of these, orders that Kaspi takes before it learns that there is none left, and that end as «нет в наличии».
    `preorder`: days of pre-order that keep the card on sale meanwhile, 0: not needed, or longer than Kaspi allows.
    """

    cover: int | None
    pieces: int
    cost: Decimal | None
    unmet: float
    cancels: float
    preorder: int


def plan(pace: Pace, *, free: int, terms: Terms, first: date, unit_cost: Decimal | None) -> Plan:
    """What to do of an item with so many free pieces; `first` is the first day to come."""
    whole = pace.over(first, terms.lead_days + terms.review_days)
    pieces = max(0, whole.quantile(terms.level) - free) if pace.daily else max(0, -free)
    cover = pace.lasts(max(free, 0), first, most=LONGEST_COVER) if pace.daily else None
    until = pace.over(first, terms.lead_days)
    unmet = until.above(max(free, 0))
    ends_before = cover is not None and cover < terms.lead_days
    return Plan(
        cover=cover,
        pieces=pieces,
        cost=None if unit_cost is None else unit_cost * pieces,
        unmet=unmet,
        cancels=min(unmet, until.chance_above(max(free, 0)) * pace.daily * BLIND_HOURS / 24) if free > 0 else 0.0,
        preorder=terms.lead_days if ends_before and 0 < terms.lead_days <= LONGEST_PREORDER else 0,
    )
