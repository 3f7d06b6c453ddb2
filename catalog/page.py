"""The page of goods in words: what is sold, how many lie where, how many are held."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from catalog.feed.page import held_notices
from catalog.models import Offer, StockItem
from catalog.page_models import CatalogPage, OfferRow, PlaceField
from staff.formats import grouped, tenge
from staff.models import Shop
from staff.page_parts import Empty, Tab
from staff.paging import place
from staff.places import Places
from staff.scoping import current_company

ROWS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `short` True: only goods of which more is held than lies there."""

    shop: Shop | None
    q: str = ""
    short: bool = False
    after: str = ""
    # Whether he may say where goods lie.
    places: bool = False

    def url(self, **changed: str) -> str:
        kept = {"shop": self.shop.slug if self.shop else "", "q": self.q, "stock": "short" if self.short else ""}
        query = urlencode({name: value for name, value in (kept | changed).items() if value})
        return f"/catalog/{'?' + query if query else ''}"


def catalog_page(asked: Asked, *, places: Places) -> CatalogPage:
    """Everything that `templates/catalog/catalog.html` prints: offers by name, their stock in one more query."""
    shops = [asked.shop] if asked.shop else list(places.shops)
    points = [point for point in places.points if any(point.shop_id == shop.pk for shop in shops)]
    filters = {"shop": asked.shop.slug if asked.shop else "", "q": asked.q, "stock": "short" if asked.short else ""}
    here = place(
        filters | {"cursor": asked.after, "limit": str(ROWS)},
        columns=("name", "id"),
        name="catalog",
        company_id=current_company(),
    )
    found = list(here.cut(_offers(asked, shops, [point.pk for point in points])))
    shown, cursor = here.page([{"name": offer.name, "id": offer.pk} for offer in found])
    offers = found[: len(shown)]
    stock = _stock(offers, [point.pk for point in points])
    names = {point.pk: point.name for point in points}
    by_shop = {point.pk: point.shop_id for point in points}
    rows = tuple(
        _row(
            offer,
            [one for one in stock[offer.sku] if by_shop[one.point_id] == offer.shop_id],
            names,
            fields=_fields(offer, stock[offer.sku], places) if asked.places else (),
            shop="" if len(shops) == 1 else places.shop_by_id(offer.shop_id).name,
        )
        for offer in offers
    )
    return CatalogPage(
        url="/catalog/",
        note=gettext("товары известны из заказов, остатки – из учёта точек"),
        rows=rows,
        tabs=(
            Tab(gettext("Все"), asked.url(stock=""), current=not asked.short),
            Tab(gettext("Не хватает"), asked.url(stock="short"), current=asked.short),
        ),
        q=asked.q,
        hidden=tuple((name, filters[name]) for name in ("shop", "stock") if filters[name]),
        range_text=gettext("%(rows)s на странице") % {"rows": len(rows)},
        prev_url=asked.url() if asked.after else "",
        next_url=asked.url(after=cursor) if cursor else "",
        empty=None if rows else _empty(asked),
        notices=held_notices(shops),
        feed_url=f"/catalog/feed/{'?shop=' + asked.shop.slug if asked.shop else ''}",
    )


def _offers(asked: Asked, shops: Sequence[Shop], point_ids: Sequence[int]) -> "QuerySet[Offer]":
    offers: QuerySet[Offer] = Offer.objects.filter(shop_id__in=[shop.pk for shop in shops])
    if asked.q:
        offers = offers.filter(Q(name__icontains=asked.q) | Q(sku__istartswith=asked.q))
    if asked.short:
        at_home = StockItem.objects.filter(point_id__in=point_ids, point__shop_id=OuterRef("shop_id"))
        lacking = at_home.filter(sku=OuterRef("sku"), reserved__gt=F("on_hand"))
        offers = offers.filter(Exists(lacking))
    return offers


def _stock(offers: Sequence[Offer], point_ids: Sequence[int]) -> dict[str, list[StockItem]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    items = StockItem.objects.filter(point_id__in=point_ids, sku__in=[offer.sku for offer in offers])
    for item in items.order_by("point_id"):
        found[item.sku].append(item)
    return found


def _row(
    offer: Offer, items: Sequence[StockItem], names: dict[int, str], *, fields: tuple[PlaceField, ...], shop: str
) -> OfferRow:
    on_hand, reserved = sum(item.on_hand for item in items), sum(item.reserved for item in items)
    free = on_hand - reserved
    return OfferRow(
        name=offer.name or gettext("Без названия"),
        sku=offer.sku,
        price=tenge(offer.price) if offer.price is not None else "—",
        on_hand=grouped(on_hand),
        reserved=grouped(reserved),
        free=grouped(free),
        points=", ".join(f"{names[item.point_id]}: {grouped(item.on_hand - item.reserved)}" for item in items),
        aside=_aside(items),
        level="danger" if any(item.reserved > item.on_hand for item in items) else "warn" if free == 0 else "",
        place=", ".join(dict.fromkeys(item.place for item in items if item.place)),
        places=fields,
        category=" · ".join(filter(None, (offer.category, shop))),
    )


def _aside(items: Sequence[StockItem]) -> str:
    """What came back and is not for sale: «в карантине 2, списано 1»."""
    quarantine, lost = sum(item.quarantine for item in items), sum(item.written_off for item in items)
    said = [
        gettext("в карантине %(count)s") % {"count": grouped(quarantine)} if quarantine else "",
        gettext("списано %(count)s") % {"count": grouped(lost)} if lost else "",
    ]
    return ", ".join(filter(None, said))


def _fields(offer: Offer, items: Sequence[StockItem], places: Places) -> tuple[PlaceField, ...]:
    """A field for every point of the good's shop that he sees."""
    shop, lies = places.shop_by_id(offer.shop_id), {item.point_id: item.place for item in items}
    points = [point for point in places.points if point.shop_id == offer.shop_id]
    return tuple(PlaceField(shop.slug, point.code, point.name, lies.get(point.pk, "")) for point in points)


def _empty(asked: Asked) -> Empty:
    if asked.q:
        return Empty(
            gettext("Нет товара «%(q)s»") % {"q": asked.q},
            gettext("Искали в названии и в начале артикула."),
            reset_url=asked.url(q=""),
        )
    if asked.short:
        return Empty(gettext("Всего хватает"), gettext("Ни на одной точке не продано больше, чем лежит."))
    return Empty(gettext("Товаров пока нет"), gettext("Они появятся с первыми заказами."))
