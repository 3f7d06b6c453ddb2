"""The page of one offer in words: its card, prices, points, who shares its pieces, and why there are so many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.cells import address, mark_of, may_price, pieces_cell, price_cell, price_text
from catalog.models import CityPrice, Offer, OfferSource, PriceChange
from catalog.offers.describing import TEXTS
from catalog.offers.sharing import sharers
from catalog.page_models import CityLine, FormField, OfferPage, PointLine, PriceLine, SharerLine
from catalog.price_calendar.lines import plans_of
from catalog.price_calendar.page import ADDRESS as CALENDAR
from catalog.rules import LONGEST_PREORDER
from catalog.standing import At, Standing, standings
from catalog.why import ledger
from catalog.words import FAULTS, chip_of, told_in_words, why
from staff.access import Actor
from staff.cities import name_of, towns
from staff.formats import ALMATY, almaty_moment, calendar_day, grouped, tenge
from staff.models import PointOfSale, Shop
from staff.page_parts import Fact
from staff.permissions import Permission
from staff.places import Places

PRICES_SHOWN = 30


def offer_page(offer: Offer, *, places: Places, by: Actor, after: str, now: datetime) -> OfferPage:
    """Everything that `templates/catalog/offer.html` prints. `after`: a cursor into the ledger."""
    shop = places.shop_by_id(offer.shop_id)
    (standing,) = standings([offer], places.points_of(shop))
    manages, own = may_price(by, shop), address(offer, shop)
    moved = ledger([one.lies for one in standing.at], names=_kept_at(standing), by=by, after=after, now=now)
    return OfferPage(
        title=offer.name or gettext("Без названия"),
        sku=offer.sku,
        url=own.partition("?")[0],
        query=own.partition("?")[2],
        back_url=f"/catalog/?shop={shop.slug}",
        chip=chip_of(standing),
        chip_mark=mark_of(offer, shop),
        version=str(offer.version),
        price=price_cell(offer, shop, back=own) if manages else None,
        price_text=price_text(offer),
        off=_off(offer, now=now),
        on_sale=offer.on_sale,
        facts=tuple(_facts(standing, shop, now=now)),
        fields=tuple(_fields(offer)) if manages else (),
        bounds=tuple(_bounds(offer)) if manages and by.may(Permission.PRICES_GUARD) else (),
        points=tuple(_point(standing, one, shop, by, own) for one in standing.at),
        cities=tuple(_cities(offer, shop, manages=manages, back=own)),
        towns=tuple(towns().items()) if manages else (),
        prices=tuple(_prices(offer, now=now)),
        ledger=moved.lines,
        ledger_next=f"{own}&after={moved.following}" if moved.following else "",
        sharers=tuple(_sharers(offer, places)),
        stock_sku=offer.stock_sku,
        may_manage=manages,
        may_bind=manages and by.may(Permission.STOCK_MANAGE),
        here=own,
        plans=plans_of(offer, shop, now=now),
        plan_url=f"{CALENDAR}new/?{urlencode({'shop': shop.slug, 'sku': offer.sku})}" if manages else "",
        earliest=(now.astimezone(ALMATY).date() + timedelta(days=1)).isoformat(),
    )


def _kept_at(standing: Standing) -> dict[int, str]:
    """Names of the points where its pieces lie."""
    known = {one.point.pk: one.point.name for one in standing.at}
    foreign = {one.lies[0] for one in standing.at} - known.keys()
    names = dict(PointOfSale.objects.filter(pk__in=foreign).values_list("pk", "name")) if foreign else {}
    return {one.lies[0]: (known | names)[one.lies[0]] for one in standing.at}


def _off(offer: Offer, *, now: datetime) -> str:
    """«Брак партии, Айгерим, сегодня, 11:05. Вернётся 12 декабря»."""
    if offer.on_sale:
        return ""
    at = almaty_moment(offer.off_at, now=now) if offer.off_at else ""
    said = ", ".join(filter(None, (offer.off_reason, offer.off_by, at)))
    if not offer.off_until:
        return said
    return gettext("%(said)s. Вернётся %(day)s") % {"said": said, "day": calendar_day(offer.off_until)}


def _facts(standing: Standing, shop: Shop, *, now: datetime) -> list[Fact]:
    offer = standing.offer
    told = [
        Fact(gettext("Магазин"), shop.name),
        Fact(gettext("Артикул"), offer.sku),
        Fact(gettext("Мешает прайс-листу"), str(FAULTS[standing.fault]) if standing.fault else ""),
        Fact(gettext("Бренд"), offer.brand),
        Fact(gettext("Категория"), offer.category),
        Fact(gettext("Штрихкод"), offer.barcode),
        Fact(gettext("Код карточки"), offer.card_code),
        Fact(gettext("Появился"), str(OfferSource(offer.source).label)),
        Fact(gettext("Изменён"), _changed(offer, now=now)),
    ]
    return [fact for fact in told if fact.text]


def _changed(offer: Offer, *, now: datetime) -> str:
    if offer.changed_at is None:
        return ""
    who = ", ".join(filter(None, (offer.changed_by, offer.get_changed_how_display() if offer.changed_how else "")))
    return f"{almaty_moment(offer.changed_at, now=now)}{', ' + who if who else ''}"


def _fields(offer: Offer) -> list[FormField]:
    labels = {
        "name": gettext("Название для прайс-листа"),
        "brand": gettext("Бренд"),
        "category": gettext("Категория"),
        "barcode": gettext("Штрихкод"),
        "card_code": gettext("Код карточки в Kaspi"),
        "commission_group": gettext("Группа комиссии"),
    }
    texts = [FormField(name, labels[name], getattr(offer, name), longest) for name, longest in TEXTS.items()]
    days = gettext("От 1 до %(most)s дней; 0: без предзаказа") % {"most": LONGEST_PREORDER}
    held = gettext("Столько Kaspi не видит; пусто: по скорости продаж")
    buffer = "" if offer.buffer is None else str(offer.buffer)
    return [
        *texts,
        FormField("preorder_days", gettext("Предзаказ, дней"), str(offer.preorder_days), 2, days, numeric=True),
        FormField("buffer", gettext("Запас, шт."), buffer, 7, held, numeric=True),
    ]


def _bounds(offer: Offer) -> list[FormField]:
    step = "" if offer.most_step is None else f"{offer.most_step * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    return [
        FormField("floor", gettext("Минимальная цена"), _whole(offer.floor), 12, suffix="₸", numeric=True),
        FormField("ceiling", gettext("Наибольшая цена"), _whole(offer.ceiling), 12, suffix="₸", numeric=True),
        FormField("most_step", gettext("Шаг за раз, не больше"), step, 5, suffix="%", numeric=True),
    ]


def _whole(price: Decimal | None) -> str:
    return "" if price is None else grouped(price)


def _point(standing: Standing, at: At, shop: Shop, by: Actor, back: str) -> PointLine:
    item = at.item
    counts = by.may(Permission.STOCK_MANAGE)
    return PointLine(
        name=at.point.name,
        code=at.point.code,
        sold={True: "yes", False: "no", None: ""}[at.sold],
        on_hand=grouped(item.on_hand) if item and at.counted else "—",
        reserved=grouped(item.reserved) if item else "0",
        free=grouped(at.free) if at.counted else "—",
        told=told_in_words(at.told),
        why=why(standing, at),
        level="ok" if at.told.available else "danger" if at.counted and at.free < 0 else "",
        keeps=gettext("лежит на другой точке") if at.lies[0] != at.point.pk else "",
        cell=pieces_cell(standing.offer, shop, at, back=back) if counts else None,
    )


def _cities(offer: Offer, shop: Shop, *, manages: bool, back: str) -> list[CityLine]:
    rows = sorted(CityPrice.objects.filter(offer_id=offer.pk), key=lambda row: name_of(row.city_code))
    return [
        CityLine(
            name_of(row.city_code),
            row.city_code,
            tenge(row.price),
            price_cell(offer, shop, city=row.city_code, price=row.price, back=back) if manages else None,
        )
        for row in rows
    ]


def _prices(offer: Offer, *, now: datetime) -> list[PriceLine]:
    rows = PriceChange.objects.filter(offer_id=offer.pk).order_by("-at", "-id")[:PRICES_SHOWN]
    return [
        PriceLine(
            almaty_moment(row.at, now=now),
            f"{_price(row.before)} → {_price(row.after)}",
            ", ".join(filter(None, (row.by, row.get_how_display() if row.how else ""))),
            name_of(row.city_code) if row.city_code else "",
        )
        for row in rows
    ]


def _price(price: Decimal | None) -> str:
    return gettext("нет") if price is None else tenge(price)


def _sharers(offer: Offer, places: Places) -> Sequence[SharerLine]:
    shops = {shop.pk: shop for shop in places.shops}
    # An item may be shared with a shop that he does not see: of it he is told nothing.
    return [
        SharerLine(one.name or one.sku, shops[one.shop_id].name, address(one, shops[one.shop_id]), one.on_sale)
        for one in sharers(offer)
        if one.shop_id in shops
    ]
