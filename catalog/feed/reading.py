"""What a shop sells, for its price list: in the order of the SKUs, as it stood at one moment (`moment_of`).

One statement, read through a cursor of the server, so a hundred thousand offers are never in memory at once. It is put
together for the points of the shop, and asks for what was said of points and for prices of cities only where there are any.
Which item an offer at a point is: `catalog.shared`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, Final

from django.db import connection, transaction

from catalog.feed.writing import REMEMBERED, Listed, Places, said
from catalog.rules import DEAREST, NOT_SOLD, fits_price_list, told
from staff.models import PointOfSale, Shop
from staff.scoping import company_scope, current_company

AT_ONCE: Final = 2_000
SHOWN: Final = 100
MOST: Final = int(DEAREST)
_CITY: Final = re.compile(r"[0-9A-Za-z_-]+")
# A price with tiyn goes up: never cheaper than the seller said.
_OFFERS: Final = """
SELECT offer.sku, offer.name, offer.brand, ceil(offer.price)::bigint, {cities},
  offer.on_sale, offer.preorder_days, offer.buffer, {said}{stock}
FROM catalog_offer offer {items}
WHERE offer.company_id = %(company)s AND offer.shop_id = %(shop)s ORDER BY offer.sku COLLATE "C"
"""
_STOCK: Final = ", CASE WHEN {item}.counted_at IS NOT NULL THEN {item}.on_hand - {item}.reserved END, {item}.held_back"
_ITEM: Final = """
LEFT JOIN catalog_stockitem {item} ON {item}.company_id = offer.company_id AND {item}.point_id = {home}
  AND {item}.sku = {sku}
"""
_SAID: Final = """(
  SELECT string_agg(said.point_id || CASE WHEN said.sold THEN '+' ELSE '-' END, ' ' ORDER BY said.point_id)
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
# Columns of a row: SKU, name, brand, price, cities, and from here on what decides what is told of the points.
_STANDING: Final = 5


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
    places_of = lru_cache(REMEMBERED)(partial(_places, [(point.pk, homes.index(_home(point))) for point in points]))
    asked = {"company": current_company(), "shop": shop.pk}
    statement = _statement(homes, asked)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, asked)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                offer = _listed(row, places_of)
                if isinstance(offer, LeftOut):
                    left_out.add(offer, row[0])
                else:
                    yield offer


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


def _listed(row: Sequence[Any], places_of: Callable[..., Places]) -> Listed | LeftOut:
    sku, name, brand, price, cities = row[:_STANDING]
    if not fits_price_list(sku):
        return LeftOut.BAD_SKU
    model = said(name)
    if not model:
        return LeftOut.NO_NAME
    places = places_of(*row[_STANDING:])
    if not places.told:
        return LeftOut.NO_POINT
    prices = [(city, int(one)) for city, one in cities] if cities else ()
    return _wrong_price(price, prices) or Listed(sku, model, said(brand), places, price, prices)


def _wrong_price(price: int | None, cities: Sequence[tuple[str, int]]) -> LeftOut | None:
    if not cities:
        return LeftOut.NO_PRICE if price is None else LeftOut.DEAR if price > MOST else None
    if not all(_CITY.fullmatch(city) for city, _ in cities):
        return LeftOut.BAD_CITY
    return LeftOut.DEAR if max(one for _, one in cities) > MOST else None


def _places(
    spots: Sequence[tuple[int, int]],
    on_sale: bool,
    preorder_days: int,
    buffer: int | None,
    said_of: str | None,
    *stock: int | None,
) -> Places:
    """`spots`: (point, place of its home); `said_of`: «7+ 9-» of points; `stock`: free and held back, home by home."""
    if not on_sale:
        return Places([NOT_SOLD] * len(spots))
    sold = {int(one[:-1]): one[-1] == "+" for one in (said_of or "").split()}
    free, held_back = stock[::2], stock[1::2]
    return Places(
        [
            told(
                on_sale=True,
                sold=sold.get(point_id),
                free=free[home],
                buffer=(held_back[home] or 0) if buffer is None else buffer,
                preorder_days=preorder_days,
            )
            for point_id, home in spots
        ]
    )
