"""Pages of planned prices: the calendar, the form of a new plan, taking plans back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.price_calendar import cancelling, form
from catalog.price_calendar.page import ADDRESS, EFFECT, STATES, Asked, calendar_page
from catalog.price_calendar.page_models import NewPlanPage
from catalog.price_calendar.planning import plan
from catalog.price_calendar.rules import Why
from catalog.price_calendar.weeks import Week, week_of
from staff.access import OfficeRequest, require_whole, requires
from staff.cities import towns
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY, plural
from staff.languages import noun
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "catalog"
# What a person can put right on the page; a right that is lacking is not.
ON_THE_PAGE: Final = (400, 409)
OFFERS: Final = noun("товар", "товаров")
FIELDS: Final = ("skus", "price", "city", "begins", "ends", "note")
MOST_PICKED: Final = 1000


@requires(Permission.CATALOG_VIEW)
@require_GET
def calendar(request: OfficeRequest) -> HttpResponse:
    """A week of one shop, and its plans by state."""
    return _show(request, "")


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """The form of a plan, and the plan. Offers picked in the list of goods come posted without the form's `sure`."""
    shop = _picked_shop(request)
    require_whole(request.actor, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if request.POST.get("sure") is None:
        return _form(request, shop, _given(request, shop))
    try:
        return _plan(request, shop)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        return _form(request, shop, request.POST.dict(), refusal)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def cancel(request: OfficeRequest) -> HttpResponse:
    """Take back the `plan`, or all of a `batch` that wait. `back`: whether the former price is given back.
    `here`: the page of the catalogue to return to."""
    shop, now = _shop(request), database_now()
    require_whole(request.actor, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    try:
        messages.success(request, _cancel(request, shop, now))
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        return _show(request, refusal.sentence)
    came = request.POST.get("here", "")
    inside = came.startswith("/catalog/") and "\\" not in came and came.isprintable()
    return redirect(came if inside else f"{ADDRESS}?{urlencode({'shop': shop.slug})}")


def _plan(request: OfficeRequest, shop: Shop) -> HttpResponse:
    said = request.POST
    wish = form.read(said)
    offers = form.offers_of(shop, form.skus_of(said.get("skus", "")))
    confirmed = said.get("confirmed") == "1"
    plan(offers, wish, by=request.actor, now=database_now(), confirmed=confirmed)
    messages.success(request, gettext("Запланировано: %(offers)s") % {"offers": plural(len(offers), *OFFERS)})
    week = week_of(wish.window.begins.astimezone(ALMATY).date())
    return redirect(Asked(shop, week).url())


def _cancel(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    said = request.POST
    if batch := said.get("batch", ""):
        count = cancelling.cancel_waiting(_uuid(batch), shop, by=request.actor, now=now)
        return gettext("Отменено планов: %(count)s") % {"count": count}
    if not said.get("plan"):
        raise Refused("required", gettext("Выберите план"), status=400, field="plan")
    give_back = said.get("back") == "yes"
    why = cancelling.cancel(_uuid(said["plan"]), shop, give_back=give_back, by=request.actor, now=now)
    told: Mapping[Why, str] = {
        Why.RETURNED: gettext("План отменён, прежняя цена вернулась"),
        Why.CHANGED: gettext("План отменён. Цену тем временем изменили: осталась новая"),
        Why.LEFT: gettext("План отменён, цена оставлена"),
    }
    return told.get(why, gettext("План отменён"))


def _given(request: OfficeRequest, shop: Shop) -> dict[str, str]:
    """What the form begins with: the offers that were picked, or the one that the address names."""
    picked = [mark.partition("/")[2] for mark in request.POST.getlist("pick")]
    begins = database_now() + timedelta(days=1)
    midnight = begins.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "skus": "\n".join(picked) or request.GET.get("sku", "")[:64],
        "city": request.GET.get("city", "")[:12],
        "begins": form.written(midnight),
        "ends": form.written(midnight + timedelta(days=7)),
    }


def _picked_shop(request: OfficeRequest) -> Shop:
    """The shop of what was picked; without picks, that of the address. Raises Refused 400 for picks of several shops."""
    picked = request.POST.getlist("pick")
    if not picked:
        return _shop(request)
    if len(picked) > MOST_PICKED:
        raise Refused("too_many", gettext("За раз не больше 1000 товаров"), status=400, field="pick")
    slugs = {mark.partition("/")[0] for mark in picked}
    if len(slugs) > 1:
        raise Refused("several_shops", gettext("Выберите товары одного магазина"), status=400, field="pick")
    return places_of(request).shop(slugs.pop())


def _shop(request: OfficeRequest) -> Shop:
    """The shop of the address, else the first that he sees. Raises NotVisible."""
    found = chosen_shop(request) or next(iter(places_of(request).shops), None)
    if found is None:
        raise NotVisible("shop")
    return found


def _week(request: OfficeRequest, now: datetime) -> Week:
    text = request.GET.get("week", "")
    if not text:
        return week_of(now.astimezone(ALMATY).date())
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refused("bad_day", gettext("Неделя – день вида 2026-11-30"), status=400, field="week")
    return week_of(day)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible(text) from None


def _form(request: OfficeRequest, shop: Shop, said: Mapping[str, str], refusal: Refused | None = None) -> HttpResponse:
    request.nav = NAV
    back = f"{ADDRESS}?{urlencode({'shop': shop.slug})}"
    guarded = refusal is not None and refusal.code == "price_guard"
    page = NewPlanPage(
        post_url=f"{ADDRESS}new/?{urlencode({'shop': shop.slug})}",
        back_url=back,
        shop=shop.name,
        values={name: said.get(name, "") for name in FIELDS},
        towns=tuple((code, name, code == said.get("city")) for code, name in towns().items()),
        effect_note=EFFECT,
        earliest=form.written(database_now()),
        error=refusal.sentence if refusal else "",
        wrong=(refusal.field or "") if refusal else "",
        may_confirm=guarded and request.actor.may(Permission.PRICES_GUARD),
    )
    return render(request, "catalog/price_calendar/new.html", {"page": page}, status=422 if refusal else 200)


def _show(request: OfficeRequest, error: str) -> HttpResponse:
    request.nav = NAV
    state, now = request.GET.get("state", ""), database_now()
    if state not in STATES:
        raise Refused("bad_value", gettext("Такого состояния нет"), status=400, field="state")
    asked = Asked(_shop(request), _week(request, now), state, request.GET.get("after", ""), error)
    page = calendar_page(asked, by=request.actor, places=places_of(request), now=now)
    return render(request, "catalog/price_calendar/calendar.html", {"page": page}, status=422 if error else 200)
