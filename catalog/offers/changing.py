"""The verbs that change offers, for pages, programs and rules alike. Each runs in one transaction and is told in the journal.

Prices are whole ₸ with VAT. Loads of price lists write many rows at once by themselves (`catalog.price_list`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from catalog.models import CityPrice, How, Offer
from catalog.rules import DEAREST, Breach, PriceGuard
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.formats import tenge
from staff.permissions import Permission

BREACHES: Final[Mapping[Breach, Any]] = {
    Breach.BELOW_FLOOR: gettext_lazy("Ниже минимальной цены %(floor)s"),
    Breach.ABOVE_CEILING: gettext_lazy("Выше наибольшей цены %(ceiling)s"),
    Breach.TOO_FAR: gettext_lazy("Цена меняется сразу больше чем на %(step)s %%"),
}


def guard_of(offer: Offer) -> PriceGuard:
    """The bounds of this offer's prices."""
    return PriceGuard(offer.floor, offer.ceiling, offer.most_step)


def breach_in_words(breach: Breach, guard: PriceGuard) -> str:
    """«Ниже минимальной цены 27 500 ₸»."""
    step = f"{(guard.most_step or 0) * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    told = {"floor": tenge(guard.floor or 0), "ceiling": tenge(guard.ceiling or 0), "step": step}
    return str(BREACHES[breach]) % told


def set_price(
    offer: Offer,
    price: Decimal,
    *,
    by: Actor,
    now: datetime,
    city: str = "",
    version: int | None = None,
    confirmed: bool = False,
    how: How = How.HAND,
) -> Offer:
    """Give an offer a price, or a price in one city; answers it as it is now.

    `version`: what the writer had seen; None: whatever it is. Raises Refused: 403 without the right, 400 for no price, 409
    `stale_version` when somebody was faster, 409 `price_guard` for a breach of the bounds that nobody who may guard prices
    has `confirmed`.
    """
    require(by, Permission.CATALOG_MANAGE)
    check_price(price)
    with transaction.atomic():
        row = lock(offer, version)
        kept = CityPrice.objects.filter(offer_id=row.pk, city_code=city).first() if city else None
        before = (kept.price if kept else None) if city else row.price
        if before == price:
            return row
        _check_guard(row, before, price, by=by, confirmed=confirmed)
        stamp(row, by=by, now=now, how=how)
        if city:
            row.save()
            CityPrice.objects.update_or_create(offer=row, city_code=city, defaults={"price": price})
        else:
            row.price = price
            row.save()
        told = {"city": city, "how": str(how)} if city else {"how": str(how)}
        _tell(by, "offer.priced", row, now, before={"price": before}, after={"price": price}, details=told)
    return row


def take_off(
    offers: Iterable[Offer], *, reason: str, until: date | None, by: Actor, now: datetime, how: How = How.HAND
) -> int:
    """Take these offers off sale, with the reason and the day of Almaty on which they come back; answers how many were on.

    Raises Refused: 403 without the right, 400 without a reason or with a day that is over.
    """
    require(by, Permission.CATALOG_MANAGE)
    said = " ".join(reason.split())[:200]
    if not said:
        raise Refused("required", gettext("Назовите причину: её увидят все"), status=400, field="reason")
    with transaction.atomic():
        rows = [row for row in _locked(offers) if row.on_sale]
        for row in rows:
            row.on_sale, row.off_reason, row.off_by, row.off_at, row.off_until = False, said, by.label, now, until
            stamp(row, by=by, now=now, how=how).save()
            after = {"on_sale": False, "until": until and until.isoformat()}
            _tell(by, "offer.taken_off", row, now, before={"on_sale": True}, after=after, details={"reason": said})
    return len(rows)


def put_on(offers: Iterable[Offer], *, by: Actor, now: datetime, how: How = How.HAND) -> int:
    """Put these offers on sale again; answers how many were off. Raises Refused 403 without the right."""
    require(by, Permission.CATALOG_MANAGE)
    with transaction.atomic():
        rows = [row for row in _locked(offers) if not row.on_sale]
        for row in rows:
            reason = row.off_reason
            row.on_sale, row.off_reason, row.off_by, row.off_at, row.off_until = True, "", "", None, None
            stamp(row, by=by, now=now, how=how).save()
            before = {"on_sale": False, "reason": reason}
            _tell(by, "offer.put_on", row, now, before=before, after={"on_sale": True})
    return len(rows)


def check_price(price: Decimal) -> None:
    """Raises Refused 400 for what is no price."""
    if price <= 0 or price > DEAREST or price != price.to_integral_value():
        raise Refused("bad_price", gettext("Цена – целое число тенге больше нуля"), status=400, field="price")


def lock(offer: Offer, version: int | None) -> Offer:
    """The offer as it is now, locked. Raises Refused 409 when it is not the version that the writer had seen."""
    row: Offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if version is not None and row.version != version:
        raise Refused("stale_version", gettext("Товар уже изменили. Посмотрите новое значение"))
    return row


def stamp(offer: Offer, *, by: Actor, now: datetime, how: How) -> Offer:
    """Say who changes it; the caller saves."""
    offer.version += 1
    offer.changed_at, offer.changed_by, offer.changed_how = now, by.label, how
    return offer


def _locked(offers: Iterable[Offer]) -> list[Offer]:
    return list(Offer.objects.select_for_update().filter(pk__in=[one.pk for one in offers]).order_by("pk"))


def _check_guard(row: Offer, before: Decimal | None, price: Decimal, *, by: Actor, confirmed: bool) -> None:
    breach = guard_of(row).breach(before, price)
    if breach is None:
        return
    words = breach_in_words(breach, guard_of(row))
    if not confirmed:
        raise Refused("price_guard", words, field="price")
    require(by, Permission.PRICES_GUARD)


def _tell(by: Actor, action: str, offer: Offer, now: datetime, **said: Mapping[str, Any]) -> None:
    fields = {name: {key: _plain(value) for key, value in told.items()} for name, told in said.items()}
    audit.record(by, action, subject=("offer", offer.sku), now=now, **fields)  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
