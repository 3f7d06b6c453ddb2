"""The tabs of the catalogue: in which state offers are, asked of a whole shop at once.

The rules are those of `catalog.standing` and `catalog.rules.told`, written as SQL: a shop of 100 000 offers cannot be
carried into Python to be counted. `tests/catalog/test_tabs.py` compares the two on offers of every kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models.expressions import RawSQL

from catalog.rules import LONGEST_SKU
from catalog.standing import LAST_PIECES, State
from staff.models import PointOfSale, Shop
from staff.scoping import current_company

SHORT: Final = "short"
"""More is held than lies there: apart from the states, for such an offer is in one of them too."""

_FREE = "stock.on_hand - stock.reserved"
_PIECES = f"greatest(0, {_FREE} - coalesce(o.buffer, stock.held_back))"
_AT_POINTS = f"""
SELECT o.id, o.price, o.sku, o.floor, o.ceiling, o.on_sale,
  point.id IS NOT NULL AND o.on_sale AND f.sold IS NOT FALSE AND CASE
    WHEN stock.counted_at IS NULL THEN coalesce(f.sold, false)
    ELSE {_PIECES} > 0 OR (o.preorder_days > 0 AND {_FREE} >= 0) END AS sells,
  CASE WHEN stock.counted_at IS NOT NULL AND {_PIECES} > 0 THEN {_PIECES} END AS pieces,
  stock.counted_at IS NOT NULL AND stock.reserved > stock.on_hand AS short
FROM catalog_offer o
LEFT JOIN staff_pointofsale point ON point.company_id = o.company_id AND point.shop_id = o.shop_id
  AND point.id = ANY(%s)
LEFT JOIN catalog_stockitem stock ON stock.company_id = o.company_id
  AND stock.point_id = coalesce(point.keeps_at_id, point.id)
  AND stock.sku = CASE o.stock_sku WHEN '' THEN o.sku ELSE o.stock_sku END
LEFT JOIN catalog_offerpoint f ON f.company_id = o.company_id AND f.offer_id = o.id AND f.point_id = point.id
WHERE o.company_id = %s AND o.shop_id = ANY(%s)
"""  # noqa: S608  our own columns
_STATES = f"""
SELECT id, coalesce(bool_or(short), false) AS short, CASE
    WHEN NOT bool_and(on_sale) THEN '{State.OFF.value}'
    WHEN min(sku) !~ '^[A-Za-z0-9_-]{{1,{LONGEST_SKU}}}$' OR min(price) < min(floor) OR min(price) > min(ceiling)
      OR (min(price) IS NULL AND NOT EXISTS (
        SELECT FROM catalog_cityprice city WHERE city.company_id = %s AND city.offer_id = at.id))
      THEN '{State.CHECK.value}'
    WHEN NOT coalesce(bool_or(sells), false) THEN '{State.NONE.value}'
    WHEN bool_and(NOT sells OR coalesce(pieces <= {LAST_PIECES}, false)) THEN '{State.LOW.value}'
    ELSE '{State.ON.value}' END AS state
FROM ({_AT_POINTS}) at GROUP BY id
"""  # noqa: S608  our own columns
_COUNTS = f"SELECT state, count(*), count(*) FILTER (WHERE short) FROM ({_STATES}) offer GROUP BY state"  # noqa: S608


def counts(shops: Iterable[Shop], points: Iterable[PointOfSale]) -> Mapping[str, int]:
    """How many offers of these shops are in each state at these points, `SHORT` and all («») of them; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _arguments(shops, points))
        rows = cursor.fetchall()
    found = dict.fromkeys(State, 0) | {State(state): count for state, count, _ in rows}
    return {**found, SHORT: sum(short for _, _, short in rows), "": sum(count for _, count, _ in rows)}


def ids(tab: str, shops: Iterable[Shop], points: Iterable[PointOfSale]) -> RawSQL:
    """The ids of the offers of a tab, for `pk__in`."""
    condition = "short" if tab == SHORT else f"state = '{State(tab).value}'"
    statement = f"SELECT id FROM ({_STATES}) offer WHERE {condition}"  # noqa: S608  a member of State
    return RawSQL(statement, _arguments(shops, points))  # noqa: S611  our own text, its values apart


def _arguments(shops: Iterable[Shop], points: Iterable[PointOfSale]) -> Sequence[Any]:
    company = current_company()
    return [company, [point.pk for point in points], company, [shop.pk for shop in shops]]
