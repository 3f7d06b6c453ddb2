"""«Алма Техника» in its company's scope, where Айгерим brings her price lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from catalog import stock
from catalog.models import CityPrice, LoadMode, Offer, OfferPoint, PriceLine, PriceLoad, PriceProblem, StockItem
from catalog.price_list import applying, undoing, uploads
from catalog.price_list.reading import read_due
from staff.clock import database_now
from staff.models import Shop
from tests.cast import Cast, Person

KASPI = ("SKU", "model", "brand", "price", "PP1", "PP2", "PP3", "PP4", "PP5", "preorder")


def sheet(*rows: Sequence[Any]) -> bytes:
    """An .xlsx of these rows; numbers stay numbers, texts texts."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                page.write(number, place, cell)
    return file.getvalue()


@dataclass(frozen=True)
class Desk:
    cast: Cast
    shop: Shop

    @property
    def owner(self) -> Person:
        return self.cast.aigerim

    def point(self, code: str) -> int:
        return self.cast.alma.point("alma-tech", code).pk

    def offer(self, sku: str, price: int | None = 1000, *, pieces: int | None = None, **spec: Any) -> Offer:
        found: Offer = Offer.objects.create(
            shop_id=self.shop.pk, sku=sku, name=f"Товар {sku}", price=price and Decimal(price), **spec
        )
        if pieces is not None:
            stock.count(point_id=self.point("PP1"), quantities={sku: pieces}, now=self.now)
        return found

    @property
    def now(self) -> datetime:
        return database_now()

    def bring(self, *rows: Sequence[Any], content: bytes = b"", mode: LoadMode = LoadMode.LISTED) -> PriceLoad:
        """Uploaded and read by the worker; the first row is the header."""
        load = uploads.take(
            self.shop, "прайс.xlsx", content or sheet(*rows), mode.value, by=self.owner.actor, now=self.now
        )
        read_due()
        return self.again(load)

    def kaspi(self, *rows: Sequence[Any], **options: Any) -> PriceLoad:
        """The same with Kaspi's own columns."""
        return self.bring(KASPI, *rows, **options)

    def again(self, load: PriceLoad) -> PriceLoad:
        found: PriceLoad = PriceLoad.objects.get(pk=load.pk)
        return found

    def apply(self, load: PriceLoad, **options: Any) -> int:
        return applying.apply(load, by=self.owner.actor, now=self.now, **options)

    def undo(self, load: PriceLoad) -> PriceLoad:
        return undoing.undo(load, by=self.owner.actor, now=self.now)

    def lines(self, load: PriceLoad) -> dict[str, PriceLine]:
        return {line.sku: line for line in PriceLine.objects.filter(load_id=load.pk)}

    def problems(self, load: PriceLoad) -> list[tuple[int, str, str]]:
        rows = PriceProblem.objects.filter(load_id=load.pk).order_by("row", "id")
        return [(one.row, one.code, one.value) for one in rows]

    def state(self) -> dict[str, Any]:
        """Everything that a list may change, by SKU."""
        pieces = {(one.point_id, one.sku): one.on_hand for one in StockItem.objects.filter(counted_at__isnull=False)}
        sold = {(one.offer_id, one.point_id): one.sold for one in OfferPoint.objects.all()}
        city = {(one.offer_id, one.city_code): one.price for one in CityPrice.objects.all()}
        points = {self.point(code): code for code in ("PP1", "PP2")}
        return {
            one.sku: (
                *(one.name, one.price, one.preorder_days, one.on_sale),
                {code: pieces[pk, one.sku] for pk, code in points.items() if (pk, one.sku) in pieces},
                {code: sold[one.pk, pk] for pk, code in points.items() if (one.pk, pk) in sold},
                {code: price for (offer, code), price in city.items() if offer == one.pk},
            )
            for one in Offer.objects.filter(shop_id=self.shop.pk)
        }
