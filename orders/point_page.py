"""The form of a point of sale, over the team's page: here because its hours decide the deadlines of orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.calendars import rederive
from staff import cities, hours, points
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import PointOfSale
from staff.permissions import Permission
from staff.places import places_of

LONGEST_TOWN = 120
# A new point starts with these; without any it would take orders round the clock for a week before somebody notices.
USUAL = {day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True, slots=True)
class DayLine:
    """«Понедельник», «09:00–13:00, 14:00–18:00»."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PointForm:
    """`shops` are offered for a new point alone; `wrong` names the field that the problem is with."""

    title: str
    url: str
    name: str
    town: str
    days: tuple[DayLine, ...]
    exceptions: str
    towns: tuple[str, ...]
    shops: tuple[tuple[str, str], ...] = ()
    shop: str = ""
    code: str = ""
    seen: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields."""

    name: str = ""
    town: str = ""
    days: Mapping[str, str] = field(default_factory=dict)
    exceptions: str = ""
    shop: str = ""
    code: str = ""
    seen: str = ""


@requires(Permission.STAFF_MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: OfficeRequest) -> HttpResponse:
    """A new point of a shop."""
    if request.method == "GET":
        return _form(request, None, Filled(days=hours.week_texts(USUAL)))
    filled = _filled(request)
    try:
        if not filled.shop:
            raise Refused("no_shop", _("Выберите магазин"), status=400, field="shop")
        shop = places_of(request).shop(filled.shop)
        point = points.add(shop, filled.code.strip(), _wanted(filled), by=request.actor, now=database_now())
    except Refused as refusal:
        return _form(request, None, filled, refusal)
    return _done(request, _("Точка добавлена: %(name)s") % {"name": point.name})


@requires(Permission.STAFF_MANAGE)
@require_http_methods(["GET", "POST"])
def change(request: OfficeRequest, point: UUID) -> HttpResponse:
    """Name, town and hours of a point. Other hours give its new orders other deadlines, at once."""
    found = points.find(point, by=request.actor)
    if request.method == "GET":
        return _form(request, found, _filled_of(found))
    filled, now = _filled(request), database_now()
    try:
        if points.change(found, _wanted(filled), seen=filled.seen, by=request.actor, now=now):
            said = _rederived(found, now=now)
        else:
            said = _("Сохранено")
    except Refused as refusal:
        return _form(request, found, filled, refusal)
    return _done(request, said)


def _rederived(point: PointOfSale, *, now: datetime) -> str:
    moved = rederive(point.shop, now=now)
    return (
        _("Часы изменены, сроки новых заказов пересчитаны: %(count)s") % {"count": moved} if moved else _("Сохранено")
    )


def _filled(request: OfficeRequest) -> Filled:
    form = request.POST
    return Filled(
        name=form.get("name", ""),
        town=form.get("town", "")[:LONGEST_TOWN],
        days={day: form.get(day, "") for day in hours.DAYS},
        exceptions=form.get("exceptions", ""),
        shop=form.get("shop", ""),
        code=form.get("code", ""),
        seen=form.get("seen", ""),
    )


def _filled_of(point: PointOfSale) -> Filled:
    return Filled(
        name=point.name,
        town=cities.name_of(point.city_code),
        days=hours.week_texts(point.schedule or USUAL),
        exceptions=hours.exceptions_text(point.exceptions),
        seen=points.version_of(point),
    )


def _wanted(filled: Filled) -> points.Wanted:
    """Raises Refused (400) for a field that cannot be read."""
    town = cities.code_of(filled.town.strip()) if filled.town.strip() else ""
    if town is None:
        raise Refused("bad_town", _("Такого города у Kaspi нет. Выберите из списка"), status=400, field="town")
    week = hours.read_week(filled.days)
    return points.Wanted(filled.name, town, week, hours.read_exceptions(filled.exceptions))


def _form(
    request: OfficeRequest, point: PointOfSale | None, filled: Filled, refusal: Refused | None = None
) -> HttpResponse:
    """The fields, to fill in or to mend. Raises the refusal when mending would not help."""
    if refusal is not None and refusal.status == 403:
        raise refusal
    whole = [shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk)]
    form = PointForm(
        title=point.name if point else _("Новая точка"),
        url=f"/staff/points/{point.public_id}/" if point else "/staff/points/",
        name=filled.name,
        town=filled.town,
        days=tuple(DayLine(day, str(label), filled.days.get(day, "")) for day, label in hours.DAYS.items()),
        exceptions=filled.exceptions,
        towns=tuple(dict.fromkeys(cities.towns().values())),
        shops=() if point else tuple((shop.slug, shop.name) for shop in whole),
        shop=filled.shop,
        code=filled.code,
        seen=filled.seen,
        problem=refusal.sentence if refusal else "",
        wrong=refusal.field or "" if refusal else "",
    )
    return _shown(request, form, refusal)


def _shown(request: OfficeRequest, form: PointForm, refusal: Refused | None) -> HttpResponse:
    """As a dialog over the page, or as a page of its own where there is no script."""
    fragment = bool(request.headers.get("HX-Request"))
    # htmx puts a form to mend in its place at 422; a conflict is told in the form as well.
    status = 200 if refusal is None else 422
    context: dict[str, Any] = {"form": form}
    return render(request, f"points/{'_dialog' if fragment else 'point'}.html", context, status=status)


def _done(request: OfficeRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("/staff/#points")
