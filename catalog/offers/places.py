"""Where an offer is sold, and its prices of single cities."""

from datetime import datetime

from django.db import transaction

from catalog.models import CityPrice, How, Offer, OfferPoint
from catalog.offers.changing import lock, stamp
from staff import audit
from staff.access import Actor, require
from staff.cities import name_of
from staff.models import PointOfSale
from staff.permissions import Permission


def sell_at(
    offer: Offer, point: PointOfSale, sold: bool | None, *, by: Actor, now: datetime, how: How = How.HAND
) -> Offer:
    """Say whether the offer is sold at this point of its shop; None: nobody says, pieces decide. Answers it as it is now.

    Raises Refused 403 without the right.
    """
    require(by, Permission.CATALOG_MANAGE)
    assert point.shop_id == offer.shop_id, "an offer is sold at points of its own shop"
    with transaction.atomic():
        row = lock(offer, None)
        kept = OfferPoint.objects.filter(offer_id=row.pk, point_id=point.pk).first()
        before = kept.sold if kept else None
        if before == sold:
            return row
        if sold is None:
            OfferPoint.objects.filter(offer_id=row.pk, point_id=point.pk).delete()
        else:
            OfferPoint.objects.update_or_create(offer=row, point=point, defaults={"sold": sold})
        stamp(row, by=by, now=now, how=how).save()
        audit.record(
            by,
            "offer.sold_at",
            subject=("offer", row.sku),
            now=now,
            before={"sold": before},
            after={"sold": sold},
            details={"point": point.name},
        )
    return row


def drop_city(offer: Offer, city: str, *, by: Actor, now: datetime, how: How = How.HAND) -> Offer:
    """Have no price of its own in this city any more. Answers the offer as it is now. Raises Refused 403 without the right."""
    require(by, Permission.CATALOG_MANAGE)
    with transaction.atomic():
        row = lock(offer, None)
        kept = CityPrice.objects.filter(offer_id=row.pk, city_code=city).first()
        if kept is None:
            return row
        # Who did it is said before: the trigger that keeps the price reads it off the offer.
        stamp(row, by=by, now=now, how=how).save()
        CityPrice.objects.filter(pk=kept.pk).delete()
        audit.record(
            by,
            "offer.priced",
            subject=("offer", row.sku),
            now=now,
            before={"price": str(kept.price)},
            after={"price": None},
            details={"city": name_of(city)},
        )
    return row
