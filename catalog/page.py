"""The page of goods in words: tabs, filters, and rows whose prices and pieces are written in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from catalog import tabs
from catalog.cells import address, mark_of, may_price, pieces_cell, price_cell, price_text
from catalog.feed.page import held_notices
from catalog.models import Offer, OfferSource
from catalog.page_models import CatalogPage, Filter, MenuChoice, OfferRow, PlaceField
from catalog.price_list.page import upload_panel
from catalog.repricing.looks import Standing as Rank
from catalog.repricing.looks import places_of
from catalog.sections import sections
from catalog.standing import At, Standing, State, standings
from catalog.words import FAULTS, TABS, chip_of
from staff.access import Actor
from staff.errors import Refused
from staff.formats import grouped, tenge
from staff.models import PointOfSale, Shop
from staff.page_parts import Empty, Tab
from staff.paging import place
from staff.permissions import Permission
from staff.places import Places
from staff.scoping import current_company

ROWS: Final = 50
MOST_CATEGORIES: Final = 100
# A tab that holds more than one offer in so many is common.
COMMON: Final = 100
ALERTING: Final = (State.NONE, tabs.SHORT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `stock` names a tab: a state, `short`, or nothing for all."""

    shop: Shop | None
    q: str = ""
    stock: str = ""
    category: str = ""
    point: str = ""
    source: str = ""
    after: str = ""

    @property
    def filters(self) -> dict[str, str]:
        told = {"shop": self.shop.slug if self.shop else "", "q": self.q, "stock": self.stock}
        return told | {"category": self.category, "point": self.point, "source": self.source}

    def url(self, **changed: str) -> str:
        query = urlencode({name: value for name, value in (self.filters | changed).items() if value})
        return f"/catalog/{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the asked filters leave of what the reader may see."""

    shops: Sequence[Shop]
    points: Sequence[PointOfSale]
    by: Actor
    places: Places

    @property
    def has_several_shops(self) -> bool:
        return len(self.shops) > 1


def catalog_page(asked: Asked, *, places: Places, by: Actor, now: datetime) -> CatalogPage:
    """Everything that `templates/catalog/catalog.html` prints.

    A page of offers by name, their stock in three more queries, and one that counts the tabs.
    """
    seen = _seen(asked, places, by)
    counted = tabs.counts_lately(seen.shops, seen.points)
    here = place(
        asked.filters | {"cursor": asked.after, "limit": str(ROWS)},
        columns=("name", "id"),
        name="catalog",
        company_id=current_company(),
    )
    found = list(here.cut(_offers(asked, seen, counted)))
    shown, cursor = here.page([{"name": offer.name, "id": offer.pk} for offer in found])
    back = asked.url() + (
        f"{'&' if '?' in asked.url() else '?'}{urlencode({'after': asked.after})}" if asked.after else ""
    )
    ranks = places_of([offer.pk for offer in found[: len(shown)]], now)
    rows = tuple(
        _ranked(_row(one, seen, back), ranks.get(one.offer.pk)) for one in standings(found[: len(shown)], seen.points)
    )
    return CatalogPage(
        url="/catalog/",
        note=gettext("%(count)s в каталоге") % {"count": grouped(counted[""])},
        rows=rows,
        tabs=tuple(_tabs(asked, counted)),
        filters=tuple(_filters(asked, seen)),
        q=asked.q,
        hidden=tuple((name, value) for name, value in asked.filters.items() if value and name != "q"),
        range_text=gettext("%(rows)s на странице") % {"rows": len(rows)},
        prev_url=asked.url() if asked.after else "",
        next_url=f"{asked.url()}{'&' if '?' in asked.url() else '?'}{urlencode({'after': cursor})}" if cursor else "",
        reset_url=asked.url(category="", point="", source="") if asked.category or asked.point or asked.source else "",
        here=back,
        new_url=f"/catalog/new/{'?shop=' + asked.shop.slug if asked.shop else ''}" if _manages(seen) else "",
        may_manage=_manages(seen),
        empty=None if rows else _empty(asked),
        notices=held_notices(seen.shops),
        sections=sections(asked.shop, places=places, by=by),
        shop_query=f"?shop={asked.shop.slug}" if asked.shop else "",
        ranked=bool(ranks),
        upload=upload_panel(asked.shop, by, now=now),
    )


