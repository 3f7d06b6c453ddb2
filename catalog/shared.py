"""Which physical item an offer at a point is: one warehouse may stand behind several shops.

A point may keep its goods at another point of the company, and an offer may name the item it is (`stock_sku`). Two offers
whose points keep goods in one place and whose items bear one name share every piece.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.models import Offer
from staff.models import PointOfSale
from staff.scoping import current_company

Place = tuple[int, str]
"""A good somewhere: (point id, SKU). As an offer at its own point, or as an item where it lies."""

_ELSEWHERE = """
SELECT one.point_id, one.sku, coalesce(point.keeps_at_id, point.id), coalesce(offer.stock_sku, one.sku)
FROM unnest(%s::bigint[], %s::text[]) AS one (point_id, sku)
JOIN staff_pointofsale point ON point.company_id = %s AND point.id = one.point_id
LEFT JOIN catalog_offer offer ON offer.company_id = point.company_id AND offer.shop_id = point.shop_id
  AND offer.sku = one.sku AND offer.stock_sku <> ''
WHERE point.keeps_at_id IS NOT NULL OR offer.id IS NOT NULL
"""


def items_of(places: Iterable[Place]) -> dict[Place, Place]:
    """For each offer at a point, where its pieces lie and under which name: mostly the place itself."""
    asked = list(dict.fromkeys(places))
    found = {place: place for place in asked}
    if not asked:
        return found
    points, skus = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [list(points), list(skus), current_company()])
        for point_id, sku, kept_at, item in cursor.fetchall():
            found[point_id, sku] = kept_at, item
    return found


def offers_of(place: Place) -> "QuerySet[Offer]":
    """Every offer, of whichever shop, that sells this item: their points keep goods there and they bear its name."""
    point_id, sku = place
    here = PointOfSale.objects.filter(Q(pk=point_id, keeps_at=None) | Q(keeps_at_id=point_id))
    named = Q(stock_sku=sku) | Q(stock_sku="", sku=sku)
    found: QuerySet[Offer] = Offer.objects.filter(named, shop_id__in=here.values("shop_id"))
    return found.order_by("shop_id", "sku")
