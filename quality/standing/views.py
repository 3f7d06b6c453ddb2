"""Pages of a shop's standing with Kaspi: the ladder, where the owner tells of sanctions, and the plan of action."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quality.formulas import Metric
from quality.reading import counted, together
from quality.standing import telling
from quality.standing.ladder_page import ladder_page
from quality.standing.panel_models import Choice
from quality.standing.plan_page import plan_page
from quality.standing.reading import Standing, standing_of
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV = "quality"
METRICS = {metric.value: metric for metric in Metric}
# What the person may be told on the page itself; the rest is not his, or not there.
ON_THE_PAGE = (400, 409)


@requires(Permission.QUALITY_VIEW)
@require_GET
def plan(request: OfficeRequest) -> HttpResponse:
    """The plan of action of one shop."""
    shop = chosen_shop(request)
    if shop is None:
        return _which_shop(request, gettext("План действий"))
    page = plan_page(_standing(request, shop), title=gettext("План действий"), back_url=_back(shop))
    return _shown(request, "quality/plan.html", {"page": page})


@requires(Permission.QUALITY_VIEW)
@require_GET
def ladder(request: OfficeRequest) -> HttpResponse:
    """The ladder of one shop."""
    shop = chosen_shop(request)
    return _which_shop(request, gettext("Санкции Kaspi")) if shop is None else _ladder(request, shop)


@requires(Permission.QUALITY_MANAGE)
@require_POST
def tell(request: OfficeRequest) -> HttpResponse:
    """A sanction that Kaspi has taken."""
    return _write(request, lambda shop: telling.tell(shop, _said(request.POST), by=request.actor, now=database_now()))


@requires(Permission.QUALITY_MANAGE)
@require_POST
def recall(request: OfficeRequest) -> HttpResponse:
    """What was told of a day is taken back."""

    def write(shop: Shop) -> None:
        telling.recall(shop, _day(request.POST.get("began_on", "")), by=request.actor, now=database_now())

    return _write(request, write)


def _write(request: OfficeRequest, write: Callable[[Shop], object]) -> HttpResponse:
    """Do it and show the ladder anew; what was refused stands on its page."""
    shop = chosen_shop(request)
    if shop is None:
        raise Refused("required", gettext("Выберите магазин"), status=400, field="shop")
    require_whole(request.actor, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    try:
        write(shop)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        return _ladder(request, shop, error=refusal.sentence, wrong=refusal.field or "")
    messages.success(request, gettext("Записано"))
    return redirect(f"/quality/ladder/?shop={shop.slug}")


def _said(form: Mapping[str, str]) -> telling.Word:
    """What the form tells. Raises Refused (400)."""
    step, metric = form.get("step", ""), form.get("metric", "")
    if not (step.isascii() and step.isdigit()) or len(step) > 1:
        raise Refused("bad_value", gettext("Выберите этап"), status=400, field="step")
    if metric and metric not in METRICS:
        raise Refused("bad_value", gettext("Нет такого показателя"), status=400, field="metric")
    note = form.get("note", "").replace("\x00", "").strip()
    return telling.Word(int(step), _day(form.get("began_on", "")), METRICS.get(metric), note)


def _day(text: str) -> date:
    try:
        found = parse_date(text.strip()[:10])
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_day", gettext("День пишут так: 2026-11-22"), status=400, field="began_on")
    return found


def _ladder(request: OfficeRequest, shop: Shop, *, error: str = "", wrong: str = "") -> HttpResponse:
    page = ladder_page(
        _standing(request, shop),
        by=request.actor,
        title=gettext("Санкции Kaspi"),
        back_url=_back(shop),
        said={name: str(value) for name, value in request.POST.items()} if error else None,
        error=error,
        wrong=wrong,
    )
    return _shown(request, "quality/ladder.html", {"page": page}, status=422 if error else 200)


def _standing(request: OfficeRequest, shop: Shop) -> Standing | None:
    now: datetime = database_now()
    return standing_of(shop, now=now, by=request.actor, overdue=together(counted([shop.pk], now=now).values()).overdue)


def _which_shop(request: OfficeRequest, title: str) -> HttpResponse:
    """Kaspi judges each shop by itself."""
    shops = tuple(Choice(f"{request.path}?shop={shop.slug}", shop.name) for shop in places_of(request).shops)
    return _shown(request, "quality/plan_which_shop.html", {"title": title, "shops": shops})


def _shown(request: OfficeRequest, template: str, told: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    request.nav = NAV
    return render(request, template, dict(told), status=status)


def _back(shop: Shop) -> str:
    return f"/quality/?shop={shop.slug}"
