"""Pages of the rules: look at all profiles, give a shop one, write one's own, retire it, choose what warns."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quality.profiles import assigned, own
from quality.profiles.page import Asked, rules_page
from quality.profiles.written import from_form
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "quality"
# What a person can put right on the page; a right that is lacking is not.
ON_THE_PAGE: Final = (400, 409)
Deed = Callable[[OfficeRequest, Shop, datetime], str]


@requires(Permission.QUALITY_VIEW)
@require_GET
def rules(request: OfficeRequest) -> HttpResponse:
    """All profiles side by side, with the numbers of the shop."""
    asked = Asked(shop=chosen_shop(request), now=database_now(), base=request.GET.get("base", "")[:40])
    return _show(request, asked)


@requires(Permission.QUALITY_MANAGE)
@require_POST
def assign(request: OfficeRequest) -> HttpResponse:
    """Judge the shop by a profile from a day on."""
    return _do(request, "assign", _assign)


@requires(Permission.QUALITY_MANAGE)
@require_POST
def write(request: OfficeRequest) -> HttpResponse:
    """Keep an own profile."""
    return _do(request, "write", _write)


@requires(Permission.QUALITY_MANAGE)
@require_POST
def retire(request: OfficeRequest) -> HttpResponse:
    """Offer an own profile no longer."""
    return _do(request, "retire", _retire)


@requires(Permission.QUALITY_MANAGE)
@require_POST
def warning(request: OfficeRequest) -> HttpResponse:
    """Warn the shop by the strictest profiles, or by its own."""
    return _do(request, "warning", _warn)


def _do(request: OfficeRequest, form: str, deed: Deed) -> HttpResponse:
    shop, now = chosen_shop(request), database_now()
    if shop is None:
        raise Refused("required", gettext("Выберите магазин"), status=400, field="shop")
    try:
        done = deed(request, shop, now)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        asked = Asked(shop=shop, now=now, wrong=form, said=request.POST.dict(), refusal=refusal)
        return _show(request, asked, status=422)
    messages.success(request, done)
    return redirect(f"/quality/rules/?{urlencode({'shop': shop.slug})}")


def _assign(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    code, day = _code(request), _day(request.POST.get("from_day", ""))
    assigned.assign(shop, code, day, by=request.actor, now=now)
    return gettext("Профиль назначен")


def _write(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    code = own.write(from_form(request.POST.dict()), shop, by=request.actor, now=now)
    return gettext("Профиль записан: %(code)s") % {"code": code}


def _retire(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    own.retire(_code(request), shop, by=request.actor, now=now)
    return gettext("Профиль убран")


def _warn(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    strictly = request.POST.get("strictly") == "yes"
    assigned.warn_by_strictest(shop, strictly, by=request.actor, now=now)
    return gettext("Предупреждаем по самым строгим") if strictly else gettext("Предупреждаем по назначенному профилю")


def _code(request: OfficeRequest) -> str:
    code = request.POST.get("profile", "")
    if not code:
        raise Refused("required", gettext("Выберите профиль"), status=400, field="profile")
    return code


def _day(text: str) -> date:
    try:
        found = parse_date(text[:20])
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_value", gettext("С какого дня? Ждём дату 2026-11-22"), status=400, field="from_day")
    return found


def _show(request: OfficeRequest, asked: Asked, *, status: int = 200) -> HttpResponse:
    request.nav = NAV
    page = rules_page(asked, by=request.actor, places=places_of(request))
    return render(request, "quality/rules.html", {"page": page}, status=status)
