"""An offer by what an address names it by, found together with the right to it: there is no other way to one."""

from collections.abc import Iterable

from django.utils.translation import gettext

from catalog.models import Offer
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import Places

LONGEST = 64


def find(places: Places, sku: str, shop: Shop | None) -> Offer:
    """The offer of this SKU in the shop; without one, in the first visible shop that has it. Raises NotVisible."""
    found = same_sku(places, sku, shop)
    if not found:
        raise NotVisible(sku)
    return found[0]


def find_exactly(places: Places, sku: str, shop: Shop | None) -> Offer:
    """The same for programs, which must not guess. Raises Refused 400 where several shops have this SKU."""
    found = same_sku(places, sku, shop)
    if not found:
        raise NotVisible(sku)
    if len(found) > 1:
        sentence = gettext("Этот артикул есть в нескольких магазинах. Назовите магазин: shop")
        raise Refused("required", sentence, status=400, field="shop")
    return found[0]


def same_sku(places: Places, sku: str, shop: Shop | None) -> list[Offer]:
    """Offers of this SKU in the shop, or in all that are visible, in the order of the shops' names."""
    if not 0 < len(sku) <= LONGEST or "\x00" in sku:
        return []
    shops = [shop] if shop else list(places.shops)
    rank = {one.pk: number for number, one in enumerate(shops)}
    offers = Offer.objects.filter(shop_id__in=rank, sku=sku)
    return sorted(offers, key=lambda offer: rank[offer.shop_id])


def to_change(offer: Offer, *, by: Actor) -> Offer:
    """The offer, for who may manage its whole shop. Raises Refused 403."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=offer.shop_id)
    return offer


def by_marks(places: Places, marks: Iterable[str]) -> list[Offer]:
    """Offers by «shop/sku», as lists name what was picked; foreign and unknown ones are left out."""
    wanted = {(slug, sku) for slug, _, sku in (mark.partition("/") for mark in marks) if "\x00" not in sku}
    shops = {shop.slug: shop.pk for shop in places.shops}
    keys = {(shops[slug], sku) for slug, sku in wanted if slug in shops}
    offers = Offer.objects.filter(shop_id__in={key[0] for key in keys}, sku__in={key[1] for key in keys})
    return [offer for offer in offers.order_by("name", "id") if (offer.shop_id, offer.sku) in keys]
