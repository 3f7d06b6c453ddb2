"""A price written in its place: over the one that the writer saw, and over no other."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import CityPrice, How, Offer
from catalog.offers.changing import lock, set_price
from staff.access import Actor
from staff.errors import Refused
from staff.formats import tenge


def write_price(
    offer: Offer,
    price: Decimal,
    *,
    seen: Decimal | None,
    by: Actor,
    now: datetime,
    city: str = "",
    confirmed: bool = False,
    how: How = How.HAND,
) -> Offer:
    """Set the price if it still is the one that was `seen` (None: there was none); answers the offer as it is now.

    Any other change of the offer does not matter here. Raises Refused as `set_price` does, 409 `stale_price` when
    another price stands already.
    """
    with transaction.atomic():
        row = lock(offer, None)
        stands = row.price
        if city:
            kept = CityPrice.objects.filter(offer_id=row.pk, city_code=city).first()
            stands = kept.price if kept else None
        if stands not in (seen, price):
            now_told = tenge(stands) if stands is not None else gettext("цены нет")
            sentence = gettext("Цену уже изменили: сейчас %(price)s. Проверьте и повторите") % {"price": now_told}
            raise Refused("stale_price", sentence, field="price")
        return set_price(row, price, city=city, by=by, now=now, confirmed=confirmed, how=how)
