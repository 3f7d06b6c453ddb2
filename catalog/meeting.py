"""Goods that orders tell of and the shop's list does not know yet: they become offers by themselves."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from catalog.models import Offer, OfferSource
from staff.bulk import insert
from staff.scoping import current_company

_COLUMNS = ("company_id", "shop_id", "sku", "name", "category", "price", "on_sale", "source", "changed_at")
_LENGTHS = {field.name: field.max_length or 0 for field in Offer._meta.concrete_fields}


class Met(NamedTuple):
    """A good as an entry of an order tells of it. `price`: ₸ for one piece, None where it is not told."""

    shop_id: int
    sku: str
    name: str
    category: str
    price: Decimal | None


def meet(goods: Iterable[Met], *, now: datetime) -> None:
    """Make offers of the goods that are not known; those that are stay as people made them.

    A SKU that is too long for a price list stays an order's word: nothing could be done with such an offer.
    """
    met = {(one.shop_id, one.sku): one for one in goods if 0 < len(one.sku) <= _LENGTHS["sku"]}
    company_id = current_company()
    # In one order, so that two pages of one shop never wait for each other in a ring.
    rows = [[company_id, *_fitted(met[key]), True, OfferSource.ORDER.value, now] for key in sorted(met)]
    insert("catalog_offer", _COLUMNS, rows, on_conflict="ON CONFLICT (company_id, shop_id, sku) DO NOTHING")


def _fitted(one: Met) -> list[object]:
    price = one.price if one.price and one.price > 0 else None
    return [one.shop_id, one.sku, one.name[: _LENGTHS["name"]], one.category[: _LENGTHS["category"]], price]
