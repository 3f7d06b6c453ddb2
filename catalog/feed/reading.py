"""What a shop sells, for its price list: in the order of the SKUs, as it stood at one moment (`moment_of`).

One statement, read through a cursor of the server, so a hundred thousand offers are never in memory at once. It is put
together for the points of the shop, and asks for what was said of points and for prices of cities only where there are any.
Which item an offer at a point is: `catalog.shared`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from catalog.feed.writing import REMEMBERED, Listed, Places, said
from catalog.rules import DEAREST, NOT_SOLD, SKU, Told, told
from staff.models import PointOfSale, Shop
from staff.scoping import company_scope, current_company

AT_ONCE: Final = 2_000
SORTED_IN: Final = "32MB"
FEW_HOMES: Final = 8
SHOWN: Final = 100
MOST: Final = int(DEAREST)
_CITY: Final = re.compile(r"[0-9A-Za-z_-]+")
# A price with tiyn goes up: never cheaper than the seller said.
_OFFERS: Final = """
SELECT offer.sku, offer.name, offer.brand, ceil(offer.price)::bigint, {cities},
  ROW(offer.on_sale, offer.preorder_days, offer.buffer, {said}{stock})::text
FROM catalog_offer offer {items}
WHERE offer.company_id = %(company)s AND offer.shop_id = %(shop)s ORDER BY offer.sku COLLATE "C"
"""
_STOCK: Final = ", CASE WHEN {item}.counted_at IS NOT NULL THEN {item}.on_hand - {item}.reserved END, {item}.held_back"
_ITEM: Final = """
LEFT JOIN catalog_stockitem {item} ON {item}.company_id = offer.company_id AND {item}.point_id = {home}
  AND {item}.sku = {sku}
"""
_SAID: Final = """(
  SELECT string_agg(said.point_id || CASE WHEN said.sold THEN '+' ELSE '-' END, '' ORDER BY said.point_id)
  FROM catalog_offerpoint said WHERE said.company_id = offer.company_id AND said.offer_id = offer.id
)"""
_CITIES: Final = """(
  SELECT array_agg(ARRAY[city.city_code, ceil(city.price)::bigint::text] ORDER BY city.city_code COLLATE "C")
  FROM catalog_cityprice city WHERE city.company_id = offer.company_id AND city.offer_id = offer.id
)"""
_PARTS: Final = """
SELECT EXISTS (SELECT FROM catalog_cityprice WHERE company_id = %(company)s),
  EXISTS (SELECT FROM catalog_offerpoint WHERE company_id = %(company)s),
  EXISTS (SELECT FROM catalog_offer WHERE company_id = %(company)s AND shop_id = %(shop)s AND stock_sku <> '')
"""
# «12+7-»: it is said that the first is sold, and the second is not.
_POINT_SAID: Final = re.compile(r"(\d+)([+-])")


class LeftOut(StrEnum):
    """Why an offer is not in the file."""

    NO_PRICE = "no_price"
    BAD_SKU = "bad_sku"
    NO_NAME = "no_name"
    DEAR = "dear"
    BAD_CITY = "bad_city"
    NO_POINT = "no_point"


@dataclass(slots=True)
class Leftovers:
    """Offers that were left out: how many by reason, and the first SKUs of each."""

    counts: dict[LeftOut, int] = field(default_factory=dict)
    skus: dict[LeftOut, list[str]] = field(default_factory=dict)

    def add(self, reason: LeftOut, sku: str) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        first = self.skus.setdefault(reason, [])
        if len(first) < SHOWN:
            first.append(sku)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def told(self) -> list[Any]:
        """[[reason, count, first SKUs]], the most frequent first."""
        order = sorted(self.counts, key=lambda reason: -self.counts[reason])
        return [[reason.value, self.counts[reason], self.skus[reason]] for reason in order]


def points_of(shop: Shop) -> list[PointOfSale]:
    """The points that a price list of the shop names, by code."""
    return list(PointOfSale.objects.filter(shop_id=shop.pk).order_by("code"))


@contextmanager
def moment_of(company_id: int) -> Iterator[None]:
    """The company's scope, in which everything is asked as it stood at the first question."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with company_scope(company_id):
            yield


