"""Offers and stock as the API tells them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from catalog.models import CityPrice, Offer
from catalog.standing import At, Standing, standings
from staff.answers import moment, number
from staff.places import Places

_SAME = ("sku", "name", "brand", "category", "barcode", "card_code", "commission_group", "stock_sku", "source")
_SAME_LATER = ("preorder_days", "buffer", "on_sale", "off_reason", "version", "changed_by", "changed_how")


def told(offers: Sequence[Offer], places: Places) -> list[dict[str, Any]]:
    """These offers at the points that the caller sees."""
    cities: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for row in CityPrice.objects.filter(offer_id__in=[offer.pk for offer in offers]).order_by("city_code"):
        cities[row.offer_id][row.city_code] = number(row.price)
    slugs = {shop.pk: shop.slug for shop in places.shops}
    return [_told(one, slugs[one.offer.shop_id], cities[one.offer.pk]) for one in standings(offers, places.points)]


def _told(standing: Standing, shop: str, cities: dict[str, Any]) -> dict[str, Any]:
    offer = standing.offer
    return {
        **{name: getattr(offer, name) for name in (*_SAME, *_SAME_LATER)},
        "shop": shop,
        "state": standing.state.value,
        **{name: _number(getattr(offer, name)) for name in ("price", "floor", "ceiling", "most_step")},
        "city_prices": cities,
        "off_until": offer.off_until.isoformat() if offer.off_until else None,
        "changed_at": moment(offer.changed_at),
        "points": [_at(one) for one in standing.at],
    }


def _at(at: At) -> dict[str, Any]:
    return {
        "point": at.point.code,
        "sold": at.sold,
        "on_hand": at.item.on_hand if at.item and at.counted else None,
        "reserved": at.item.reserved if at.item else 0,
        "available": at.free if at.counted else None,
        "published": at.told.available,
        "published_pieces": at.told.pieces,
        "buffer": at.buffer,
    }


def stock_told(standing: Iterable[Standing], places: Places) -> list[dict[str, Any]]:
    """What lies of each offer at each of its points."""
    slugs = {shop.pk: shop.slug for shop in places.shops}
    return [_lies(one, at, slugs[one.offer.shop_id]) for one in standing for at in one.at]


def _lies(standing: Standing, at: At, shop: str) -> dict[str, Any]:
    item = at.item
    return {
        "shop": shop,
        "point": at.point.code,
        "sku": standing.offer.sku,
        "on_hand": item.on_hand if item and at.counted else None,
        "reserved": item.reserved if item else 0,
        "available": at.free if at.counted else None,
        "quarantine": item.quarantine if item else 0,
        "in_return": item.in_return if item else 0,
        "keeps_sku": at.lies[1],
    }


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else number(value)
