"""An offer by hand: by Kaspi's rules of a SKU, which nobody can change afterwards."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from catalog.models import How, Offer, OfferSource
from catalog.rules import fits_price_list
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission


def add(shop: Shop, *, sku: str, name: str, price: Decimal | None, by: Actor, now: datetime, brand: str = "") -> Offer:
    """A new offer of the shop, on sale as soon as pieces of it are counted.

    Raises Refused: 403 without the right, 400 for a SKU that Kaspi would not take or no name, 409 when the shop has it.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if not fits_price_list(sku):
        sentence = gettext("Артикул – до 20 латинских букв, цифр, «_» и «-», без пробелов")
        raise Refused("bad_sku", sentence, status=400, field="sku")
    if not name:
        raise Refused("required", gettext("У товара должно быть название"), status=400, field="name")
    try:
        with transaction.atomic():
            offer: Offer = Offer.objects.create(
                shop_id=shop.pk,
                sku=sku,
                name=name,
                brand=brand,
                price=price,
                source=OfferSource.HAND,
                changed_at=now,
                changed_by=by.label,
                changed_how=How.HAND,
            )
    except IntegrityError as problem:
        raise Refused("offer_exists", gettext("Такой артикул в магазине уже есть"), field="sku") from problem
    audit.record(by, "offer.added", subject=("offer", sku), now=now, after={"name": name, "shop": shop.name})
    return offer
