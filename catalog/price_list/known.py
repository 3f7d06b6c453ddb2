"""What a shop has, asked in four statements however much it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from catalog.models import LoadMode, PriceLoad
from catalog.price_list.comparing import Known, KnownOffer
from catalog.price_list.rows import Points
from staff.models import PointOfSale
from staff.scoping import current_company

_OFFERS: Final = f"""
SELECT {", ".join(KnownOffer._fields)} FROM catalog_offer
WHERE company_id = %(company)s AND shop_id = %(shop)s AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))
"""  # noqa: S608  names of our own columns
_STOCK: Final = """
SELECT point_id, sku, on_hand FROM catalog_stockitem
WHERE company_id = %(company)s AND point_id = ANY(%(kept)s) AND counted_at IS NOT NULL
  AND (%(items)s::text[] IS NULL OR sku = ANY(%(items)s))
"""
_SOLD: Final = """
SELECT one.offer_id, one.point_id, one.sold FROM catalog_offerpoint one
JOIN catalog_offer offer ON offer.company_id = one.company_id AND offer.id = one.offer_id
WHERE one.company_id = %(company)s AND offer.shop_id = %(shop)s AND (%(ids)s::bigint[] IS NULL OR offer.id = ANY(%(ids)s))
"""
_CITY: Final = """
SELECT one.offer_id, one.city_code, one.price FROM catalog_cityprice one
JOIN catalog_offer offer ON offer.company_id = one.company_id AND offer.id = one.offer_id
WHERE one.company_id = %(company)s AND offer.shop_id = %(shop)s AND (%(ids)s::bigint[] IS NULL OR offer.id = ANY(%(ids)s))
"""


def known_of(shop_id: int, *, offer_ids: Sequence[int] | None = None) -> Known:
    """The shop as it stands; with `offer_ids` no more of it than these offers."""
    kept = {
        point: at or point for point, at in PointOfSale.objects.filter(shop_id=shop_id).values_list("pk", "keeps_at_id")
    }
    ids = None if offer_ids is None else list(offer_ids)
    asked: dict[str, Any] = {"company": current_company(), "shop": shop_id, "ids": ids}
    offers = {row[1]: KnownOffer._make(row) for row in _rows(_OFFERS, asked)}
    items = None if ids is None else sorted({offer.stock_sku or offer.sku for offer in offers.values()})
    stock = _rows(_STOCK, asked | {"kept": sorted(set(kept.values())), "items": items})
    return Known(
        offers=offers,
        kept=kept,
        stock={(point, sku): pieces for point, sku, pieces in stock},
        sold={(offer, point): sold for offer, point, sold in _rows(_SOLD, asked)},
        city={(offer, code): price for offer, code, price in _rows(_CITY, asked)},
        taken_off=_taken_off(shop_id),
    )


def _taken_off(shop_id: int) -> frozenset[datetime]:
    loads = PriceLoad.objects.filter(shop_id=shop_id, mode=LoadMode.WHOLE, off__gt=0)
    return frozenset(load.applied_at for load in loads.only("applied_at") if load.applied_at)


def points_of(shop_id: int, fixes: dict[str, str] | None = None) -> Points:
    """The points of a shop by their codes."""
    rows = list(PointOfSale.objects.filter(shop_id=shop_id).order_by("code").values_list("code", "pk", "name"))
    return Points({code: pk for code, pk, _ in rows}, {code: name for code, _, name in rows}, fixes or {})


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
