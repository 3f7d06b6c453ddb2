"""The first day of a rolling window: what of it still counts, from a time of day on. Day buckets hold whole days only, so
it is counted from the orders, by the same SQL as the buckets.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from quality.buckets import _sides as sides
from quality.formulas import FORMULAS, Metric
from quality.metrics import DayCounts, Window, day_of
from staff.formats import ALMATY
from staff.scoping import current_company

# (shop, point); 0: no point.
Place = tuple[int, int]


@cache
def _counts(version: str, seen: str) -> str:
    parts = " UNION ALL ".join(side for metric in Metric for side in sides(FORMULAS[version], metric))
    return f"""
WITH days AS (
  SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS one (day, begins, ends)
), counts (metric, day, point_id, numerator, denominator) AS ({parts}), placed AS (SELECT *, %(shop)s AS shop_id FROM counts)
SELECT metric, day, point_id, sum(numerator)::bigint, sum(denominator)::bigint FROM placed WHERE {seen} GROUP BY 1, 2, 3
"""  # noqa: S608


def first_days(
    shop_ids: Sequence[int], begun: Mapping[Metric, datetime], version: str, *, seen: str, reach: Mapping[str, Any]
) -> dict[Place, dict[Metric, list[DayCounts]]]:
    """What the days on which these windows begin add to all numbers, from the moment of each on.

    `begun`: metric → when its window begins; without any nothing is asked. `seen` is the condition on `point_id` and
    `shop_id` with the parameters `reach`. One query for each shop.
    """
    found: defaultdict[Place, dict[Metric, list[DayCounts]]] = defaultdict(dict)
    begins = sorted(set(begun.values()))
    days = [day_of(moment, ALMATY) for moment in begins]
    ends = [Window(day, day).instants(ALMATY)[1] for day in days]
    asked: dict[str, Any] = {"company": current_company(), "days": days, "begins": begins, "ends": ends, **reach}
    for shop in shop_ids if begins else ():
        with connection.cursor() as cursor:
            cursor.execute(_counts(version, seen), {**asked, "shop": shop})
            for name, day, point, numerator, denominator in cursor.fetchall():
                counts = DayCounts(day, numerator, denominator)
                found[shop, point].setdefault(Metric(name), []).append(counts)
    return found
