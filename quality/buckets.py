"""Day buckets made again where something changed: a few index ranges, whatever the age of the shop.

The rules are those of `quality.metrics`, said in SQL because a big shop has thousands of orders on one day; a test
holds the two against each other.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from orders.turns import take_turn
from quality.metrics import FORMULA, Window
from staff.formats import ALMATY
from staff.scoping import company_scope

SHOPS_A_TURN = 100

# (metric, moment, numerator, more conditions): one row per side of a metric, on the local day of the event.
_SIDES = (
    ("rating", None, "sum(o.mark)", "count(*)", "o.returned_at IS NULL"),
    ("cancelled", "approved_at", "0", "count(*)", "TRUE"),
    ("cancelled", "cancelled_at", "count(*)", "0", "o.fault = 'seller'"),
    ("late_handover", "handed_at", "count(*) FILTER (WHERE o.handed_at > o.courier_planned_at)", "count(*)", "TRUE"),
    ("quality_returns", "completed_at", "0", "count(*)", "TRUE"),
    ("quality_returns", "returned_at", "count(*)", "0", "o.return_for_quality"),
)


def _side(metric: str, moment: str | None, numerator: str, denominator: str, condition: str) -> str:
    on_day = f"o.{moment} >= d.begins AND o.{moment} < d.ends" if moment else "o.mark_on = d.day"
    # Day by day, so that each is a range of an index: joined, the planner read the whole history of a large shop.
    # Every part is a constant of this module.
    return f"""
      SELECT '{metric}' AS metric, d.day, c.* FROM days d CROSS JOIN LATERAL (
        SELECT coalesce(o.point_id, 0) AS point, {numerator} AS numerator, {denominator} AS denominator
        FROM orders_order o
        WHERE o.company_id = %(company)s AND o.shop_id = %(shop)s AND {on_day} AND {condition}
        GROUP BY 1) c"""  # noqa: S608


_REBUILD = f"""
WITH days AS (
  SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS one (day, begins, ends)
), counts AS ({" UNION ALL ".join(_side(*side) for side in _SIDES)})
INSERT INTO quality_qualityday (company_id, shop_id, point_id, day, metric, numerator, denominator, formula)
SELECT %(company)s, %(shop)s, point, day, metric, sum(numerator), sum(denominator), %(formula)s
FROM counts GROUP BY point, day, metric HAVING sum(numerator) <> 0 OR sum(denominator) <> 0
"""  # noqa: S608


def recount(company_id: int, shop_id: int) -> int:
    """Make the changed days of a shop again, in one transaction; how many there were.

    Takes the shop's turn first: a writer that marks a day already marked would otherwise commit between our reading of
    the mark and our counting, and his order would be missing until the day changes again.
    """
    with company_scope(company_id), transaction.atomic():
        take_turn(shop_id)
        days = _take_changed(company_id, shop_id)
        if days:
            rebuild(company_id, shop_id, days)
    return len(days)


def rebuild(company_id: int, shop_id: int, days: Sequence[date]) -> None:
    """Count these days from the orders, inside the caller's transaction and scope."""
    instants = [Window(day, day).instants(ALMATY) for day in days]
    begins, ends = [first for first, _ in instants], [after for _, after in instants]
    place: dict[str, Any] = {"company": company_id, "shop": shop_id, "days": list(days), "begins": begins, "ends": ends}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM quality_qualityday"
            " WHERE company_id = %(company)s AND shop_id = %(shop)s AND day = ANY(%(days)s)",
            place,
        )
        cursor.execute(_REBUILD, {**place, "formula": FORMULA.version})


def _take_changed(company_id: int, shop_id: int) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM orders_changedday WHERE company_id = %s AND shop_id = %s RETURNING day", [company_id, shop_id]
        )
        return sorted(row[0] for row in cursor.fetchall())


def recount_due() -> int:
    """Recount every shop whose days have changed, of all companies; answers how many shops."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id FROM office_changed_shops(%s)", [SHOPS_A_TURN])
        changed = cursor.fetchall()
    for company_id, shop_id in changed:
        recount(company_id, shop_id)
    return len(changed)
