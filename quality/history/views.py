"""The page of kept numbers, and its files."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quality.formulas import Metric
from quality.history.page import Asked, history_page, whole_shops
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.pages import ask
from staff.permissions import Permission
from staff.places import places_of

MOST_START = 100_000


@requires(Permission.QUALITY_VIEW)
@require_GET
def history(request: OfficeRequest) -> HttpResponse:
    request.nav = "quality"
    shops, slug = whole_shops(places_of(request).shops, request.actor), request.GET.get("shop", "")
    chosen = next((shop for shop in shops if slug in ("", shop.slug)), None)
    if slug and chosen is None:
        raise NotVisible(slug)
    asked = Asked(chosen, _metric(request), _start(request), database_now())
    return render(request, "quality/history.html", {"page": history_page(asked, shops)})


@requires(Permission.QUALITY_VIEW)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """The numbers by day, as a file."""
    return ask(request, "quality", request.POST.dict())


@requires(Permission.QUALITY_VIEW)
@require_POST
def export_orders(request: OfficeRequest) -> HttpResponse:
    """The orders behind one number, as a file."""
    return ask(request, "quality-orders", request.POST.dict())


def _metric(request: OfficeRequest) -> Metric:
    name = request.GET.get("metric", Metric.CANCELLED.value)
    try:
        return Metric(name)
    except ValueError:
        told = gettext("Нет такого показателя: %(name)s") % {"name": name[:40]}
        raise Refused("bad_value", told, status=400, field="metric") from None


def _start(request: OfficeRequest) -> int:
    start = request.GET.get("start", "0")
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return int(start[:8])
