"""Pages of goods to order: what, how many, and on which terms."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from catalog.costs import forms
from catalog.replenishment import terms
from catalog.replenishment.ordering import Terms
from catalog.replenishment.page import Asked, replenishment_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.pages import ask
from staff.models import Shop
from staff.permissions import Permission
from staff.places import places_of

MOST_START = 10_000


@requires(Permission.CATALOG_VIEW)
@require_GET
def replenishment(request: OfficeRequest) -> HttpResponse:
    return _page(request, _asked(request, request.GET.get("shop", "")))


@requires(Permission.STOCK_MANAGE)
@require_POST
def put_terms(request: OfficeRequest) -> HttpResponse:
    """Say how the shop, or an item of it, is ordered."""
    form = request.POST
    asked = _asked(request, form.get("shop", ""))
    try:
        sku = forms.text(form, "sku", most=64)
        level = forms.number_of(form.get("level", ""))
        if level is None:
            raise Refused("bad_value", gettext("Надёжность – от 50 до 99,9 %"), status=400, field="level")
        how = Terms(forms.whole(form, "lead_days"), forms.whole(form, "review_days"), float(level / Decimal(100)))
        terms.put(asked.shop, sku, how, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _page(request, asked, error=refusal.sentence)
    messages.success(request, gettext("Записано"))
    return redirect(asked.url())


@requires(Permission.CATALOG_VIEW)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """The order list, as a file."""
    return ask(request, "replenishment", request.POST.dict())


def _asked(request: OfficeRequest, slug: str) -> Asked:
    shops = _shops(request)
    chosen = next((shop for shop in shops if slug in ("", shop.slug)), None)
    if chosen is None:
        raise NotVisible(slug)
    start = request.GET.get("start", "0")
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    sku = forms.text(request.GET, "sku", most=64)
    return Asked(chosen, request.GET.get("show") == "all", sku, int(start[:8]))


def _page(request: OfficeRequest, asked: Asked, *, error: str = "") -> HttpResponse:
    request.nav = "catalog"
    page = replenishment_page(asked, _shops(request), by=request.actor, now=database_now(), error=error)
    return render(request, "catalog/replenishment.html", {"page": page}, status=422 if error else 200)


def _shops(request: OfficeRequest) -> tuple[Shop, ...]:
    """An item's stock is told over all points of its shop: to who sees them all. Raises Refused 403 for who sees none so."""
    found = tuple(shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk))
    if places_of(request).shops and not found:
        raise Refused("forbidden", gettext("Заказ товара видит тот, кому виден весь магазин"), status=403)
    return found
