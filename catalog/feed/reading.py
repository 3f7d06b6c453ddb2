"""What a shop sells, for its price list: read row by row, in the order of the SKUs, as it stood at one moment.

One statement through a cursor of the server, so a hundred thousand offers are neither in memory at once nor of two
moments. Which item an offer at a point is: `catalog.shared`, here in SQL.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from catalog.feed.writing import Listed, said
from catalog.rules import DEAREST, NOT_SOLD, Told, fits_price_list, told
from staff.models import PointOfSale, Shop
from staff.scoping import current_company

AT_ONCE: Final = 2_000
SHOWN: Final = 100
MOST: Final = int(DEAREST)
# What a point says of an offer, it says of many.
REMEMBERED: Final = 20_000
_CITY: Final = re.compile(r"[0-9A-Za-z_-]+")
# `places`: «free:held back:sold» of each point, blank where nobody counted or said. Everything is found by an index from
# the offer on, so the plan does not depend on what the planner believes of a shop whose goods came a minute ago. A price
# with tiyn goes up: never cheaper than the seller said.
_OFFERS: Final = """
SELECT offer.sku, offer.name, offer.brand, ceil(offer.price)::bigint, offer.on_sale, offer.preorder_days, offer.buffer,
  (SELECT string_agg(city.city_code || ' ' || ceil(city.price)::bigint, ',' ORDER BY city.city_code COLLATE "C")
    FROM catalog_cityprice city WHERE city.company_id = offer.company_id AND city.offer_id = offer.id),
  (SELECT string_agg(concat(CASE WHEN item.counted_at IS NOT NULL THEN item.on_hand - item.reserved END, ':',
      item.held_back, ':', said.sold), ',' ORDER BY place.number)
    FROM unnest(%(points)s::bigint[], %(lies)s::bigint[]) WITH ORDINALITY AS place (point_id, lies_at, number)
    LEFT JOIN catalog_stockitem item ON item.company_id = offer.company_id AND item.point_id = place.lies_at
      AND item.sku = coalesce(nullif(offer.stock_sku, ''), offer.sku)
    LEFT JOIN catalog_offerpoint said ON said.company_id = offer.company_id AND said.offer_id = offer.id
      AND said.point_id = place.point_id)
FROM catalog_offer offer WHERE offer.company_id = %(company)s AND offer.shop_id = %(shop)s
ORDER BY offer.sku COLLATE "C"
"""


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


def offers_of(shop: Shop, points: Sequence[PointOfSale], left_out: Leftovers) -> Iterator[Listed]:
    """The offers that a price list takes, by SKU as bytes; the others are told to `left_out`. Inside the scope."""
    asked: dict[str, Any] = {
        "company": current_company(),
        "shop": shop.pk,
        "points": [point.pk for point in points],
        "lies": [point.keeps_at_id or point.pk for point in points],
    }
    with _streaming() as cursor:
        cursor.execute(_OFFERS, asked)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                offer = _listed(*row)
                if isinstance(offer, LeftOut):
                    left_out.add(offer, row[0])
                else:
                    yield offer


def _streaming() -> CursorWrapper:
    cursor: CursorWrapper = connection.chunked_cursor()
    return cursor


def _listed(
    sku: str,
    name: str,
    brand: str,
    price: int | None,
    on_sale: bool,
    preorder_days: int,
    buffer: int | None,
    cities: str | None,
    places: str | None,
) -> Listed | LeftOut:
    if not fits_price_list(sku):
        return LeftOut.BAD_SKU
    model = said(name)
    if not model:
        return LeftOut.NO_NAME
    if places is None:
        return LeftOut.NO_POINT
    by_city = _cities(cities) if cities else ()
    if isinstance(by_city, LeftOut):
        return by_city
    if not by_city and price is None:
        return LeftOut.NO_PRICE
    if (max(one for _, one in by_city) if by_city else price or 0) > MOST:
        return LeftOut.DEAR
    return Listed(sku, model, said(brand), _places(places, on_sale, preorder_days, buffer), price, by_city)


def _cities(text: str) -> Sequence[tuple[str, int]] | LeftOut:
    pairs = [one.rpartition(" ") for one in text.split(",")]
    if not all(_CITY.fullmatch(city) for city, _, _ in pairs):
        return LeftOut.BAD_CITY
    return [(city, int(price)) for city, _, price in pairs]


def _places(text: str, on_sale: bool, preorder_days: int, buffer: int | None) -> Sequence[Told]:
    """What is told of each point."""
    if not on_sale:
        return [NOT_SOLD] * (text.count(",") + 1)
    return [_place(one, preorder_days, buffer) for one in text.split(",")]


_SOLD: Final[Mapping[str, bool | None]] = {"t": True, "f": False, "": None}


@lru_cache(REMEMBERED)
def _place(text: str, preorder_days: int, buffer: int | None) -> Told:
    free, held_back, sold = text.split(":")
    return told(
        on_sale=True,
        sold=_SOLD[sold],
        free=int(free) if free else None,
        buffer=int(held_back or 0) if buffer is None else buffer,
        preorder_days=preorder_days,
    )
