"""What sources last saw on the cards of our offers, in few queries however many offers are asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection

from catalog.repricing.deciding import Competitor, Look
from staff.scoping import current_company

USUAL_STALE: Final = timedelta(hours=3)
_NEWEST: Final = """
SELECT told.offer_id, told.seen_at, told.seller, told.merchant_uid, told.price
FROM unnest(%(ids)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
  SELECT seen_at, source FROM catalog_competitorprice
  WHERE company_id = %(company)s AND offer_id = asked.id ORDER BY seen_at DESC, source LIMIT 1) newest
JOIN catalog_competitorprice told ON told.company_id = %(company)s AND told.offer_id = asked.id
  AND told.seen_at = newest.seen_at AND told.source = newest.source
ORDER BY told.offer_id, told.price NULLS LAST
"""
_SINCE: Final = """
SELECT offer_id, seen_at, seller, merchant_uid, price FROM catalog_competitorprice
WHERE company_id = %(company)s AND offer_id = ANY(%(ids)s) AND seen_at >= %(since)s
ORDER BY offer_id, seen_at DESC, source, price NULLS LAST
"""
_PLACES: Final = """
SELECT offer.id, offer.price, shop.merchant_uid, lower(shop.name)
FROM catalog_offer offer JOIN staff_shop shop ON shop.company_id = offer.company_id AND shop.id = offer.shop_id
WHERE offer.company_id = %s AND offer.id = ANY(%s) AND offer.price IS NOT NULL
"""


class Standing(NamedTuple):
    """Where an offer stands on its card: the place, of how many sellers, the cheapest price there, whether that is fresh."""

    place: int
    of: int
    leader_price: Decimal
    fresh: bool


def newest_looks(offer_ids: Iterable[int]) -> Mapping[int, tuple[Look, ...]]:
    """The newest look at the card of each offer, if there ever was one. One query."""
    return _looks(_NEWEST, {"ids": list(offer_ids)})


def looks_since(offer_ids: Iterable[int], since: datetime) -> Mapping[int, tuple[Look, ...]]:
    """All looks from this moment on, the newest first. One query."""
    return _looks(_SINCE, {"ids": list(offer_ids), "since": since})


def places_of(offer_ids: Iterable[int], now: datetime) -> Mapping[int, Standing]:
    """The place of each offer that has a price and was looked at, all sellers of the card counted. Two queries."""
    ids = list(offer_ids)
    seen = newest_looks(ids)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [current_company(), ids])
        ours = cursor.fetchall()
    return {
        offer_id: _standing(price, (uid, name), seen[offer_id][0], now)
        for offer_id, price, uid, name in ours
        if offer_id in seen
    }


def _standing(price: Decimal, ourselves: Sequence[str], look: Look, now: datetime) -> Standing:
    # A source may tell of us as well; two of our shops on one card are two sellers to a buyer.
    others = [
        one.price
        for one in look.others
        if one.merchant_uid != ourselves[0] and one.seller.casefold() != ourselves[1].casefold()
    ]
    place = 1 + sum(one < price for one in others)
    return Standing(place, 1 + len(others), min([price, *others]), now - look.seen_at <= USUAL_STALE)


def _looks(statement: str, values: dict[str, Any]) -> Mapping[int, tuple[Look, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "company": current_company()})
        rows = cursor.fetchall()
    return {
        offer_id: tuple(_look(seen_at, list(at_once)) for seen_at, at_once in groupby(told, lambda row: row[1]))
        for offer_id, told in groupby(rows, lambda row: row[0])
    }


def _look(seen_at: datetime, rows: Sequence[Sequence[Any]]) -> Look:
    return Look(seen_at, tuple(Competitor(row[2], row[4], row[3]) for row in rows if row[4] is not None))
