"""Pages of auto-accept: look, try rules on the past, keep them, switch on and off, stop the whole company."""

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from orders.auto_accept import asked, switching
from orders.auto_accept.page import Wanted, auto_accept_page, url_of
from orders.auto_accept.past import DAYS, report_of
from orders.auto_accept.rules import Reason, Verdict
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

RIGHT: Final = Permission.ORDERS_AUTOMATE


@requires(Permission.ORDERS_VIEW, RIGHT)
@require_GET
def auto_accept(request: OfficeRequest) -> HttpResponse:
    """Switches of all shops; of one shop its rules and decisions too."""
    verdict, reason = request.GET.get("verdict", ""), request.GET.get("reason", "")
    wanted = Wanted(
        shop=chosen_shop(request),
        verdict=verdict if verdict in Verdict.values else "",
        reason=reason if reason in Reason.values else "",
    )
    return _show(request, wanted, now=database_now())


@requires(Permission.ORDERS_VIEW, RIGHT)
@require_POST
def rules(request: OfficeRequest) -> HttpResponse:
    """Try the rules of the form on the past, or keep them as the next version; a form with a mistake comes back."""
    shop, now, said = _shop(request), database_now(), request.POST.dict()
    days = next((days for days in DAYS if str(days) == said.get("days")), DAYS[0])
    try:
        wanted = asked.read(said)
    except Refused as refusal:
        return _show(request, Wanted(shop, days=days, said=said, refusal=refusal), now=now, status=422)
    if said.get("do") == "rehearse":
        report = report_of(shop, wanted, days=days, now=now)
        return _show(request, Wanted(shop, days=days, said=said, report=report), now=now)
    version = switching.write(shop, wanted, by=request.actor, now=now)
    messages.success(request, gettext("Правила сохранены, версия %(version)s") % {"version": version})
    return redirect(url_of(shop))


@requires(Permission.ORDERS_VIEW, RIGHT)
@require_POST
def switch(request: OfficeRequest) -> HttpResponse:
    """The switch of one shop."""
    shop, now = _shop(request), database_now()
    try:
        if request.POST.get("on") == "1":
            version = switching.switch_on(shop, by=request.actor, now=now)
            messages.success(request, gettext("Автоприём включён, версия %(version)s") % {"version": version})
        else:
            _say_recalled(request, switching.switch_off(shop, by=request.actor, now=now))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.sentence)
    return redirect(url_of(shop))


@requires(Permission.ORDERS_VIEW, RIGHT)
@require_POST
def stop(request: OfficeRequest) -> HttpResponse:
    """The kill switch of the whole company."""
    now = database_now()
    if request.POST.get("stop") == "1":
        _say_recalled(request, switching.stop_all(by=request.actor, now=now))
    else:
        switching.resume_all(by=request.actor, now=now)
        messages.success(request, gettext("Магазины, где автоприём включён, снова принимают"))
    slug = request.POST.get("shop", "")
    return redirect(url_of(places_of(request).shop(slug) if slug else None))


def _say_recalled(request: OfficeRequest, recalled: int) -> None:
    said = gettext("Автоприём остановлен")
    if recalled:
        said += gettext(". Отозвали до отправки: %(orders)s") % {"orders": plural(recalled, "заказ", "заказов")}
    messages.success(request, said)


def _shop(request: OfficeRequest) -> Shop:
    """The shop that a form is about. Raises NotVisible, Refused."""
    shop = places_of(request).shop(request.POST.get("shop", ""))
    require_whole(request.actor, RIGHT, shop_id=shop.pk)
    return shop


def _show(request: OfficeRequest, wanted: Wanted, *, now: datetime, status: int = 200) -> HttpResponse:
    request.nav = "new"
    if wanted.shop is not None:
        require_whole(request.actor, RIGHT, shop_id=wanted.shop.pk)
    page = auto_accept_page(request.actor, wanted, places=places_of(request), now=now)
    return render(request, "orders/auto_accept/auto_accept.html", {"page": page}, status=status)