def offers_of(shop: Shop, points: Sequence[PointOfSale], left_out: Leftovers) -> Iterator[Listed]:
    """The offers that a price list takes, by SKU as bytes; the others are told to `left_out`. Inside `moment_of`."""
    homes = list(dict.fromkeys(_home(point) for point in points))
    standings = _Standings([(point.pk, homes.index(_home(point))) for point in points])
    asked = {"company": current_company(), "shop": shop.pk}
    statement = _statement(homes, asked)
    if len(homes) <= FEW_HOMES:
        _sort_in_memory()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, asked)
        for rows in _pages(cursor):
            for row in rows:
                offer = _listed(row, standings)
                if isinstance(offer, LeftOut):
                    left_out.add(offer, row[0])
                else:
                    yield offer


def _sort_in_memory() -> None:
    """Until the end of the transaction. With many homes it would be too much, for each is a join that takes as much."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [SORTED_IN])


def _pages(cursor: CursorWrapper) -> Iterator[list[tuple[Any, ...]]]:
    """The next one is on its way while one is gone through. Nothing else may ask this connection meanwhile."""
    with ThreadPoolExecutor(1, thread_name_prefix="pages") as beside:
        coming = beside.submit(cursor.fetchmany, AT_ONCE)
        while rows := coming.result():
            coming = beside.submit(cursor.fetchmany, AT_ONCE)
            yield rows


def _home(point: PointOfSale) -> int:
    """The point where its goods lie."""
    return point.keeps_at_id or point.pk


def _statement(homes: Sequence[int], asked: Mapping[str, int]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, asked)
        cities, said, shared = cursor.fetchone()
    sku = "coalesce(nullif(offer.stock_sku, ''), offer.sku)" if shared else "offer.sku"
    items = [(f"item_{number}", home) for number, home in enumerate(homes)]
    return _OFFERS.format(
        cities=_CITIES if cities else "NULL",
        said=_SAID if said else "NULL",
        stock="".join([_STOCK.format(item=item) for item, _ in items]),
        items="".join([_ITEM.format(item=item, home=home, sku=sku) for item, home in items]),
    )


def _listed(row: tuple[Any, ...], standings: "_Standings") -> Listed | LeftOut:
    sku, name, brand, price, cities, standing = row
    if SKU.fullmatch(sku) is None:
        return LeftOut.BAD_SKU
    model = said(name)
    if not model:
        return LeftOut.NO_NAME
    places = standings[standing]
    if not places.told:
        return LeftOut.NO_POINT
    prices = [(city, int(one)) for city, one in cities] if cities else ()
    if prices or price is None or price > MOST:
        problem = _wrong_price(price, prices)
        if problem is not None:
            return problem
    return Listed(sku, model, _brand(brand), places, price, prices)


_brand = lru_cache(REMEMBERED)(said)


def _wrong_price(price: int | None, cities: Sequence[tuple[str, int]]) -> LeftOut | None:
    if not cities:
        return LeftOut.NO_PRICE if price is None else LeftOut.DEAR if price > MOST else None
    if not all(_CITY.fullmatch(city) for city, _ in cities):
        return LeftOut.BAD_CITY
    return LeftOut.DEAR if max(one for _, one in cities) > MOST else None


class _Standings(dict[str, Places]):
    """What is told of the points, by the last column of a row. `spots`: (point, place of its home among the homes)."""

    def __init__(self, spots: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._spots = spots

    def __missing__(self, standing: str) -> Places:
        if len(self) >= REMEMBERED:
            self.clear()
        on_sale, preorder_days, buffer, said_of, *stock = standing[1:-1].split(",")
        told_of = (
            self._told(int(preorder_days), _number(buffer), said_of, stock) if on_sale == "t" else self._not_sold()
        )
        places = self[standing] = Places(told_of)
        return places

    def _not_sold(self) -> list[Told]:
        return [NOT_SOLD] * len(self._spots)

    def _told(self, preorder_days: int, buffer: int | None, said_of: str, stock: Sequence[str]) -> list[Told]:
        """`stock`: what is free and what is held back, home by home, empty where nobody ever counted."""
        sold = {int(point_id): mark == "+" for point_id, mark in _POINT_SAID.findall(said_of)}
        free, held_back = [_number(one) for one in stock[::2]], [_number(one) or 0 for one in stock[1::2]]
        return [
            told(
                on_sale=True,
                sold=sold.get(point_id),
                free=free[home],
                buffer=held_back[home] if buffer is None else buffer,
                preorder_days=preorder_days,
            )
            for point_id, home in self._spots
        ]


def _number(text: str) -> int | None:
    return int(text) if text else None
