"""Promises asked of the database: cells of groups for the page, and the orders behind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Q

from orders.filters import visible_to
from orders.lifecycle import Shelf, Stage
from orders.models import Order
from quality.terms.judging import STATEMENT, Way, Window, asked
from quality.terms.rules import COUNTED, Cell, Verdict
from staff.formats import ALMATY
from staff.models import PointOfSale

ROWS: Final = 50
WORK_MEM: Final = "96MB"

Points = Mapping[int, PointOfSale]


class By(StrEnum):
    """What groups are of."""

    POINT = "point"
    WAY = "way"
    CITY = "city"
    SKU = "sku"
    CATEGORY = "category"
    WEEKDAY = "weekday"


class Sort(StrEnum):
    """Which groups come first: with the most late orders, with the smallest share kept, with the most orders."""

    LATE = "late"
    SHARE = "share"
    ORDERS = "orders"


# The key of an order's group. Of goods an order has one for each line, and stands in each of these groups once.
_KEYS: Final[Mapping[By, str]] = {
    By.POINT: "coalesce(point_id, 0)::text",
    By.WAY: "way",
    By.CITY: "town",
    By.SKU: "sku",
    By.CATEGORY: "category",
    By.WEEKDAY: "extract(isodow FROM %(base)s::date + width_bucket(accepted_at, %(midnights)s::timestamptz[]))::int::text",
}
_LINES: Final = """
SELECT DISTINCT judged.id, judged.shop_id, entry.{key} AS key, verdict, promised, taken, moved
FROM judged JOIN orders_orderentry entry ON entry.company_id = %(company)s AND entry.order_id = judged.id"""
_ORDERS: Final = "SELECT id, shop_id, {key} AS key, verdict, promised, taken, moved FROM judged"
_IN_SHARE: Final = f"verdict IN {tuple(map(str, COUNTED))}"
_SORTS: Final[Mapping[Sort, str]] = {
    Sort.LATE: "late DESC, orders DESC",
    Sort.SHARE: "late / greatest(orders, 1) DESC, orders DESC",
    Sort.ORDERS: "orders DESC",
}
_CELLS: Final = """
, keyed AS ({keyed}), cells AS (
  SELECT {shop} AS shop_id, key, verdict, promised, taken, moved, count(*) AS orders FROM keyed GROUP BY 1, 2, 3, 4, 5, 6
), summed AS (
  SELECT shop_id, key, coalesce(sum(orders) FILTER (WHERE {in_share}), 0) AS orders,
    coalesce(sum(orders) FILTER (WHERE verdict = 'late'), 0) AS late, count(*) OVER () AS groups
  FROM cells GROUP BY shop_id, key
), ranked AS (
  SELECT shop_id, key, groups, row_number() OVER (ORDER BY {sort}, key, shop_id) AS place FROM summed
  ORDER BY place LIMIT %(limit)s OFFSET %(start)s
)
SELECT 0 AS place, NULL::bigint, '', 0, verdict, promised, taken, moved, count(*) FROM judged GROUP BY 5, 6, 7, 8
UNION ALL
SELECT place, ranked.shop_id, key, groups, verdict, promised, taken, moved, orders
FROM ranked JOIN cells USING (key) WHERE ranked.shop_id IS NOT DISTINCT FROM cells.shop_id ORDER BY 1
"""


class Key(NamedTuple):
    """A group: `shop_id` only of goods, whose SKUs are a shop's own."""

    shop_id: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of everything, and of the groups of this page in their order; `count` says how many groups there are."""

    whole: tuple[Cell, ...]
    groups: Mapping[Key, tuple[Cell, ...]]
    count: int


def table(window: Window, by: By, points: Points, *, sort: Sort = Sort.LATE, start: int = 0) -> Table:
    """Groups by `by`, the worst first, in one statement."""
    lines, key = by in (By.SKU, By.CATEGORY), _KEYS[by]
    sql = _CELLS.format(
        keyed=(_LINES if lines else _ORDERS).format(key=key),
        shop="shop_id" if by is By.SKU else "NULL::bigint",
        in_share=_IN_SHARE,
        sort="key" if by is By.WEEKDAY else _SORTS[sort],
    )
    whole: list[Cell] = []
    groups: defaultdict[Key, list[Cell]] = defaultdict(list)
    count = 0
    for place, shop_id, name, groups_told, *rest in _ask(sql, asked(window, points) | {"limit": ROWS, "start": start}):
        (groups[Key(shop_id, name)] if place else whole).append(_cell(rest))
        count = max(count, groups_told)
    return Table(tuple(whole), {one: tuple(cells) for one, cells in groups.items()}, count)


# --- The orders behind ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """An order with its promise. Days are of Almaty; `standing_day` is the promise that stood in the end.

    `promised` and `taken` are days as the window counts them.
    """

    code: str
    shop_id: int
    point_id: int | None
    way: Way
    town: str
    start_day: date
    promised_day: date | None
    standing_day: date | None
    done_day: date | None
    promised: int | None
    taken: int | None
    verdict: Verdict
    moved: bool
    item: str
    sku: str

    @property
    def spare(self) -> int | None:
        """Days that were left; below zero: so many days late."""
        return None if self.promised is None or self.taken is None else self.promised - self.taken


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of the orders are meant: those of one group, and of one outcome. None: all."""

    by: By
    key: str | None = None
    verdict: Verdict | None = None


