"""Pages of disputes, and of one order in one number. They work without JavaScript."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from orders.card.reading import SeveralShops, find_order
from orders.models import Order
from quality.attribution import disputes, listing, rulings
from quality.attribution.page import Refusal, number_page, number_url
from quality.formulas import Metric
from quality.models import DisputeState
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV = "quality"
METRICS = {metric.value: metric for metric in Metric}
# Refusals that are told beside the form they come from; the others are pages of their own.
ON_THE_PAGE = (400, 409)


@requires(Permission.QUALITY_VIEW)
@require_GET
def list_disputes(request: OfficeRequest) -> HttpResponse:
    request.nav = NAV
    places, shop = places_of(request), chosen_shop(request)
    asked = listing.parse(request.actor, request.GET, places=places, shop=shop, now=database_now())
    return render(request, "quality/disputes.html", {"page": listing.disputes_page(asked)})


@requires(Permission.QUALITY_VIEW)
@require_GET
def number(request: OfficeRequest, ref: str) -> HttpResponse:
    """An order in one number: the judgement, and the forms of a ruling and a dispute."""
    request.nav = NAV
    try:
        order = find_order(request, ref)
    except SeveralShops as several:
        metric = _metric(request)
        found = [(one, number_url(one, metric, shop=one.shop.slug)) for one in several.orders]
        return render(request, "quality/ruling_which_shop.html", {"orders": found, "ref": ref})
    return _show(request, order, _metric(request))


@requires(Permission.QUALITY_VIEW, Permission.QUALITY_MANAGE)
@require_POST
def rule(request: OfficeRequest, ref: str) -> HttpResponse:
    counts = {"yes": True, "no": False}.get(request.POST.get("counts", ""))

    def write(order: Order, metric: Metric) -> str:
        if counts is None:
            raise Refused("required", gettext("Выберите: считать заказ или нет"), status=400, field="counts")
        note = request.POST.get("note", "")
        rulings.rule(order, metric, counts, note, by=request.actor, now=database_now())
        return gettext("Решение записано, показатель пересчитается")

    return _write(request, ref, "rule", write)


@requires(Permission.QUALITY_VIEW, Permission.QUALITY_MANAGE)
@require_POST
def withdraw(request: OfficeRequest, ref: str) -> HttpResponse:
    def write(order: Order, metric: Metric) -> str:
        rulings.withdraw(order, metric, by=request.actor, now=database_now())
        return gettext("Решение снято, показатель пересчитается")

    return _write(request, ref, "rule", write)


@requires(Permission.QUALITY_VIEW, Permission.QUALITY_MANAGE)
@require_POST
def dispute(request: OfficeRequest, ref: str) -> HttpResponse:
    def write(order: Order, metric: Metric) -> str:
        note, due_on = request.POST.get("note", ""), _day(request.POST.get("due_on", ""))
        disputes.open_dispute(order, metric, note, due_on, by=request.actor, now=database_now())
        return gettext("Спор открыт")

    return _write(request, ref, "dispute", write)


@requires(Permission.QUALITY_VIEW, Permission.QUALITY_MANAGE)
@require_POST
def close(request: OfficeRequest, ref: str) -> HttpResponse:
    """End the open dispute of this order and number."""

    def write(order: Order, metric: Metric) -> str:
        state = request.POST.get("state", "")
        if state not in DisputeState.values:
            raise Refused("bad_state", gettext("Чем кончился спор?"), status=400, field="state")
        outcome, now = request.POST.get("outcome", ""), database_now()
        closed = disputes.close_dispute(order, metric, DisputeState(state), outcome, by=request.actor, now=now)
        won = closed.state == DisputeState.WON
        return gettext("Спор выигран: заказ больше не в числе") if won else gettext("Спор закрыт")

    return _write(request, ref, "close", write)


def _write(request: OfficeRequest, ref: str, form: str, write: Callable[[Order, Metric], str]) -> HttpResponse:
    order, metric = find_order(request, ref), _metric(request)
    try:
        done = write(order, metric)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        request.nav = NAV
        return _show(request, order, metric, Refusal({form: refusal.sentence}, request.POST.dict()))
    messages.success(request, done)
    return redirect(number_url(order, metric, shop=request.GET.get("shop", "")[:80]))


def _show(request: OfficeRequest, order: Order, metric: Metric, refusal: Refusal | None = None) -> HttpResponse:
    shop = order.shop.slug if request.GET.get("shop") else ""
    page = number_page(order, metric, request.actor, now=database_now(), shop=shop, refusal=refusal)
    return render(request, "quality/ruling.html", {"page": page}, status=422 if refusal else 200)


def _metric(request: OfficeRequest) -> Metric:
    name = request.GET.get("metric", Metric.CANCELLED.value)
    if name not in METRICS:
        raise Refused("bad_value", gettext("Нет такого показателя"), status=400, field="metric")
    return METRICS[name]


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip()[:10])
    except ValueError:
        day = None
    if day is None:
        raise Refused("bad_day", gettext("Дату пишут так: 2026-11-22"), status=400, field="due_on")
    return day
