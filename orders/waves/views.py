"""Pages of the hand-over waves."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from orders.filters import OrderFilter, parse
from orders.waves import handing
from orders.waves.page import waves_page
from orders.waves.page_models import DropForm
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

DROP_FIELDS = ("shop", "point", "name", "address", "road_minutes")


@requires(Permission.ORDERS_VIEW)
@require_GET
def waves(request: OfficeRequest) -> HttpResponse:
    """What must be where by when."""
    return _page(request)


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_PACK)
@require_POST
def hand_over(request: OfficeRequest) -> HttpResponse:
    """The picked parcels have been handed over."""
    codes = [code for code in dict.fromkeys(request.POST.getlist("pick")) if code.isalnum()]
    try:
        told = handing.hand_over(codes, by=request.actor, now=database_now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_back(request))
    said = gettext("Переданы %(handed)s. Kaspi подтвердит сам") % {"handed": plural(told.handed, "заказ", "заказов")}
    if told.left:
        said += gettext(". Не собраны: %(left)s") % {"left": ", ".join(told.left[:20])}
    messages.add_message(request, messages.WARNING if told.left else messages.SUCCESS, said)
    return redirect(_back(request))


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_PACK)
@require_POST
def take_back(request: OfficeRequest, batch: UUID) -> HttpResponse:
    """The press was a mistake."""
    many = handing.take_back(batch, by=request.actor, now=database_now())
    messages.success(request, gettext("Вернули в список: %(many)s") % {"many": plural(many, "заказ", "заказов")})
    return redirect(_back(request))


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_PACK)
@require_POST
def drop_point(request: OfficeRequest) -> HttpResponse:
    """Where the parcels of a point are brought."""
    places, form = places_of(request), {name: request.POST.get(name, "") for name in DROP_FIELDS}
    point = places.points_by_code(form.pop("point"), shop=places.shop(form.pop("shop")))[0]
    try:
        handing.set_drop_point(point, **form, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        shop = places.shop_by_id(point.shop_id).slug
        fields = {name: text[:400] for name, text in form.items()}
        shown = DropForm(shop, point.code, point.name, **fields, error=refusal.sentence)
        return _page(request, error=shown, status=422)
    messages.success(request, gettext("Сохранено"))
    return redirect("waves")


def _page(request: OfficeRequest, *, error: DropForm | None = None, status: int = 200) -> HttpResponse:
    request.nav = "waves"
    shop, asked = chosen_shop(request), parse(request.GET)
    wanted = OrderFilter(shop=shop.slug if shop else None, point=asked.point)
    page = waves_page(request.actor, wanted, places=places_of(request), now=database_now(), error=error)
    return render(request, "waves/waves.html", {"page": page}, status=status)


def _back(request: OfficeRequest) -> str:
    asked = parse(request.POST)
    query = "&".join(f"{name}={value}" for name, value in (("shop", asked.shop), ("point", asked.point)) if value)
    return f"/waves/{'?' + query if query else ''}"
