"""The tabs of the catalogue: in which state offers are, asked of a whole shop at once.

The rules are those of `catalog.standing` and `catalog.rules.told`, written as SQL: a shop of 100 000 offers cannot be
carried into Python to be counted. `tests/catalog/test_tabs.py` compares the two on offers of every kind.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import Offer
from catalog.rules import LONGEST_SKU
from catalog.standing import LAST_PIECES, State
from staff.models import PointOfSale, Shop
from staff.scoping import current_company

SHORT: Final = "short"
"""More is held than lies there: apart from the states, for such an offer is in one of them too."""

LARGE: Final = 5_000
LATELY: Final = timedelta(seconds=30)

_FREE = "stock.on_hand - stock.reserved"
_PIECES = f"greatest(0, {_FREE} - coalesce(o.buffer, stock.held_back))"
_AT_POINTS = f"""
SELECT o.id, CASE
    WHEN NOT o.on_sale THEN '{State.OFF.value}'
    WHEN o.sku !~ '^[A-Za-z0-9_-]{{1,{LONGEST_SKU}}}$' OR o.price < o.floor OR o.price > o.ceiling
      OR (o.price IS NULL AND NOT EXISTS (
        SELECT FROM catalog_cityprice city WHERE city.company_id = %s AND city.offer_id = o.id))
      THEN '{State.CHECK.value}' END AS settled,
  point.id IS NOT NULL AND f.sold IS NOT FALSE AND CASE
    WHEN stock.counted_at IS NULL THEN coalesce(f.sold, false)
    ELSE {_PIECES} > 0 OR (o.preorder_days > 0 AND {_FREE} >= 0) END AS sells,
  coalesce(stock.counted_at IS NOT NULL AND {_PIECES} BETWEEN 1 AND {LAST_PIECES}, false) AS low,
  stock.counted_at IS NOT NULL AND stock.reserved > stock.on_hand AS short
FROM catalog_offer o
LEFT JOIN staff_pointofsale point ON point.company_id = o.company_id AND point.shop_id = o.shop_id
  AND point.id = ANY(%s)
LEFT JOIN catalog_stockitem stock ON stock.company_id = o.company_id
  AND stock.point_id = CASE WHEN point.keeps_at_id IS NULL THEN point.id ELSE point.keeps_at_id END
  AND stock.sku = CASE o.stock_sku WHEN '' THEN o.sku ELSE o.stock_sku END
LEFT JOIN catalog_offerpoint f ON f.company_id = o.company_id AND f.offer_id = o.id AND f.point_id = point.id
WHERE o.company_id = %s AND o.shop_id = ANY(%s)
"""  # noqa: S608  our own columns
# Grouped by what is narrow: words of offers in the groups made them spill to the disk.
_STATES, _STATES_OF_ONE = (
    f"""
SELECT id, coalesce(bool_or(short), false) AS short, coalesce(min(settled), CASE
    WHEN NOT coalesce(bool_or(sells), false) THEN '{State.NONE.value}'
    WHEN bool_and(low OR NOT sells) THEN '{State.LOW.value}'
    ELSE '{State.ON.value}' END) AS state
FROM ({_AT_POINTS}{which}) at GROUP BY id
"""  # noqa: S608  our own columns
    for which in ("", " AND o.id = catalog_offer.id")
)
# For the hashes of a hundred thousand offers, until the transaction ends.
_ROOM = "SET LOCAL work_mem = '32MB'"
_COUNTS = f"SELECT state, count(*), count(*) FILTER (WHERE short) FROM ({_STATES}) offer GROUP BY state"  # noqa: S608


def counts_lately(shops: Sequence[Shop], points: Sequence[PointOfSale]) -> Mapping[str, int]:
    """The counts, for a large catalogue as they were at most `LATELY` ago: counting it takes longer than its page."""
    seen = json.dumps([current_company(), [shop.pk for shop in shops], [point.pk for point in points]])
    key = f"catalog.tabs:{hashlib.sha256(seen.encode()).hexdigest()}"
    kept: Mapping[str, int] | None = cache.get(key)
    if kept is not None:
        return kept
    found = dict(counts(shops, points))
    if found[""] > LARGE:
        cache.set(key, {str(name): count for name, count in found.items()}, timeout=LATELY.total_seconds())
    return found


def counts(shops: Iterable[Shop], points: Iterable[PointOfSale]) -> Mapping[str, int]:
    """How many offers of these shops are in each state at these points, `SHORT` and all («») of them; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(_COUNTS, _arguments(shops, points))
        rows = cursor.fetchall()
    found = dict.fromkeys(State, 0) | {State(state): count for state, count, _ in rows}
    return {**found, SHORT: sum(short for _, _, short in rows), "": sum(count for _, count, _ in rows)}


def within(
    offers: "QuerySet[Offer]", tab: str, shops: Sequence[Shop], points: Sequence[PointOfSale], *, common: bool
) -> "QuerySet[Offer]":
    """Those of the offers that are in this tab.

    `common`: many are, so a page of them is soon met by walking along the list and asking of each offer. What is rare is
    found by asking of all at once.
    """
    name, value = ("short", True) if tab == SHORT else ("state", State(tab).value)
    if common:
        one = f"SELECT {name} FROM ({_STATES_OF_ONE}) offer"  # noqa: S608  one of two names
        state = RawSQL(one, _arguments(shops, points))  # noqa: S611  our own text, its values apart
        return offers.alias(tab_state=state).filter(tab_state=value)
    many = f"SELECT id FROM ({_STATES}) offer WHERE {name} = %s"  # noqa: S608  one of two names
    return offers.filter(pk__in=RawSQL(many, [*_arguments(shops, points), value]))  # noqa: S611


def _arguments(shops: Iterable[Shop], points: Iterable[PointOfSale]) -> Sequence[Any]:
    company = current_company()
    return [company, [point.pk for point in points], company, [shop.pk for shop in shops]]
