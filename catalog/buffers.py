"""Pieces held back from Kaspi: what may be sold elsewhere before it hears of it (B4).

Kaspi reads the price list once an hour, and we read its orders a little later. Whatever an item sells through all shops in
that time may be sold twice; so as many pieces as demand exceeds only rarely are not published. A shop may say its own number
instead (`Offer.buffer`).
"""

import logging
from collections import defaultdict
from datetime import timedelta
from typing import Any, Final

from django.db import connection

from catalog.demand import quantile
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

# The pull of the price list (kaspi-api.md §6.2) and two minutes until an order is read.
LAG: Final = timedelta(minutes=62)
# Demand within the lag is larger than what is held back once in twenty times.
LEVEL: Final = 0.95
LOOKED_BACK: Final = timedelta(days=28)

# Pieces that orders asked for, less those of orders that changed their mind; by item. From the ledger, so that a day
# without stock counts as it was: a good that is not there needs no buffer.
_SOLD: Final = """
SELECT item.id, item.held_back, coalesce(sold.pieces, 0) FROM catalog_stockitem item
LEFT JOIN (
  SELECT point_id, sku, sum(reserved_change) AS pieces FROM catalog_movement
  WHERE company_id = %(company)s AND at > now() - %(back)s AND reason = 'held' GROUP BY 1, 2
) sold ON sold.point_id = item.point_id AND sold.sku = item.sku
WHERE item.company_id = %(company)s AND (sold.pieces IS NOT NULL OR item.held_back > 0)
"""
_SAVE: Final = """
UPDATE catalog_stockitem SET held_back = %s WHERE company_id = %s AND id = ANY(%s)
"""


def held_back(pieces: int) -> int:
    """How many to hold back of an item of which so many pieces were asked for in LOOKED_BACK."""
    hours = LOOKED_BACK / timedelta(hours=1)
    return quantile(pieces / hours, LAG / timedelta(hours=1), LEVEL)


def hold_back_all() -> int:
    """Count anew for all companies; answers how many items changed. A company that breaks does not stop the others."""
    changed = 0
    for company_id in _companies():
        try:
            with company_scope(company_id):
                changed += _hold_back()
        except Exception:
            log.exception("company %s: what to hold back was not counted", company_id)
    return changed


def _companies() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM office_companies()")
        return [company_id for (company_id,) in cursor.fetchall()]


def _hold_back() -> int:
    changed: defaultdict[int, list[int]] = defaultdict(list)
    values: dict[str, Any] = {"company": current_company(), "back": LOOKED_BACK}
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, values)
        for item_id, before, pieces in cursor.fetchall():
            wanted = held_back(int(pieces))
            if wanted != before:
                changed[wanted].append(item_id)
        for pieces, ids in sorted(changed.items()):
            cursor.execute(_SAVE, [pieces, current_company(), ids])
    return sum(map(len, changed.values()))
