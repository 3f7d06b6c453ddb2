"""A shop's price list: goods put into the catalogue, the file made by the worker and read back by a parser of others."""

import gzip
import html
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.http import HttpResponse
from django.test import Client

from catalog import stock
from catalog.feed import opening
from catalog.feed.making import make_due
from catalog.models import Feed, FeedVersion, Offer, VersionState
from staff.clock import database_now
from staff.models import Shop
from tests.cast import Cast, Company

NS = "{kaspiShopping}"


@dataclass(frozen=True)
class Line:
    """An offer as the file says it. `places`: {point: (available, pieces, days of pre-order)}."""

    model: str
    brand: str
    places: dict[str, tuple[str, str, str]]
    prices: dict[str, str]


@dataclass(frozen=True)
class Listing:
    """«Алма Техника» with an address for its price list."""

    cast: Cast
    company: Company
    shop: Shop
    secret: str

    @property
    def url(self) -> str:
        return f"/feed/{self.secret}.xml"

    @property
    def feed(self) -> Feed:
        with self.company.scope():
            found: Feed = Feed.objects.get(shop_id=self.shop.pk)
            return found

    def add(
        self, sku: str, *, pieces: int | None = 5, point: str = "PP1", price: int | None = 9990, **more: Any
    ) -> Offer:
        """An offer of so many pieces at a point."""
        values: dict[str, Any] = {"name": f"Чайник {sku}", "price": price and Decimal(price), **more}
        place = self.company.point("alma-tech", point)
        with self.company.scope():
            offer: Offer = Offer.objects.create(shop_id=self.shop.pk, sku=sku, **values)
            if pieces is not None:
                stock.count(point_id=place.pk, quantities={sku: pieces}, now=database_now())
            return offer

    def fill(self, skus: list[str], *, price: int = 9990) -> None:
        """Offers of five pieces each at PP1."""
        place = self.company.point("alma-tech", "PP1")
        with self.company.scope():
            Offer.objects.bulk_create(
                Offer(company_id=self.company.id, shop_id=self.shop.pk, sku=sku, name=f"Чайник {sku}", price=price)
                for sku in skus
            )
            stock.count(point_id=place.pk, quantities=dict.fromkeys(skus, 5), now=database_now())

    def make(self) -> int:
        """Let the worker do what is due, as if a minute had passed."""
        with self.company.scope():
            Feed.objects.update(looked_at=None)
        return make_due()

    def fetch(self, **headers: str) -> HttpResponse:
        answer: HttpResponse = Client(headers=headers).get(self.url)  # type: ignore[assignment]
        return answer

    def lines(self) -> dict[str, Line]:
        """What Kaspi reads."""
        answer = self.fetch()
        assert answer.status_code == 200, answer.status_code
        return lines_of(answer.getvalue())

    def page(self) -> str:
        """The page as Айгерим sees it, with plain spaces between words."""
        answer = self.cast.aigerim.browser().get("/catalog/feed/?shop=alma-tech")
        assert answer.status_code == 200
        return " ".join(html.unescape(answer.content.decode()).split(" "))

    def version(self, state: VersionState = VersionState.PUBLISHED) -> FeedVersion | None:
        with self.company.scope():
            found: FeedVersion | None = FeedVersion.objects.filter(feed=self.feed, state=state).first()
            return found

    def text(self) -> bytes:
        """The published file, unpacked by somebody else's code."""
        version = self.version()
        assert version is not None and version.content is not None
        return gzip.decompress(bytes(version.content))


def listing(cast: Cast) -> Listing:
    shop = cast.alma.shop("alma-tech")
    with cast.alma.scope():
        feed = opening.open_feed(shop, by=cast.aigerim.actor, now=database_now())
        return Listing(cast, cast.alma, shop, opening.secret_of(feed))


def lines_of(text: bytes) -> dict[str, Line]:
    return {offer.attrib["sku"]: _line(offer) for offer in fromstring(text).iter(f"{NS}offer")}


def _line(offer: Element) -> Line:
    places = {one.attrib["storeId"]: _place(one) for one in offer.iter(f"{NS}availability")}
    prices = {one.attrib.get("cityId", ""): one.text or "" for one in _prices(offer)}
    return Line(offer.findtext(f"{NS}model") or "", offer.findtext(f"{NS}brand") or "", places, prices)


def _prices(offer: Element) -> Iterator[Element]:
    yield from offer.iter(f"{NS}price")
    yield from offer.iter(f"{NS}cityprice")


def _place(place: Element) -> tuple[str, str, str]:
    said = place.attrib
    return said["available"], said.get("stockCount", ""), said.get("preOrder", "")


def plain(content: Any) -> bytes:
    return gzip.decompress(bytes(content))
