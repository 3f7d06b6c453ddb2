"""What is known of the past of offers: looks at their cards, changes of their prices, what was shipped of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count

from catalog.costs.full import full_cost
from catalog.models import CompetitorPrice, Movement, Offer, PriceRule
from catalog.repricing.deciding import Good
from catalog.repricing.knowing import history_of, holding
from catalog.repricing.looks import looks_since
from catalog.repricing.replaying import Past, Sale
from catalog.rules import PriceGuard
from catalog.shared import items_of
from staff.formats import ALMATY
from staff.models import PointOfSale

# The goods that were looked at most: a page is to be there within a second.
MOST_GOODS: Final = 20
CANDIDATES: Final = 200


def goods_of(rule: PriceRule, *, since: datetime) -> Sequence[Offer]:
    """Offers that the rule speaks of, those that were looked at most first."""
    seen = CompetitorPrice.objects.filter(shop_id=rule.shop_id, seen_at__gte=since)
    if rule.offer_id:
        seen = seen.filter(offer_id=rule.offer_id)
    elif rule.category:
        seen = seen.filter(offer__category=rule.category)
    counted = seen.values("offer_id").annotate(looks=Count("seen_at", distinct=True)).order_by("-looks", "offer_id")
    ids = [row["offer_id"] for row in counted[:CANDIDATES]]
    offers = {offer.pk: offer for offer in Offer.objects.filter(pk__in=ids, price__isnull=False)}
    rules = [rule, *PriceRule.objects.filter(shop_id=rule.shop_id).exclude(pk=rule.pk)]
    held = [offers[pk] for pk in ids if pk in offers and holding(offers[pk], rules) == rule]
    return held[:MOST_GOODS]


def pasts_of(offers: Sequence[Offer], *, since: datetime, now: datetime) -> Mapping[int, Past]:
    """The past of each offer since this moment. Five queries."""
    ids = [offer.pk for offer in offers]
    looks, history, costs = (
        looks_since(ids, since),
        history_of(ids, since=since),
        full_cost(ids, now.astimezone(ALMATY).date()),
    )
    sales = _sales(offers, since=since)
    found = {}
    for offer in offers:
        changes = [one for one in history.get(offer.pk, ()) if one.at > since]
        start = changes[-1].before if changes else offer.price
        if start is None:
            start = next((one.after for one in reversed(changes) if one.after is not None), offer.price)
        if start is not None:
            found[offer.pk] = Past(
                good=Good(offer.price, PriceGuard(offer.floor, offer.ceiling, offer.most_step), costs.get(offer.pk)),
                since=since,
                until=now,
                start=start,
                looks=tuple(reversed(looks.get(offer.pk, ()))),
                changes=tuple(reversed(changes)),
                older=tuple(one for one in history.get(offer.pk, ()) if one.at <= since),
                sales=sales.get(offer.pk, ()),
            )
    return found


def _sales(offers: Sequence[Offer], *, since: datetime) -> Mapping[int, Sequence[Sale]]:
    """What was shipped of the offers' goods where their shop's points keep them."""
    if not offers:
        return {}
    points = list(PointOfSale.objects.filter(shop_id=offers[0].shop_id).values_list("pk", flat=True))
    items = items_of((point, offer.sku) for point in points for offer in offers)
    owners: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for offer in offers:
        for point in points:
            owners[items[point, offer.sku]].add(offer.pk)
    moved = Movement.objects.filter(
        point_id__in={place[0] for place in owners},
        sku__in={place[1] for place in owners},
        at__gte=since,
        order_id__isnull=False,
        on_hand_change__lt=0,
    )
    found: defaultdict[int, list[Sale]] = defaultdict(list)
    for point_id, sku, at, change in moved.values_list("point_id", "sku", "at", "on_hand_change").order_by("at"):
        for offer_id in owners.get((point_id, sku), ()):
            found[offer_id].append(Sale(at, -change))
    return found