_LISTED: Final = """
, chosen AS (
  SELECT * FROM judged WHERE (%(verdict)s::text IS NULL OR verdict = %(verdict)s::text) AND {among}
  ORDER BY verdict <> 'late', done_day - promised_day DESC NULLS FIRST, id DESC LIMIT %(limit)s OFFSET %(start)s
)
SELECT one.code, chosen.shop_id, chosen.point_id, way, chosen.town, %(base)s::date + start_day, %(base)s::date + promised_day,
  %(base)s::date + standing_day, %(base)s::date + done_day, promised, taken, verdict, moved, one.first_item, one.first_sku
FROM chosen JOIN orders_order one ON one.company_id = %(company)s AND one.id = chosen.id
ORDER BY verdict <> 'late', done_day - promised_day DESC NULLS FIRST, chosen.id DESC"""
_AMONG_LINES: Final = """EXISTS (SELECT FROM orders_orderentry entry WHERE entry.company_id = %(company)s
  AND entry.order_id = judged.id AND entry.{key} = %(key)s::text)"""


def listed(
    window: Window, among: Narrowing, points: Points, *, start: int = 0, limit: int = ROWS + 1
) -> Sequence[Behind]:
    """Orders of the window, those that were late longest first. `limit` may be one more than is shown."""
    condition = "TRUE" if among.key is None else _among(among.by)
    values = asked(window, points) | {"key": among.key, "verdict": among.verdict, "start": start, "limit": limit}
    return [_behind(row) for row in _ask(_LISTED.format(among=condition), values)]


def overdue(window: Window, *, today: date) -> int:
    """Orders that are not done yet though their day is over: what is not done is in no share."""
    here = Q(shop_id__in=window.shop_ids, pre_order=False)
    over = datetime.combine(today, time(), tzinfo=ALMATY)
    brought = Q(shelf=Shelf.DELIVERY, due_at__lt=over)
    handed = Q(stage__in=(Stage.KD_PACKING, Stage.KD_HANDOVER), courier_planned_at__lt=over)
    # Each has an index of its own.
    return sum(
        visible_to(window.seen_by, Order.objects.filter(here & waiting)).count() for waiting in (brought, handed)
    )


def _among(by: By) -> str:
    key = _KEYS[by]
    return _AMONG_LINES.format(key=key) if by in (By.SKU, By.CATEGORY) else f"{key} = %(key)s::text"


def _ask(tail: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # A quarter's orders are matched and summed in memory; until the transaction ends.
        cursor.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [WORK_MEM])
        cursor.execute(STATEMENT + tail, values)
        return list(cursor.fetchall())


def _cell(row: Sequence[Any]) -> Cell:
    verdict, promised, taken, moved, orders = row
    return Cell(Verdict(verdict), promised, taken, moved, orders)


def _behind(row: tuple[Any, ...]) -> Behind:
    code, shop_id, point_id, way, *rest = row
    town, start, promised_day, standing, done, promised, taken, verdict, moved, item, sku = rest
    days = (start, promised_day, standing, done, promised, taken)
    return Behind(code, shop_id, point_id, Way(way), town, *days, Verdict(verdict), moved, item, sku)
