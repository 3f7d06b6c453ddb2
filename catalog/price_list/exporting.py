"""The price list as a file: to be changed and loaded here again, or for Kaspi's cabinet (kaspi-api.md §6.2).

The first tells what lies there and every column that may be loaded; loaded as it is, it changes nothing. The second tells
Kaspi what may be sold (`catalog.rules.told`), in Kaspi's own columns where the shop fits into them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext

from catalog.models import StockItem
from catalog.price_list.columns import WORDS, Field
from catalog.price_list.comparing import Known, KnownOffer
from catalog.price_list.known import known_of
from catalog.rules import fits_price_list, told
from staff.access import Actor, require_whole
from staff.cities import name_of
from staff.errors import Refused
from staff.exports.kinds import SHEET, Cell, Column, Form, Kind, Made, Row
from staff.exports.workbook import write
from staff.languages import later as _
from staff.languages import noun
from staff.models import Door, PointOfSale, Shop
from staff.permissions import Permission
from staff.places import visible

OWN, KASPI = "price_list", "kaspi_price_list"
POINTS: Final = ("PP1", "PP2", "PP3", "PP4", "PP5")
KASPI_COLUMNS: Final = ("SKU", "model", "brand", "price", *POINTS, "preorder")
_FIRST: Final = (Field.SKU, Field.NAME, Field.BRAND, Field.CATEGORY, Field.BARCODE, Field.PRICE, Field.PREORDER)
_NUMBERS: Final = (Field.PRICE, Field.PREORDER, Field.FLOOR, Field.CEILING)


def check_fits(shop: Shop) -> None:
    """Raise Refused, saying why, when Kaspi's columns cannot hold what the shop sells."""
    codes = list(PointOfSale.objects.filter(shop_id=shop.pk).values_list("code", flat=True))
    if set(codes) <= set(POINTS):
        known = known_of(shop.pk)
        sold = [offer for offer in known.offers.values() if offer.on_sale]
        if not known.city and len({offer.preorder_days for offer in sold if offer.preorder_days}) <= 1:
            return
        if known.city:
            why = gettext("у товаров разные цены по городам")
        else:
            why = gettext("у товаров разный предзаказ")
    else:
        why = gettext("точки названы не PP1–PP5")
    sentence = gettext("В Excel Kaspi магазин не поместится: %(why)s. Отдавайте Kaspi прайс ссылкой XML")
    raise Refused("does_not_fit", sentence % {"why": why}, field="shop")


