"""A shop whose cards somebody watches: what is seen is told through the doors of the product, the clock is the database's."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from catalog import stock
from catalog.models import Offer, PriceDecision, PriceRule, PriceSource, RepricingState
from catalog.offers import changing
from catalog.repricing import ruling, running
from catalog.repricing.intake import Taken, Told, take
from catalog.repricing.ruling import Wording
from staff.access import Actor, rule
from staff.clock import database_now
from staff.models import PointOfSale, Shop
from staff.scoping import company_scope

SKU = "NMD-R2"
# Nothing but the strategy and the bounds of money holds such a rule back.
FREE: dict[str, Any] = {
    "floor": Decimal(80_000),
    "ceiling": Decimal(120_000),
    "most_changes": 50,
    "most_move": Decimal("0.9"),
    "min_interval_minutes": 0,
}


@dataclass
class Market:
    """The shop `shop` of a company, with one good at 100 000 ₸ of which ten lie at its point."""

    company_id: int
    shop: Shop
    by: Actor
    offer_id: int = field(default=0)

    def scope(self) -> Any:
        return company_scope(self.company_id)

    @property
    def offer(self) -> Offer:
        with self.scope():
            found: Offer = Offer.objects.get(pk=self.offer_id)
            return found

    def see(self, *prices: int, hours_ago: float = 0, sku: str = SKU) -> Taken:
        """A source told that these others were on the card; with none, that nobody was."""
        with self.scope():
            now = database_now()
            seen_at = now - timedelta(hours=hours_ago)
            rows = [Told(sku, "", f"Продавец {n}", "", Decimal(price), seen_at) for n, price in enumerate(prices)]
            nobody = [Told(sku, "", "", "", None, seen_at)]
            return take(self.shop, rows or nobody, source=PriceSource.API, by="тест", now=now)

    def rule(self, *, on: bool = True, **wording: Any) -> PriceRule:
        with self.scope():
            now = database_now()
            made = ruling.write(Wording(**(FREE | wording)), self.shop, by=self.by, now=now)
            if on:
                ruling.switch(made, True, by=self.by, now=now)
            return made

    def run(self, *, again: bool = False) -> int:
        """What the worker does now; `again`: as if its five minutes were over."""
        if again:
            with self.scope():
                RepricingState.objects.update(due_at=database_now())
        return running.run_due()

    def decisions(self) -> list[tuple[str, str]]:
        with self.scope():
            return list(PriceDecision.objects.order_by("id").values_list("outcome", "reason"))


def open_market(company_id: int, shop_slug: str) -> Market:
    """Make the good as a person would: priced by hand, counted at the first point."""
    by = rule("Тест", company_id)
    with company_scope(company_id):
        now, shop = database_now(), Shop.objects.get(slug=shop_slug)
        offer = Offer.objects.create(shop=shop, sku=SKU, name="Робот-пылесос Nomad R2", card_code="101", category="Дом")
        changing.set_price(offer, Decimal(100_000), by=by, now=_long_ago(now))
        point = PointOfSale.objects.filter(shop=shop).order_by("code").first()
        assert point is not None
        stock.count(point_id=point.pk, quantities={SKU: 10}, now=now)
    return Market(company_id, shop, by, offer.pk)


def _long_ago(now: datetime) -> datetime:
    return now - timedelta(days=30)