def _seen(asked: Asked, places: Places, by: Actor) -> _Seen:
    shops = [asked.shop] if asked.shop else list(places.shops)
    if asked.point:
        points = list(places.points_by_code(asked.point, shop=asked.shop))
        shops = [shop for shop in shops if any(point.shop_id == shop.pk for point in points)]
    else:
        points = [point for point in places.points if any(point.shop_id == shop.pk for shop in shops)]
    return _Seen(shops, points, by, places)


def _manages(seen: _Seen) -> bool:
    return any(may_price(seen.by, shop) for shop in seen.shops)


def _offers(asked: Asked, seen: _Seen, counted: Mapping[str, int]) -> "QuerySet[Offer]":
    offers: QuerySet[Offer] = Offer.objects.filter(shop_id__in=[shop.pk for shop in seen.shops])
    if asked.q:
        word = asked.q
        named = Q(name__icontains=word) | Q(sku__istartswith=word) | Q(card_code=word) | Q(barcode=word)
        offers = offers.filter(named)
    if asked.category:
        offers = offers.filter(category=asked.category)
    if asked.source:
        offers = offers.filter(source=asked.source)
    if asked.stock:
        # A search leaves few, and walking along them would go past them all.
        common = not asked.q and counted[asked.stock] * COMMON > counted[""]
        offers = tabs.within(offers, asked.stock, seen.shops, seen.points, common=common)
    return offers


def read_stock(text: str) -> str:
    """The tab that an address names. Raises Refused 400 for one there is not."""
    if text and text != tabs.SHORT and text not in list(State):
        raise Refused("bad_value", gettext("Такой вкладки в каталоге нет"), status=400, field="stock")
    return text


def read_source(text: str) -> str:
    if text and text not in OfferSource.values:
        raise Refused("bad_value", gettext("Такого источника товаров нет"), status=400, field="source")
    return text


def _tabs(asked: Asked, counted: Mapping[str, int]) -> list[Tab]:
    told: list[tuple[str, str]] = [("", gettext("Все")), *((state, str(word)) for state, word in TABS.items())]
    told.insert(4, (tabs.SHORT, gettext("Не хватает")))
    return [
        Tab(
            word,
            asked.url(stock=name),
            grouped(counted[name]) if counted[name] else "",
            alert=name in ALERTING and counted[name] > 0,
            current=asked.stock == name,
        )
        for name, word in told
        # What is rare has a tab only while there is something in it.
        if name not in (tabs.SHORT, State.OFF) or counted[name] or asked.stock == name
    ]


def _filters(asked: Asked, seen: _Seen) -> list[Filter]:
    ids = [shop.pk for shop in seen.shops]
    categories = Offer.objects.filter(shop_id__in=ids).exclude(category="").order_by("category")
    kinds = list(categories.values_list("category", flat=True).distinct()[:MOST_CATEGORIES])
    codes = {point.code: point.name for point in seen.places.points_of(asked.shop)}
    if asked.shop is None and seen.has_several_shops:
        # One code means another point in each shop.
        codes = {}
    menus = [
        _menu(gettext("Категория"), "tag", "category", asked, {one: one for one in kinds}),
        _menu(gettext("Точка"), "store", "point", asked, codes),
        _menu(gettext("Откуда"), "inbox", "source", asked, dict(OfferSource.choices)),
    ]
    return [menu for menu in menus if len(menu.choices) > 2 or menu.chosen]


def _menu(label: str, icon: str, name: str, asked: Asked, known: Mapping[str, object]) -> Filter:
    chosen = asked.filters[name]
    choices = [MenuChoice(gettext("Все"), asked.url(**{name: ""}), not chosen)]
    choices += [MenuChoice(str(word), asked.url(**{name: value}), value == chosen) for value, word in known.items()]
    return Filter(label, icon, tuple(choices), str(known.get(chosen, chosen)) if chosen else "")


def row_of(standing: Standing, *, by: Actor, places: Places, back: str = "") -> OfferRow:
    """One row alone, as the list has it."""
    shop = places.shop_by_id(standing.offer.shop_id)
    return _row(standing, _Seen([shop], [one.point for one in standing.at], by, places), back)