def _read(kind: str, actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """Which shop's list is wanted. Raises NotVisible for another's, Refused for one that Kaspi's columns cannot hold."""
    shop = visible(actor).shop(asked.get("shop", ""))
    require_whole(actor, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if kind == KASPI:
        check_fits(shop)
    return {"shop": shop.slug}


def _own_columns(shop_id: int, known: Known, *, bounds: bool) -> list[Column]:
    fields = [*_FIRST, *((Field.FLOOR, Field.CEILING) if bounds else ())]
    columns = [
        Column(str(WORDS[field]), Cell.NUMBER if field in _NUMBERS else Cell.TEXT, 40 if field is Field.NAME else 16)
        for field in fields
    ]
    points = [Column(code, width=10) for code, _ in _points(shop_id)]
    return [
        *columns,
        *points,
        *(Column(f"{WORDS[Field.PRICE]} {name_of(code)}", Cell.NUMBER) for code in _towns(known)),
    ]


class _Shop:
    """A shop on its way into a file."""

    def __init__(self, actor: Actor, stored: Mapping[str, str]) -> None:
        self.shop = visible(actor).shop(stored["shop"])
        require_whole(actor, Permission.CATALOG_MANAGE, shop_id=self.shop.pk)
        self.bounds = actor.may(Permission.PRICES_GUARD)
        self.known = known_of(self.shop.pk)
        self.points = _points(self.shop.pk)

    def own_columns(self) -> Sequence[Column]:
        return _own_columns(self.shop.pk, self.known, bounds=self.bounds)

    def own_rows(self) -> Iterator[Row]:
        towns = _towns(self.known)
        for offer in sorted(self.known.offers.values(), key=lambda one: (one.name, one.sku)):
            head = [offer.sku, offer.name, offer.brand, offer.category, offer.barcode, offer.price, offer.preorder_days]
            bounds = [offer.floor, offer.ceiling] if self.bounds else []
            cells = [self._lies(offer, point) for _, point in self.points]
            prices = [self.known.city.get((offer.id, town)) for town in towns]
            yield Row([*head, *bounds, *cells, *prices])

    def kaspi_rows(self) -> Iterator[Row]:
        """What is on sale and priced; points that the shop does not have are «no»."""
        items = {(one.point_id, one.sku): one for one in _items(self.known)}
        ids = dict(self.points)
        for offer in sorted(self.known.offers.values(), key=lambda one: (one.name, one.sku)):
            if offer.on_sale and offer.price is not None and fits_price_list(offer.sku):
                cells = [self._published(offer, ids.get(code), items) for code in POINTS]
                yield Row([offer.sku, offer.name, offer.brand, offer.price, *cells, offer.preorder_days or None])

    def _lies(self, offer: KnownOffer, point: int) -> str:
        sold = self.known.sold.get((offer.id, point))
        pieces = self.known.stock.get(self.known.item(offer.sku, point))
        if sold is False:
            return "no"
        return str(pieces) if pieces is not None else "yes" if sold else ""

    def _published(self, offer: KnownOffer, point: int | None, items: Mapping[tuple[int, str], StockItem]) -> str:
        if point is None:
            return "no"
        item = items.get(self.known.item(offer.sku, point))
        found = told(
            on_sale=offer.on_sale,
            sold=self.known.sold.get((offer.id, point)),
            free=item.on_hand - item.reserved if item else None,
            buffer=(item.held_back if item else 0) if offer.buffer is None else offer.buffer,
            preorder_days=offer.preorder_days,
        )
        return "no" if not found.available else str(found.pieces) if found.pieces is not None else "yes"


def _points(shop_id: int) -> list[tuple[str, int]]:
    return list(PointOfSale.objects.filter(shop_id=shop_id).order_by("code").values_list("code", "pk"))


def _towns(known: Known) -> list[str]:
    return sorted({code for _, code in known.city})


def _items(known: Known) -> Any:
    return StockItem.objects.filter(point_id__in=set(known.kept.values()), counted_at__isnull=False)


def _write_own(actor: Actor, stored: Mapping[str, str], path: str) -> Made:
    shop = _Shop(actor, stored)
    return write(path, shop.own_columns(), shop.own_rows(), title=str(PRICE_LIST.title))


def _write_kaspi(actor: Actor, stored: Mapping[str, str], path: str) -> Made:
    return write(path, KASPI_SHEET, _Shop(actor, stored).kaspi_rows(), title=str(KASPI_PRICE_LIST.title))


KASPI_SHEET: Final = [
    Column(name, Cell.NUMBER if name in ("price", "preorder") else Cell.TEXT) for name in KASPI_COLUMNS
]
_GOODS: Final = noun("товар", "товаров")
PRICE_LIST: Final = Kind(
    name=OWN,
    title=_("Мой прайс"),
    right=Permission.CATALOG_MANAGE,
    read=partial(_read, OWN),
    form=Form("xlsx", SHEET, _write_own, Door.EXPORT, _GOODS),
)
KASPI_PRICE_LIST: Final = Kind(
    name=KASPI,
    title=_("Прайс для Kaspi"),
    right=Permission.CATALOG_MANAGE,
    read=partial(_read, KASPI),
    form=Form("xlsx", SHEET, _write_kaspi, Door.EXPORT, _GOODS),
)
