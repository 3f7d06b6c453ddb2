"""The plan of every counted item of a shop: what the ledger tells, forecast, and set against the shop's terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from catalog.costs import receipts
from catalog.models import Offer
from catalog.replenishment import reading, terms
from catalog.replenishment.forecast import Pace, pace_of
from catalog.replenishment.ordering import Plan, Terms, plan
from staff.formats import ALMATY
from staff.models import PointOfSale, Shop


@dataclass(frozen=True, slots=True)
class Planned:
    """An item with all that decided about it."""

    item: reading.Item
    name: str
    pace: Pace
    terms: Terms
    plan: Plan

    @property
    def urgency(self) -> tuple[float, float, int]:
        """The most cancels first, then the most buyers that leave empty-handed, then the most pieces."""
        return -self.plan.cancels, -self.plan.unmet, -self.plan.pieces


def of_shop(shop: Shop, *, now: datetime, costs: bool) -> list[Planned]:
    """The plans of a shop, the most urgent first. `costs`: whether what goods cost may be told."""
    points = PointOfSale.objects.filter(shop_id=shop.pk).values_list("keeps_at_id", "pk")
    found = reading.items((kept_at or own for kept_at, own in points), now=now)
    skus = [item.sku for item in found]
    names, how, priced = _names(shop, skus), terms.of_shop(shop), _costs(skus) if costs else {}
    today = now.astimezone(ALMATY).date()
    planned = []
    for item in found:
        pace, of_item = pace_of(item.sold, today - timedelta(days=1)), how.of(item.sku)
        ordered = plan(pace, free=item.free, terms=of_item, first=today, unit_cost=priced.get(item.sku))
        planned.append(Planned(item, names.get(item.sku, ""), pace, of_item, ordered))
    return sorted(planned, key=lambda one: one.urgency)


def _names(shop: Shop, skus: list[str]) -> Mapping[str, str]:
    """What the shop calls its items: the name of the offer that bears the SKU, or that is bound to it."""
    offers = Offer.objects.filter(shop_id=shop.pk)
    bound = dict(offers.filter(stock_sku__in=skus).exclude(stock_sku="").values_list("stock_sku", "name"))
    return bound | dict(offers.filter(sku__in=skus).values_list("sku", "name"))


def _costs(skus: list[str]) -> Mapping[str, Decimal]:
    """What a piece of each item cost last: the next order is likely to cost as much."""
    layers = receipts.layers_of(skus)
    return {sku: of_item[-1].unit_cost for sku, of_item in layers.items()}