def _row(standing: Standing, seen: _Seen, back: str) -> OfferRow:
    offer, at = standing.offer, standing.at
    shop = seen.places.shop_by_id(offer.shop_id)
    counts = seen.by.may(Permission.STOCK_MANAGE)
    sells = sum(one.told.available for one in at)
    mark = mark_of(offer, shop)
    return OfferRow(
        mark=mark,
        pick=f"{shop.slug}/{offer.sku}",
        url=address(offer, shop),
        name=offer.name or gettext("Без названия"),
        sku=offer.sku,
        chip=chip_of(standing),
        price=price_text(offer),
        stock=grouped(_lying(at)) if any(one.counted for one in at) else "—",
        price_cell=price_cell(offer, shop, back=back) if may_price(seen.by, shop) else None,
        pieces=tuple(pieces_cell(offer, shop, one, back=back) for one in at) if counts else (),
        points=gettext("%(sells)s из %(all)s") % {"sells": sells, "all": len(at)} if at else "—",
        sub=" · ".join(filter(None, (offer.category, shop.name if seen.has_several_shops else ""))),
        note=_note(standing),
        level="danger" if standing.is_short else "",
        place=", ".join(dict.fromkeys(one.item.place for one in at if one.item and one.item.place)),
        places=_shelves(shop, at) if seen.by.may(Permission.ORDERS_PACK) else (),
        on_sale=offer.on_sale,
        sale_url=address(offer, shop, "sale/") if may_price(seen.by, shop) else "",
    )


def _ranked(row: OfferRow, rank: Rank | None) -> OfferRow:
    """With «2 из 14», «22 480 ₸ у первого»; a look that is old says so."""
    if rank is None:
        return row
    told = {"place": grouped(rank.place), "of": grouped(rank.of)}
    if not rank.fresh:
        note, level = gettext("данные устарели"), ""
    elif rank.place == 1:
        note, level = gettext("лидер"), "ok"
    else:
        note, level = gettext("%(price)s у первого") % {"price": tenge(rank.leader_price)}, ""
    return replace(row, rank=gettext("%(place)s из %(of)s") % told, rank_note=note, rank_level=level)


def _lying(at: Sequence[At]) -> int:
    """Pieces of all points; those that keep their goods in one place count once."""
    return sum({one.lies: one.item.on_hand for one in at if one.item and one.counted}.values())


def _note(standing: Standing) -> str:
    """What of it is held, lies aside, is lacking: «не хватает 2», «в карантине 2, списано 1»."""
    items = list({one.lies: one.item for one in standing.at if one.item}.values())
    reserved = sum(item.reserved for item in items)
    free = sum(item.on_hand for item in items) - reserved
    quarantine, lost = sum(item.quarantine for item in items), sum(item.written_off for item in items)
    counted = any(one.counted for one in standing.at)
    lacking = sum(max(0, item.reserved - item.on_hand) for item in items if item.counted_at is not None)
    said = [
        str(FAULTS[standing.fault]) if standing.offer.on_sale and standing.fault else "",
        standing.offer.off_reason if not standing.offer.on_sale else "",
        gettext("не хватает %(count)s") % {"count": grouped(lacking)} if lacking else "",
        gettext("свободно %(count)s") % {"count": grouped(free)} if reserved and counted and not lacking else "",
        gettext("в карантине %(count)s") % {"count": grouped(quarantine)} if quarantine else "",
        gettext("списано %(count)s") % {"count": grouped(lost)} if lost else "",
    ]
    return ", ".join(filter(None, said))


def _shelves(shop: Shop, at: Sequence[At]) -> tuple[PlaceField, ...]:
    """A field for every point of the good's shop that he sees."""
    return tuple(
        PlaceField(shop.slug, one.point.code, one.point.name, one.item.place if one.item else "") for one in at
    )


def _empty(asked: Asked) -> Empty:
    if asked.q:
        return Empty(
            gettext("Нет товара «%(q)s»") % {"q": asked.q},
            gettext("Искали в названии, в начале артикула, по коду карточки и штрихкоду."),
            reset_url=asked.url(q=""),
        )
    if asked.stock == tabs.SHORT:
        return Empty(gettext("Всего хватает"), gettext("Ни на одной точке не продано больше, чем лежит."))
    if asked.stock or asked.category or asked.point or asked.source:
        text = gettext("По этим условиям товаров нет.")
        return Empty(gettext("Здесь пусто"), text, reset_url=asked.url(stock="", category="", point="", source=""))
    return Empty(
        gettext("Товаров пока нет"), gettext("Они появятся с первыми заказами, из прайс-листа или добавленные вручную.")
    )
