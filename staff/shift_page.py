"""«Смена»: which point I hold, who else holds it, and the presses that change it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff import shifts
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.formats import almaty_moment
from staff.models import Member, PointOfSale, Shift
from staff.people import places, powers
from staff.permissions import Permission
from staff.places import Places, places_of
from staff.signin.entrance import next_page


@dataclass(frozen=True, slots=True)
class ShiftPoint:
    """A point to hold. `holders`: «Болат, Данияр», those who hold it now."""

    key: str
    name: str
    shop: str
    holders: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """`held` and `since` are empty when he holds no point; `colleagues` are those who may take it over."""

    points: tuple[ShiftPoint, ...]
    held: str = ""
    since: str = ""
    colleagues: tuple[Colleague, ...] = ()
    back: str = "/shift/"


@requires(Permission.ORDERS_ACCEPT)
@require_http_methods(["GET", "POST"])
def shift(request: OfficeRequest) -> HttpResponse:
    """GET asks, over the page or as a page of its own; POST does and goes back."""
    now = database_now()
    if request.method == "GET":
        fragment = bool(request.headers.get("HX-Request"))
        template = "shift/_dialog.html" if fragment else "shift/shift.html"
        return render(request, template, {"page": shift_page(request, now=now)})
    messages.success(request, _press(request, now=now))
    return redirect(next_page(request))


def shift_page(request: OfficeRequest, *, now: datetime) -> ShiftPage:
    """Everything that the dialog prints."""
    seen = places_of(request)
    held = shifts.current(request.actor.id or 0, now=now)
    holders = shifts.on_duty([point.pk for point in seen.points], now)
    return ShiftPage(
        points=tuple(_point(point, seen, ", ".join(holders[point.pk]), held) for point in seen.points),
        held=held.point.name if held else "",
        since=almaty_moment(held.began_at, now=now) if held else "",
        colleagues=_colleagues(request, held.point_id) if held else (),
        back=request.htmx.current_url_abs_path or "/shift/" if request.htmx else "/shift/",
    )


def _point(point: PointOfSale, seen: Places, holders: str, held: Shift | None) -> ShiftPoint:
    shop = seen.shop_by_id(point.shop_id)
    mine = held is not None and held.point_id == point.pk
    return ShiftPoint(f"{shop.slug}/{point.code}", point.name, shop.name, holders, mine)


def _colleagues(request: OfficeRequest, point_id: int) -> tuple[Colleague, ...]:
    known = powers.read()
    others = Member.objects.filter(is_active=True).exclude(pk=request.actor.id or 0).order_by("name", "id")
    return tuple(
        Colleague(str(member.public_id), member.name)
        for member in others
        if shifts.is_his(known.power_of(member).rights, known.power_of(member).points, point_id)
    )


def _press(request: OfficeRequest, *, now: datetime) -> str:
    """Do what was pressed; answers what to say. Raises Refused and NotVisible."""
    do = request.POST.get("do", "")
    if do == "begin":
        given = places.read(request.POST.getlist("point"), places_of(request))
        if len(given.points) != 1:
            raise Refused("bad_place", _("Выберите точку"), status=400, field="point")
        held = shifts.begin(next(iter(given.points)), by=request.actor, now=now)
        return _("Вы на смене: %(point)s") % {"point": held.point.name}
    if do == "end":
        shifts.end(by=request.actor, now=now)
        return _("Смена закончена")
    if do == "hand_over":
        heir = _named(request.POST.get("member", ""))
        shifts.hand_over(heir, by=request.actor, now=now)
        return _("Смену держит %(name)s") % {"name": heir.name}
    raise Refused("bad_value", _("Обновите страницу и повторите"), status=400, field="do")


def _named(text: str) -> Member:
    try:
        found = Member.objects.filter(public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotVisible("member")
    named: Member = found
    return named
