"""What a shop sells, for its price list: in the order of the SKUs, as it stood at one moment (`moment_of`).

Offers come through a cursor of the server, and what belongs to each page of them is asked by their ids, so a hundred
thousand are never in memory at once. All that is asked beside names columns of a unique index: the plans do not depend on
what the planner believes of goods that came a minute ago. Which item an offer at a point is: `catalog.shared`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from catalog.feed.writing import Listed, said
from catalog.rules import DEAREST, NOT_SOLD, Told, fits_price_list, told
from staff.models import PointOfSale, Shop
from staff.scoping import company_scope, current_company

AT_ONCE: Final = 2_000
SHOWN: Final = 100
MOST: Final = int(DEAREST)
# What a point says of an offer, it says of many.
REMEMBERED: Final = 20_000
_CITY: Final = re.compile(r"[0-9A-Za-z_-]+")
# A price with tiyn goes up: never cheaper than the seller said.
_OFFERS: Final = """
SELECT id, sku, name, brand, ceil(price)::bigint, on_sale, preorder_days, buffer, stock_sku
FROM catalog_offer WHERE company_id = %s AND shop_id = %s ORDER BY sku COLLATE "C"
"""
_STOCK: Final = """
SELECT point_id, sku, CASE WHEN counted_at IS NOT NULL THEN on_hand - reserved END, held_back
FROM catalog_stockitem WHERE company_id = %s AND point_id = ANY(%s) AND sku = ANY(%s)
"""
_SAID: Final = "SELECT offer_id, point_id, sold FROM catalog_offerpoint WHERE company_id = %s AND offer_id = ANY(%s)"
_CITIES: Final = """
SELECT offer_id, city_code, ceil(price)::bigint FROM catalog_cityprice WHERE company_id = %s AND offer_id = ANY(%s)
ORDER BY offer_id, city_code COLLATE "C"
"""
_UNKNOWN: Final = (None, 0)


class Row(NamedTuple):
    """An offer as it is stored; `price` in whole ₸."""

    id: int
    sku: str
    name: str
    brand: str
    price: int | None
    on_sale: bool
    preorder_days: int
    buffer: int | None
    stock_sku: str

    @property
    def item(self) -> str:
        """The name of its pieces."""
        return self.stock_sku or self.sku


class Around(NamedTuple):
    """What belongs to a page of offers: (free or None, held back) by (point, item), what was said of (offer, point),
    and [(city, ₸)] of an offer.
    """

    stock: dict[tuple[int, str], tuple[int | None, int]]
    said: dict[tuple[int, int], bool]
    cities: dict[int, list[tuple[str, int]]]


Spots = Sequence[tuple[int, int]]
"""Points of the shop: (point, the point where its goods lie)."""


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
    spots = [(point.pk, point.keeps_at_id or point.pk) for point in points]
    with connection.chunked_cursor() as cursor:
        cursor.execute(_OFFERS, [current_company(), shop.pk])
        while rows := [Row(*row) for row in cursor.fetchmany(AT_ONCE)]:
            around = _around(rows, spots)
            for row in rows:
                offer = _listed(row, spots, around)
                if isinstance(offer, LeftOut):
                    left_out.add(offer, row.sku)
                else:
                    yield offer


def _around(rows: Sequence[Row], spots: Spots) -> Around:
    ids, lies = [row.id for row in rows], list({lies_at for _, lies_at in spots})
    stock = _ask(_STOCK, lies, [row.item for row in rows])
    cities: dict[int, list[tuple[str, int]]] = {}
    for offer_id, city, price in _ask(_CITIES, ids):
        cities.setdefault(offer_id, []).append((city, price))
    return Around(
        {(point_id, sku): (free, held_back) for point_id, sku, free, held_back in stock},
        {(offer_id, point_id): sold for offer_id, point_id, sold in _ask(_SAID, ids)},
        cities,
    )


def _ask(statement: str, *values: list[int] | list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [current_company(), *values])
        return list(cursor.fetchall())


def _listed(row: Row, spots: Spots, around: Around) -> Listed | LeftOut:
    if not fits_price_list(row.sku):
        return LeftOut.BAD_SKU
    model = said(row.name)
    if not model:
        return LeftOut.NO_NAME
    if not spots:
        return LeftOut.NO_POINT
    cities = around.cities.get(row.id, [])
    problem = _wrong_price(row.price, cities)
    if problem is not None:
        return problem
    return Listed(row.sku, model, said(row.brand), _places(row, spots, around), row.price, cities)


def _wrong_price(price: int | None, cities: Sequence[tuple[str, int]]) -> LeftOut | None:
    if not cities:
        return LeftOut.NO_PRICE if price is None else LeftOut.DEAR if price > MOST else None
    if not all(_CITY.fullmatch(city) for city, _ in cities):
        return LeftOut.BAD_CITY
    return LeftOut.DEAR if max(one for _, one in cities) > MOST else None


def _places(row: Row, spots: Spots, around: Around) -> Sequence[Told]:
    """What is told of each point."""
    if not row.on_sale:
        return [NOT_SOLD] * len(spots)
    item, stock, sold = row.item, around.stock, around.said
    return [
        _place(*stock.get((lies_at, item), _UNKNOWN), sold.get((row.id, point_id)), row.buffer, row.preorder_days)
        for point_id, lies_at in spots
    ]


@lru_cache(REMEMBERED)
def _place(free: int | None, held_back: int, sold: bool | None, buffer: int | None, preorder_days: int) -> Told:
    kept = held_back if buffer is None else buffer
    return told(on_sale=True, sold=sold, free=free, buffer=kept, preorder_days=preorder_days)
