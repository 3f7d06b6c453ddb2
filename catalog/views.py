"""The page of goods, and the place of a good on the shelf."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from catalog import shelving
from catalog.page import Asked, catalog_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

LONGEST_QUERY = 100


@requires(Permission.CATALOG_VIEW)
@require_GET
def catalog(request: OfficeRequest) -> HttpResponse:
    request.nav = "catalog"
    q = request.GET.get("q", "").strip()
    if len(q) > LONGEST_QUERY or "\x00" in q:
        raise Refused("bad_value", gettext("Запрос длиннее 100 знаков"), status=400, field="q")
    short = request.GET.get("stock") == "short"
    places = request.actor.may(Permission.ORDERS_PACK)
    asked = Asked(chosen_shop(request), q, short, request.GET.get("after", ""), places)
    return render(request, "catalog/catalog.html", {"page": catalog_page(asked, places=places_of(request))})


@requires(Permission.CATALOG_VIEW, Permission.ORDERS_PACK)
@require_POST
def place(request: OfficeRequest) -> HttpResponse:
    """Say where a good lies at a point; back to the page as it was searched."""
    form, places = request.POST, places_of(request)
    [point] = places.points_by_code(form.get("point", ""), shop=places.shop(form.get("shop", "")))
    sku = form.get("sku", "")
    shelving.put(point, sku, form.get("place", ""), by=request.actor, now=database_now())
    messages.success(request, gettext("Место сохранено"))
    kept = {name: form[name] for name in ("q", "stock") if form.get(name)}
    return redirect(f"/catalog/?{urlencode(kept | {'shop': point.shop.slug})}")
