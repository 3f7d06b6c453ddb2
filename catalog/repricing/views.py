"""Pages of repricing: rules, what waits, what was decided, sources; a rule on the past; the stops."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import PriceRule
from catalog.repricing import files, form, linking, ruling, waiting
from catalog.repricing.deciding import Outcome
from catalog.repricing.page import ADDRESS, Asked, repricing_page
from catalog.repricing.rule_page import rule_page
from catalog.repricing.try_page import DAYS, try_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "catalog"
# What a person can put right on the page; a right that is lacking is not.
ON_THE_PAGE: Final = (400, 409)
Deed = Callable[[OfficeRequest, Shop, datetime], str]


@requires(Permission.CATALOG_VIEW)
@require_GET
def repricing(request: OfficeRequest) -> HttpResponse:
    """Everything of one shop."""
    outcome = request.GET.get("outcome", Outcome.CHANGED.value)
    if outcome not in Outcome.values:
        raise Refused("bad_value", gettext("Такого исхода нет"), status=400, field="outcome")
    asked = Asked(_shop(request), Outcome(outcome), request.GET.get("after", ""))
    return _show(request, asked)


@requires(Permission.PRICES_GUARD)
@require_http_methods(["GET", "POST"])
def rule(request: OfficeRequest) -> HttpResponse:
    """The form of a rule, and what it brings. A new rule is switched off until somebody has looked at it."""
    return write(request) if request.method == "POST" else _form(request, form.written(_rule(request)))


@requires(Permission.PRICES_GUARD)
@require_POST
def write(request: OfficeRequest) -> HttpResponse:
    said, shop = request.POST.dict(), _shop(request)
    try:
        row = ruling.write(form.read(said), shop, by=request.actor, now=database_now(), rule=_rule(request))
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        return _form(request, said, refusal)
    messages.success(request, gettext("Правило записано"))
    return redirect(f"{ADDRESS}try/?{urlencode({'shop': shop.slug, 'rule': str(row.public_id)})}")


@requires(Permission.PRICES_GUARD)
@require_POST
def switch(request: OfficeRequest) -> HttpResponse:
    """Switch a rule on or off."""
    return _do(request, _switch)


@requires(Permission.PRICES_GUARD)
@require_POST
def remove(request: OfficeRequest) -> HttpResponse:
    return _do(request, _remove)


@requires(Permission.PRICES_GUARD)
@require_POST
def stop(request: OfficeRequest) -> HttpResponse:
    """Stop the rules of the shop or of the whole company, or let them run again."""
    return _do(request, _stop)


@requires(Permission.PRICES_GUARD)
@require_POST
def settle(request: OfficeRequest) -> HttpResponse:
    """Let a price that waits be set, or decline it."""
    return _do(request, _settle)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def prices(request: OfficeRequest) -> HttpResponse:
    """Bring a file of others' prices."""
    return _do(request, _bring)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def link(request: OfficeRequest) -> HttpResponse:
    """Say where the card of a good is."""
    return _do(request, _link, wrong="link")


@requires(Permission.CATALOG_VIEW)
@require_GET
def on_the_past(request: OfficeRequest) -> HttpResponse:
    """How a rule would have led prices."""
    request.nav = NAV
    shop, row = _shop(request), _rule(request)
    if row is None:
        raise Refused("required", gettext("Выберите правило"), status=400, field="rule")
    days = request.GET.get("days", str(DAYS[1]))
    if days not in map(str, DAYS):
        raise Refused("bad_value", gettext("Выберите 7, 30 или 90 дней"), status=400, field="days")
    page = try_page(shop, row, int(days), request.GET.get("sku", ""), by=request.actor, now=database_now())
    return render(request, "catalog/repricing/try.html", {"page": page})


def _do(request: OfficeRequest, deed: Deed, *, wrong: str = "") -> HttpResponse:
    shop = _shop(request)
    try:
        done = deed(request, shop, database_now())
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        asked = Asked(shop, link_error=refusal.sentence) if wrong else Asked(shop, error=refusal.sentence)
        return _show(request, asked, status=422)
    messages.success(request, done)
    return redirect(f"{ADDRESS}?{urlencode({'shop': shop.slug})}")


def _switch(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    on = request.POST.get("on") == "yes"
    ruling.switch(ruling.find(_key(request, "rule"), shop), on, by=request.actor, now=now)
    return gettext("Правило включено") if on else gettext("Правило выключено")


def _remove(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    ruling.remove(ruling.find(_key(request, "rule"), shop), by=request.actor, now=now)
    return gettext("Правило удалено")


def _stop(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    whole = None if request.POST.get("whole") == "company" else shop
    if request.POST.get("stop") == "no":
        ruling.resume(whole, by=request.actor, now=now)
        return gettext("Автоцены снова работают")
    ruling.stop(whole, by=request.actor, now=now)
    return gettext("Автоцены остановлены: цены больше не меняются")


def _settle(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    key = _key(request, "price")
    if request.POST.get("answer") == "confirm":
        waiting.confirm(key, shop, by=request.actor, now=now)
        return gettext("Цена изменена")
    waiting.decline(key, shop, by=request.actor, now=now)
    return gettext("Цена осталась прежней")


def _bring(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    file = request.FILES.get("file")
    name, content = (file.name or "", file.read()) if file is not None else ("", b"")
    files.bring(shop, name, content, by=request.actor, now=now)
    return gettext("Файл принят, читаем")


def _link(request: OfficeRequest, shop: Shop, now: datetime) -> str:
    linking.put(shop, request.POST.get("sku", ""), request.POST.get("url", ""), by=request.actor, now=now)
    return gettext("Ссылка сохранена")


def _shop(request: OfficeRequest) -> Shop:
    """The shop of the address, else the first that he sees. Raises NotVisible."""
    found = chosen_shop(request) or next(iter(places_of(request).shops), None)
    if found is None:
        raise NotVisible("shop")
    return found


def _rule(request: OfficeRequest) -> PriceRule | None:
    """The rule that the address names; None without a name. Raises NotVisible."""
    text = request.GET.get("rule", "")
    return ruling.find(_uuid(text), _shop(request)) if text else None


def _key(request: OfficeRequest, name: str) -> UUID:
    """What a form names. Raises Refused (400) when it names nothing, NotVisible for what is nothing of ours."""
    text = request.POST.get(name, "")
    if not text:
        raise Refused("required", gettext("Выберите правило или цену"), status=400, field=name)
    return _uuid(text)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible(text) from None


def _form(request: OfficeRequest, said: dict[str, str], refusal: Refused | None = None) -> HttpResponse:
    request.nav = NAV
    page = rule_page(_shop(request), _rule(request), said, refusal)
    return render(request, "catalog/repricing/rule.html", {"page": page}, status=422 if refusal else 200)


def _show(request: OfficeRequest, asked: Asked, *, status: int = 200) -> HttpResponse:
    request.nav = NAV
    page = repricing_page(asked, by=request.actor, places=places_of(request), now=database_now())
    return render(request, "catalog/repricing/repricing.html", {"page": page}, status=status)
