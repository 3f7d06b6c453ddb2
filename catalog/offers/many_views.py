"""Several offers at once: taken off sale, put on, or their prices moved. Looked at on a page of its own, then done."""

from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from catalog import typed
from catalog.models import Offer
from catalog.offers import many as prices
from catalog.offers.changing import put_on, take_off
from catalog.offers.finding import by_marks, to_change
from catalog.page_models import ManyPage, MoveLine
from staff.access import OfficeRequest, requires
from staff.cities import name_of
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY, plural, tenge
from staff.languages import noun
from staff.permissions import Permission
from staff.places import places_of

MOST = 1000
OFFERS = noun("товар", "товаров")
DEEDS = ("off", "on", "price")


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def many(request: OfficeRequest) -> HttpResponse:
    """`do` is off, on or price. What needs a reason or a look comes back as a page; `sure` does it."""
    request.nav = "catalog"
    form = request.POST
    do, picked = form.get("do", ""), form.getlist("pick")
    if do not in DEEDS:
        raise Refused("bad_value", gettext("Выберите, что сделать с товарами"), status=400, field="do")
    if len(picked) > MOST:
        raise Refused("too_many", gettext("За раз не больше 1000 товаров"), status=400, field="pick")
    offers = [to_change(one, by=request.actor) for one in by_marks(places_of(request), picked)]
    if not offers:
        raise Refused("required", gettext("Отметьте хотя бы один товар"), status=400, field="pick")
    if do == "price":
        return _move(request, offers)
    if do == "on":
        return _put_on(request, offers)
    return (
        _take_off(request, offers) if form.get("sure") else render(request, "catalog/many.html", _off(request, offers))
    )


def _put_on(request: OfficeRequest, offers: list[Offer]) -> HttpResponse:
    count = put_on(offers, by=request.actor, now=database_now())
    messages.success(request, gettext("Вернули в продажу: %(offers)s") % {"offers": plural(count, *OFFERS)})
    return redirect(_back(request))


def _take_off(request: OfficeRequest, offers: list[Offer]) -> HttpResponse:
    now = database_now()
    until = typed.day_or_none(request.POST.get("until", ""), today=now.astimezone(ALMATY).date())
    count = take_off(offers, reason=request.POST.get("reason", ""), until=until, by=request.actor, now=now)
    messages.success(request, gettext("Сняли с продажи: %(offers)s") % {"offers": plural(count, *OFFERS)})
    return redirect(_back(request))


def _off(request: OfficeRequest, offers: list[Offer]) -> dict[str, ManyPage]:
    tomorrow = database_now().astimezone(ALMATY).date() + timedelta(days=1)
    return {
        "page": ManyPage(
            title=gettext("Снять с продажи"),
            lead=plural(len(offers), *OFFERS),
            do="off",
            back=_back(request),
            picks=tuple((mark, "") for mark in request.POST.getlist("pick")),
            names=tuple(one.name or one.sku for one in offers),
            earliest=tomorrow.isoformat(),
        )
    }


def _move(request: OfficeRequest, offers: list[Offer]) -> HttpResponse:
    share = typed.percent(request.POST.get("percent", ""))
    if not request.POST.get("sure"):
        return render(request, "catalog/many.html", {"page": _preview(request, offers, share)})
    confirmed = request.POST.get("confirmed") == "1" and request.actor.may(Permission.PRICES_GUARD)
    done = prices.apply(
        offers, share, versions=_versions(request, offers), by=request.actor, now=database_now(), confirmed=confirmed
    )
    messages.success(request, gettext("Цен изменено: %(count)s") % {"count": done.changed})
    for offer, sentence in done.left[:10]:
        messages.warning(request, f"{offer.sku}: {sentence}")
    if len(done.left) > 10:
        messages.warning(request, gettext("И ещё не изменено: %(count)s") % {"count": len(done.left) - 10})
    return redirect(_back(request))


def _preview(request: OfficeRequest, offers: list[Offer], share: Decimal) -> ManyPage:
    steps = prices.preview(offers, share)
    slugs = {shop.pk: shop.slug for shop in places_of(request).shops}
    return ManyPage(
        title=gettext("Изменить цены на %(percent)s %%") % {"percent": request.POST.get("percent", "").strip()},
        lead=plural(len(prices.offers_of(steps)), *OFFERS),
        do="price",
        back=_back(request),
        picks=tuple((f"{slugs[one.shop_id]}/{one.sku}", str(one.version)) for one in prices.offers_of(steps)),
        lines=tuple(
            MoveLine(
                step.offer.name or step.offer.sku,
                step.offer.sku,
                name_of(step.city) if step.city else "",
                tenge(step.before),
                tenge(step.after),
                step.breach,
            )
            for step in steps
        ),
        percent=request.POST.get("percent", "").strip()[:10],
        can_confirm=request.actor.may(Permission.PRICES_GUARD),
        has_breach=any(step.breach for step in steps),
    )


def _versions(request: OfficeRequest, offers: list[Offer]) -> dict[int, int]:
    """What was looked at, beside each pick. An offer that was not looked at is changed as it is."""
    told = dict(zip(request.POST.getlist("pick"), request.POST.getlist("version"), strict=False))
    slugs = {shop.pk: shop.slug for shop in places_of(request).shops}
    seen = {one.pk: told.get(f"{slugs[one.shop_id]}/{one.sku}", "") for one in offers}
    return {pk: int(text[:9]) for pk, text in seen.items() if text.isascii() and text.isdigit()}


def _back(request: OfficeRequest) -> str:
    came = request.POST.get("back", "")
    return came if came.startswith("/catalog/") and "\\" not in came and came.isprintable() else "/catalog/"
