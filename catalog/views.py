"""The page of goods, and the place of a good on the shelf."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from catalog import shelving
from catalog.page import Asked, catalog_page, read_source, read_stock
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

LONGEST_QUERY = 100
LONGEST_CATEGORY = 256


@requires(Permission.CATALOG_VIEW)
@require_GET
def catalog(request: OfficeRequest) -> HttpResponse:
    request.nav = "catalog"
    page = catalog_page(_asked(request), places=places_of(request), by=request.actor, now=database_now())
    return render(request, "catalog/catalog.html", {"page": page})


def _asked(request: OfficeRequest) -> Asked:
    q, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    if len(q) > LONGEST_QUERY or "\x00" in q:
        raise Refused("bad_value", gettext("Запрос длиннее 100 знаков"), status=400, field="q")
    if len(category) > LONGEST_CATEGORY or "\x00" in category:
        raise Refused("bad_value", gettext("Такой категории нет"), status=400, field="category")
    return Asked(
        chosen_shop(request),
        q=q,
        stock=read_stock(request.GET.get("stock", "")),
        category=category,
        point=request.GET.get("point", ""),
        source=read_source(request.GET.get("source", "")),
        after=request.GET.get("after", ""),
    )


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
