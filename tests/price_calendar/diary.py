"""A shop with one good at 100 000 ₸ whose prices are planned through the doors of the product; hours are told from noon."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.models import CityPrice, Offer, PlannedPrice, PriceChange
from catalog.offers import changing
from catalog.price_calendar import carrying
from catalog.price_calendar.planning import Wish, plan
from catalog.price_calendar.rules import Window
from staff.access import Actor
from staff.clock import database_now
from tests.repricing.market import Market, open_market

ASTANA = "710000000"


@dataclass
class Diary:
    """`noon` is the present: plans of a test begin before it or after it."""

    market: Market
    noon: datetime = field(default_factory=database_now)

    def scope(self) -> Any:
        return self.market.scope()

    def at(self, hours: float) -> datetime:
        return self.noon + timedelta(hours=hours)

    def plan(
        self,
        price: int,
        begins: float,
        ends: float | None,
        *,
        said: float = -24,
        city: str = "",
        by: Actor | None = None,
        confirmed: bool = False,
        offer: Offer | None = None,
    ) -> UUID:
        """Planned `said` hours from noon on."""
        with self.scope():
            window = Window(self.at(begins), None if ends is None else self.at(ends))
            wish = Wish(Decimal(price), window, city, "Чёрная пятница")
            actor, offers = by or self.market.by, [offer or self.market.offer]
            return plan(offers, wish, by=actor, now=self.at(said), confirmed=confirmed)

    def hand(self, price: int, hours: float) -> None:
        """A person gives a price."""
        with self.scope():
            changing.set_price(self.market.offer, Decimal(price), by=self.market.by, now=self.at(hours))

    def carry(self, hours: float) -> int:
        """The worker comes to the good."""
        with self.scope():
            return carrying.carry(self.market.offer_id, now=self.at(hours))

    def bound(self, **bounds: Any) -> None:
        with self.scope():
            Offer.objects.filter(pk=self.market.offer_id).update(**bounds)

    @property
    def price(self) -> int:
        return int(self.market.offer.price or 0)

    @property
    def in_astana(self) -> int | None:
        with self.scope():
            found = CityPrice.objects.filter(city_code=ASTANA).first()
            return int(found.price) if found else None

    def told(self) -> list[tuple[str, str]]:
        """State and reason of each plan."""
        with self.scope():
            return list(PlannedPrice.objects.order_by("id").values_list("state", "why"))

    def newest(self) -> PlannedPrice:
        with self.scope():
            found: PlannedPrice = PlannedPrice.objects.order_by("-id")[0]
            return found

    def changes(self) -> list[tuple[int, int, str]]:
        """What the calendar changed: before, after, by whom."""
        with self.scope():
            rows = PriceChange.objects.filter(how="calendar").order_by("id")
            return [(int(row.before or 0), int(row.after or 0), row.by) for row in rows]


def open_diary(company_id: int, shop: str) -> Diary:
    return Diary(open_market(company_id, shop))
