"""The page of what is short, and taking it off sale in all shops at once."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from catalog.offers.changing import take_off
from catalog.papers.warehouses import point_named
from catalog.shared import offers_of
from orders.oversold.page import oversold_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible
from staff.formats import plural
from staff.permissions import Permission
from staff.places import places_of

UNTIL_SOMEBODY_RETURNS_IT: date | None = None


@requires(Permission.CATALOG_VIEW)
@require_GET
def oversold(request: OfficeRequest) -> HttpResponse:
    """What is short now."""
    request.nav = "catalog"
    page = oversold_page(places_of(request), by=request.actor, now=database_now())
    return render(request, "catalog/oversold.html", {"page": page})


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def stop(request: OfficeRequest) -> HttpResponse:
    """Take the item off sale in every shop that sells it and that he sees whole."""
    form, places = request.POST, places_of(request)
    point = point_named(places, form.get("point", ""))
    if "\x00" in form.get("sku", ""):
        raise NotVisible(point.code)
    offers = [
        offer
        for offer in offers_of((point.keeps_at_id or point.pk, form.get("sku", "")))
        if request.actor.sees_whole(offer.shop_id)
    ]
    reason = gettext("Продано больше, чем есть")
    stopped = take_off(offers, reason=reason, until=UNTIL_SOMEBODY_RETURNS_IT, by=request.actor, now=database_now())
    told = {"offers": plural(stopped, "предложение", "предложений")}
    messages.success(request, gettext("Снято с продажи: %(offers)s") % told)
    return redirect("/catalog/oversold/")
