"""Profit asked of the database: line by line of one order, and summed by goods, categories, points or days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from catalog.costs.tariffs import Tariffs
from catalog.models import Reservation
from orders.profit.lines import PARTS, SIGNED, STATEMENT, Window, asked

MOST_DAYS: Final = 92
ROWS: Final = 50
WORK_MEM: Final = "96MB"
_NAMES: Final = ", ".join(PARTS)


class By(StrEnum):
    """What sums are of."""

    SKU = "sku"
    CATEGORY = "category"
    POINT = "point"
    DAY = "day"


class Sort(StrEnum):
    WORST = "worst"
    BEST = "best"


# Of each: the columns that make the key, and the text that names it.
_KEYS: Final[Mapping[By, tuple[str, str, str]]] = {
    By.SKU: ("shop_id, sku", "sku", "max(name)"),
    By.CATEGORY: ("category", "category", "category"),
    By.POINT: ("point_id", "point_id::text", "''"),
    By.DAY: ("day", "day::text", "''"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What was earned and paid, ₸, whole; the names are those of `lines.PARTS`. All above zero but a VAT given back."""

    revenue: Decimal
    compensation: Decimal
    commission: Decimal
    pay: Decimal
    delivery: Decimal
    tax: Decimal
    vat: Decimal
    cost: Decimal
    ads: Decimal

    @property
    def profit(self) -> Decimal:
        return sum((getattr(self, name) * sign for name, sign in PARTS.items()), Decimal(0))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order. `fees_told`: by Kaspi Pay's sheet, else by the tariff. `delivery_by`: fact, estimate, unknown.

    `costed`: the cost of every piece is known. `back`: the order was returned; `lost`: on its way.
    """

    number: int
    sku: str
    name: str
    quantity: Decimal
    parts: Parts
    fees_told: bool
    fees_known: bool
    delivery_by: str
    costed: bool
    back: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """A row of a table. `uncosted` is the revenue of lines whose cost is not known, `estimated` the delivery that is a
    tariff's, `unknown` how many lines have a delivery that nobody tells.
    """

    key: str
    name: str
    shop_id: int | None
    pieces: Decimal
    lines: int
    orders: int
    parts: Parts
    uncosted: Decimal
    estimated: Decimal
    unknown: int
    losses: int


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is of everything in the window, `count` how many rows there are, `losing` how many of them lose.

    `unspread`: expenses of days on which nothing was sold that could bear them, and what rounding left.
    """

    total: Sums | None
    rows: tuple[Sums, ...]
    count: int
    losing: int
    unspread: Decimal


_SUMMED: Final = ", ".join(f"sum({name}) AS {name}" for name in PARTS)


def table(
    window: Window, by: By, tariffs: Tariffs, *, sort: Sort = Sort.WORST, start: int = 0, limit: int = ROWS
) -> Table:
    """The sums by `by`, the worst or the best first, and of all together."""
    key, told, name = _KEYS[by]
    shop = "shop_id" if by is By.SKU else "NULL::bigint"
    order = "key" if by is By.DAY else f"profit {'ASC' if sort is Sort.WORST else 'DESC'}, key"
    grouped = f"""
    , grouped AS (
      SELECT grouping({key}) <> 0 AS is_total, {told} AS key, {name} AS name, {shop} AS shop_id, sum(quantity) AS pieces,
        count(*) AS lines, count(*) FILTER (WHERE place = 1) AS orders, {_SUMMED},
        coalesce(sum(revenue) FILTER (WHERE NOT costed), 0) AS uncosted,
        coalesce(sum(delivery) FILTER (WHERE delivery_by = 'estimate'), 0) AS estimated,
        count(*) FILTER (WHERE delivery_by = 'unknown') AS unknown, count(*) FILTER (WHERE {SIGNED} < 0) AS losses
      FROM profit GROUP BY GROUPING SETS (({key}), ())
    ), counted AS (SELECT *, {SIGNED} AS profit FROM grouped)
    SELECT is_total, key, name, shop_id, pieces, lines, orders, {_NAMES}, uncosted, estimated, unknown, losses,
      (SELECT count(*) FROM counted WHERE NOT is_total), (SELECT count(*) FROM counted WHERE NOT is_total AND profit < 0),
      (SELECT coalesce(sum(amount), 0) FROM paid_by_day)
    FROM counted ORDER BY is_total DESC, {order} LIMIT %(limit)s OFFSET 0
    """
    return _table(_ask(STATEMENT + grouped, asked(window, tariffs) | {"limit": limit + start + 1}), start)


def lines_of(order_id: int, *, shop_id: int, day: date, tariffs: Tariffs) -> tuple[Line, ...]:
    """The lines of an order that counts on this day; the whole day is read, for its expenses are spread over all of it."""
    held = Reservation.objects.filter(order_id=order_id).values_list("sku", flat=True)
    told = "fees_told, rate_commission IS NOT NULL OR fees_told, delivery_by, costed, back, lost"
    tail = f" SELECT number, sku, name, quantity, {_NAMES}, {told} FROM profit WHERE id = %(order)s ORDER BY number"
    values = asked(Window([shop_id], day, day), tariffs) | {"order": order_id, "items": list(held)}
    return tuple(_line(row) for row in _ask(STATEMENT + tail, values))


def every(window: Window, tariffs: Tariffs, *, limit: int) -> Iterator[tuple[Any, ...]]:
    """Lines of all orders for a file: code, shop, day, SKU, name, quantity, the parts, what is not a fact."""
    columns = f"code, shop_id, day, sku, name, quantity, {_NAMES}, {SIGNED}, fees_told, delivery_by, costed, back, lost"
    tail = f" SELECT {columns} FROM profit ORDER BY day, id, number LIMIT %(limit)s"
    yield from _ask(STATEMENT + tail, asked(window, tariffs) | {"limit": limit})


def _ask(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # A quarter's lines are sorted and matched in memory; until the transaction ends.
        cursor.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [WORK_MEM])
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _line(row: tuple[Any, ...]) -> Line:
    number, sku, name, quantity, *rest = row
    return Line(number, sku, name, quantity, Parts(*rest[: len(PARTS)]), *rest[len(PARTS) :])


def _table(rows: list[tuple[Any, ...]], start: int) -> Table:
    """The first row is the total; it is there even when nothing was sold, and then it is empty."""
    total, found = rows[0], rows[1:]
    count, losing, expenses = total[-3:]
    whole = _sums(total) if total[5] else None
    spread = whole.parts.ads if whole else Decimal(0)
    return Table(whole, tuple(map(_sums, found[start:])), count, losing, expenses - spread)


def _sums(row: tuple[Any, ...]) -> Sums:
    _, key, name, shop_id, pieces, lines, orders = row[:7]
    after = 7 + len(PARTS)
    return Sums(key or "", name or "", shop_id, pieces, lines, orders, Parts(*row[7:after]), *row[after : after + 4])
