"""Numbers that are written in their place: the price of an offer, the pieces of it at a point."""

import zlib
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.utils.translation import gettext

from catalog.models import Offer
from catalog.page_models import Cell
from catalog.standing import At
from staff.access import Actor
from staff.cities import name_of
from staff.formats import grouped, tenge
from staff.models import Shop
from staff.permissions import Permission


def address(offer: Offer, shop: Shop, part: str = "") -> str:
    """«/catalog/KTL-17/price/?shop=alma-tech»."""
    return f"/catalog/{quote(offer.sku, safe='')}/{part}?{urlencode({'shop': shop.slug})}"


def mark_of(offer: Offer, shop: Shop) -> str:
    """The id of an offer in a page: a SKU may hold signs that no selector takes."""
    return f"{shop.slug}-{zlib.crc32(offer.sku.encode()):08x}"


def may_price(by: Actor, shop: Shop) -> bool:
    return by.may(Permission.CATALOG_MANAGE) and by.sees_whole(shop.pk)


def price_cell(offer: Offer, shop: Shop, *, city: str = "", price: Decimal | None = None, back: str = "") -> Cell:
    """The price for all, or of a city."""
    told = price if city else offer.price
    return Cell(
        mark=f"price-{mark_of(offer, shop)}" + (f"-{city}" if city else ""),
        url=address(offer, shop, "price/"),
        name="price",
        label=", ".join(filter(None, (gettext("Цена"), name_of(city) if city else "", offer.name))),
        value="" if told is None else grouped(told),
        seen="" if told is None else f"{told:.0f}",
        stands="" if told is None else grouped(told),
        city=city,
        back=back,
        suffix="₸",
        title=name_of(city) if city else gettext("Цена"),
    )


def pieces_cell(offer: Offer, shop: Shop, at: At, *, back: str = "") -> Cell:
    """How many lie at a point. An empty one: nobody has counted."""
    on_hand = at.item.on_hand if at.item and at.counted else None
    held = at.item.reserved if at.item else 0
    return Cell(
        mark=f"pieces-{mark_of(offer, shop)}-{at.point.pk}",
        url=address(offer, shop, "stock/"),
        name="pieces",
        label=gettext("Остаток, %(name)s, %(point)s") % {"name": offer.name, "point": at.point.name},
        value="" if on_hand is None else grouped(on_hand),
        seen="" if on_hand is None else str(on_hand),
        stands="" if on_hand is None else grouped(on_hand),
        point=at.point.code,
        back=back,
        note=gettext("в резерве %(held)s") % {"held": grouped(held)} if held else "",
        title=at.point.name,
    )


def price_text(offer: Offer) -> str:
    return "—" if offer.price is None else tenge(offer.price)
