"""What stands of an offer's price, for all or in a city, and whether somebody has changed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from catalog.models import CityPrice, How, Offer, PriceChange


def prices_of(offers: Sequence[Offer], city: str) -> Mapping[int, Decimal | None]:
    """Offer → its price, ₸; in the city with a code, for all without one. None: it has none."""
    if not city:
        return {offer.pk: offer.price for offer in offers}
    rows = CityPrice.objects.filter(offer_id__in=[offer.pk for offer in offers], city_code=city)
    kept = dict(rows.values_list("offer_id", "price"))
    return {offer.pk: kept.get(offer.pk) for offer in offers}


def price_of(offer_id: int, city: str) -> Decimal | None:
    """The price as it is now."""
    return prices_of([Offer.objects.get(pk=offer_id)], city)[offer_id]


def newest_change(offer_id: int, city: str) -> int | None:
    """The last change of the price. Ids of an offer's changes grow: each is made under the lock of its row."""
    rows = PriceChange.objects.filter(offer_id=offer_id, city_code=city).order_by("-id")
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def is_overtaken(offer_id: int, city: str, since: datetime) -> bool:
    """Whether somebody has changed the price after this moment: a rule of prices would have kept off a plan in time."""
    later = PriceChange.objects.filter(offer_id=offer_id, city_code=city, at__gt=since)
    return bool(later.exclude(how__in=(How.CALENDAR, How.REPRICING)).exists())
