"""Everything that a decision needs, read for many offers at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from catalog.costs.full import full_cost
from catalog.models import CityPrice, Offer, OfferPoint, PlannedPrice, PriceRule, StockItem
from catalog.price_calendar.rules import PlanState
from catalog.repricing.deciding import DAY, Change, Good, Look, Rule, Strategy, folded
from catalog.repricing.looks import looks_since, newest_looks
from catalog.rules import PriceGuard, told
from catalog.shared import Place, items_of
from staff.formats import ALMATY
from staff.models import PointOfSale, Shop
from staff.scoping import current_company

# The day's changes; the latest that a person made; and the first of all, before which no rule had touched the price.
_HISTORY: Final = """
SELECT asked.id, one.at, one.before, one.after, one.how = 'repricing'
FROM unnest(%(ids)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
  (SELECT id, at, before, after, how FROM catalog_pricechange
   WHERE company_id = %(company)s AND offer_id = asked.id AND city_code = '' AND at > %(since)s)
  UNION
  (SELECT id, at, before, after, how FROM catalog_pricechange
   WHERE company_id = %(company)s AND offer_id = asked.id AND city_code = '' AND how <> 'repricing'
   ORDER BY at DESC, id DESC LIMIT 1)
  UNION
  (SELECT id, at, before, after, how FROM catalog_pricechange
   WHERE company_id = %(company)s AND offer_id = asked.id AND city_code = '' ORDER BY at, id LIMIT 1)
) one ORDER BY asked.id, one.at DESC, one.id DESC
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One offer with all that is known of it."""

    good: Good
    looks: Sequence[Look]
    history: Sequence[Change]


def rules_of(shop_id: int) -> Sequence[PriceRule]:
    """The rules of a shop that are switched on."""
    return list(PriceRule.objects.filter(shop_id=shop_id, switched_on=True))


def holding(offer: Offer, rules: Iterable[PriceRule]) -> PriceRule | None:
    """The narrowest of the rules that speaks of the offer: its own, that of its category, that of the shop."""
    ranked = {
        0 if rule.offer_id else 1 if rule.category else 2: rule
        for rule in rules
        if rule.offer_id == offer.pk or (not rule.offer_id and rule.category in ("", offer.category))
    }
    return ranked[min(ranked)] if ranked else None


def rule_of(row: PriceRule, ours: frozenset[str]) -> Rule:
    """The rule as it decides; `ours` are never looked at."""
    return Rule(
        strategy=Strategy(row.strategy),
        step=row.step,
        step_is_share=row.step_is_share,
        place=row.place,
        lag=timedelta(minutes=row.lag_minutes),
        floor=row.floor,
        ceiling=row.ceiling,
        most_changes=row.most_changes,
        most_move=row.most_move,
        ignored=ours | {folded(name) for name in row.ignored},
        rise_back=row.rise_back,
        only_in_stock=row.only_in_stock,
        min_interval=timedelta(minutes=row.min_interval_minutes),
        stale_after=timedelta(minutes=row.stale_minutes),
    )


def our_shops() -> frozenset[str]:
    """How the company's own shops are named on cards: by their numbers and their names."""
    shops = Shop.objects.values_list("merchant_uid", "name")
    return frozenset(one for uid, name in shops for one in (uid, folded(name)) if one)


def known_of(offers: Sequence[Offer], *, now: datetime, lag: timedelta = timedelta(0)) -> Mapping[int, Known]:
    """What is known of these offers of one shop. `lag`: how far back the looks must reach; zero: the newest is enough."""
    ids = [offer.pk for offer in offers]
    # Far enough back to hold the look that stood when the delay began.
    looks = looks_since(ids, now - lag - DAY) if lag else newest_looks(ids)
    costs, stocked, history = (
        full_cost(ids, now.astimezone(ALMATY).date()),
        in_stock(offers),
        history_of(ids, since=now - DAY),
    )
    cities = set(CityPrice.objects.filter(offer_id__in=ids).values_list("offer_id", flat=True))
    planned = set(
        PlannedPrice.objects.filter(offer_id__in=ids, state=PlanState.RUNNING).values_list("offer_id", flat=True)
    )
    return {
        offer.pk: Known(
            Good(
                offer.price,
                PriceGuard(offer.floor, offer.ceiling, offer.most_step),
                costs.get(offer.pk),
                offer.pk in stocked,
                offer.pk in cities,
                offer.pk in planned,
            ),
            looks.get(offer.pk, ()),
            history.get(offer.pk, ()),
        )
        for offer in offers
    }


def history_of(offer_ids: Sequence[int], *, since: datetime) -> Mapping[int, Sequence[Change]]:
    """Changes of the prices since this moment, the newest first, with the two older ones that rules ask for."""
    found: defaultdict[int, list[Change]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"ids": list(offer_ids), "company": current_company(), "since": since})
        for offer_id, at, before, after, by_rule in cursor.fetchall():
            found[offer_id].append(Change(at, before, after, by_rule))
    return found


def in_stock(offers: Sequence[Offer]) -> frozenset[int]:
    """Ids of the offers that Kaspi is told of as sold at one point at least. All are of one shop."""
    if not offers:
        return frozenset()
    points = list(PointOfSale.objects.filter(shop_id=offers[0].shop_id).values_list("pk", flat=True))
    items = items_of((point, offer.sku) for point in points for offer in offers)
    free = _free(items.values())
    said = {
        (offer_id, point_id): sold
        for offer_id, point_id, sold in OfferPoint.objects.filter(
            offer_id__in=[offer.pk for offer in offers]
        ).values_list("offer_id", "point_id", "sold")
    }
    return frozenset(
        offer.pk
        for offer in offers
        if any(_sold(offer, said.get((offer.pk, point)), free.get(items[point, offer.sku])) for point in points)
    )


def _free(places: Iterable[Place]) -> Mapping[Place, tuple[int, int]]:
    """Pieces free and held back, where anybody ever counted."""
    asked = set(places)
    rows = StockItem.objects.filter(
        point_id__in={place[0] for place in asked}, sku__in={place[1] for place in asked}, counted_at__isnull=False
    )
    return {(row.point_id, row.sku): (row.on_hand - row.reserved, row.held_back) for row in rows}


def _sold(offer: Offer, sold: bool | None, free: tuple[int, int] | None) -> bool:
    pieces, held_back = free or (None, 0)
    buffer = held_back if offer.buffer is None else offer.buffer
    return told(
        on_sale=offer.on_sale, sold=sold, free=pieces, buffer=buffer, preorder_days=offer.preorder_days
    ).available
