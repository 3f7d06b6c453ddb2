"""Offers that are one physical item: who shares an offer's pieces, and off sale everywhere at once. See `catalog.binding`."""

from datetime import date, datetime
from typing import Final

from django.db import connection

from catalog.models import How, Offer
from catalog.offers.changing import take_off
from staff.access import Actor, require_whole
from staff.permissions import Permission
from staff.scoping import current_company

# Another offer of the same item: they keep pieces in one place, or somebody has bound one of them by its name.
_SHARERS: Final = """
WITH mine AS (
  SELECT company_id, id, shop_id, stock_sku, CASE stock_sku WHEN '' THEN sku ELSE stock_sku END AS item
  FROM catalog_offer WHERE company_id = %s AND id = %s)
SELECT other.id FROM mine JOIN catalog_offer other ON other.company_id = mine.company_id AND other.id <> mine.id
  AND (other.stock_sku = mine.item OR (other.stock_sku = '' AND other.sku = mine.item))
WHERE other.stock_sku <> '' OR mine.stock_sku <> '' OR EXISTS (
  SELECT FROM staff_pointofsale here JOIN staff_pointofsale there ON there.company_id = here.company_id
    AND coalesce(there.keeps_at_id, there.id) = coalesce(here.keeps_at_id, here.id)
  WHERE here.company_id = mine.company_id AND here.shop_id = mine.shop_id AND there.shop_id = other.shop_id)
"""


def sharers(offer: Offer) -> list[Offer]:
    """The other offers of the company that are the same physical item, its own shop's first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARERS, [current_company(), offer.pk])
        ids = [row[0] for row in cursor.fetchall()]
    return sorted(
        Offer.objects.filter(pk__in=ids), key=lambda one: (one.shop_id != offer.shop_id, one.shop_id, one.sku)
    )


def stop_everywhere(
    offer: Offer, *, reason: str, until: date | None, by: Actor, now: datetime, how: How = How.HAND
) -> int:
    """Take the item off sale in every shop that sells it, at once or not at all; answers how many offers were on.

    Raises Refused 403 where one of the shops is not his whole.
    """
    offers = [offer, *sharers(offer)]
    for shop_id in {one.shop_id for one in offers}:
        require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop_id)
    return take_off(offers, reason=reason, until=until, by=by, now=now, how=how)
