"""What the stock ledger tells of items: how many lie free, and what was sold on each day of the last eight weeks.

Sold is what orders took and did not give back, on the day on which they took it; what is cancelled before it leaves was
free again and counts as nothing. A day that began and ended with none free, and sold none, is no day without demand, and
neither are those before the item was counted or sold first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection

from staff.formats import ALMATY
from staff.scoping import current_company

DAYS: Final = 56
MOST_ITEMS: Final = 5_000

_ITEMS: Final = """
SELECT sku, sum(on_hand - reserved), sum(in_return), min(counted_at) FROM catalog_stockitem
WHERE company_id = %s AND point_id = ANY(%s) AND counted_at IS NOT NULL GROUP BY sku ORDER BY sku LIMIT %s
"""
_MOVED: Final = """
WITH moved AS (
  SELECT item.sku, moved.* FROM catalog_stockitem item CROSS JOIN LATERAL (
    SELECT order_id, at, reason, on_hand_change - reserved_change AS free_change, reserved_change FROM catalog_movement
    WHERE company_id = item.company_id AND point_id = item.point_id AND sku = item.sku AND at >= %(since)s) moved
  WHERE item.company_id = %(company)s AND item.point_id = ANY(%(points)s) AND item.sku = ANY(%(skus)s)
    AND item.counted_at IS NOT NULL
), taken AS (
  SELECT sku, (min(at) FILTER (WHERE reason = 'held') AT TIME ZONE 'Asia/Almaty')::date AS day,
    sum(reserved_change) FILTER (WHERE reason IN ('held', 'freed', 'changed')) AS pieces
  FROM moved WHERE order_id IS NOT NULL GROUP BY sku, order_id
)
SELECT sku, day, sum(pieces), 0 FROM taken WHERE day IS NOT NULL AND pieces > 0 GROUP BY sku, day
UNION ALL
SELECT sku, (at AT TIME ZONE 'Asia/Almaty')::date AS day, 0, sum(free_change) FROM moved GROUP BY sku, 2
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A physical item over the points of a shop. `sold`: by day, the last is yesterday; None: nobody could buy."""

    sku: str
    free: int
    in_return: int
    sold: tuple[int | None, ...]


def items(places: Iterable[int], *, now: datetime) -> list[Item]:
    """Counted items at these points, by name; the points are those where the goods lie."""
    today = now.astimezone(ALMATY).date()
    first = today - timedelta(days=DAYS)
    where = sorted(set(places))
    rows = _ask(_ITEMS, [current_company(), where, MOST_ITEMS])
    asked = {
        "company": current_company(),
        "points": where,
        "skus": [row[0] for row in rows],
        "since": datetime.combine(first, time.min, ALMATY),
    }
    sold: dict[str, Counter[date]] = defaultdict(Counter)
    moved: dict[str, Counter[date]] = defaultdict(Counter)
    for sku, day, pieces, change in _ask(_MOVED, asked) if rows else ():
        sold[sku][day] += int(pieces)
        moved[sku][day] += int(change)
    return [
        Item(sku, int(free), int(back), tuple(_days(int(free), _almaty(counted), sold[sku], moved[sku], today)))
        for sku, free, back, counted in rows
    ]


def _days(free: int, counted: date, sold: Counter[date], moved: Counter[date], today: date) -> Iterator[int | None]:
    """From the oldest day to yesterday; how many were free on each is told backwards from how many are now."""
    # Before anybody counted or sold it, it was not there to be asked for.
    begins = min((day for day, pieces in sold.items() if pieces), default=counted)
    found: list[int | None] = []
    after = free - moved[today]
    for back in range(1, DAYS + 1):
        day = today - timedelta(days=back)
        before = after - moved[day]
        pieces = sold[day]
        none_all_day = day > counted and before <= 0 and after <= 0
        found.append(None if day < min(begins, counted) or (none_all_day and not pieces) else pieces)
        after = before
    return reversed(found)


def _almaty(moment: datetime) -> date:
    return moment.astimezone(ALMATY).date()


def _ask(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
