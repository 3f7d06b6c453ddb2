"""The page of a shop's XML price list, and its buttons. Kaspi itself comes to `serving`."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from catalog.feed import opening
from catalog.feed.page import feed_page, shop_choices
from catalog.feed.serving import TYPE, unpacked
from catalog.models import FeedVersion
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of


@requires(Permission.CATALOG_VIEW)
@require_GET
def feed(request: OfficeRequest) -> HttpResponse:
    request.nav = "catalog"
    shop = chosen_shop(request)
    if shop is None:
        seen = [one for one in places_of(request).shops if request.actor.sees_whole(one.pk)]
        return render(request, "catalog/feed/shops.html", {"shops": shop_choices(seen)})
    require_whole(request.actor, Permission.CATALOG_VIEW, shop_id=shop.pk)
    found = opening.feed_of(shop)
    secret = opening.secret_of(found) if found else ""
    address = request.build_absolute_uri(f"/feed/{secret}.xml") if secret else ""
    page = feed_page(shop, found, by=request.actor, address=address, now=database_now())
    return render(request, "catalog/feed/feed.html", {"page": page})


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def open_address(request: OfficeRequest) -> HttpResponse:
    return _do(request, lambda shop: opening.open_feed(shop, by=request.actor, now=database_now()), "")


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def renew(request: OfficeRequest) -> HttpResponse:
    said = gettext("Адрес новый. Замените его в кабинете Kaspi: прежний больше не открывается")
    return _do(request, lambda shop: opening.renew(shop, by=request.actor, now=database_now()), said)


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def switch(request: OfficeRequest) -> HttpResponse:
    on = {"yes": True, "no": False}.get(request.POST.get("on", ""))
    if on is None:
        raise Refused("required", gettext("Выберите: отдавать файл или нет"), status=400, field="on")
    return _do(request, lambda shop: opening.switch(shop, on, by=request.actor, now=database_now()), "")


@requires(Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
@require_POST
def make(request: OfficeRequest) -> HttpResponse:
    said = gettext("Собираем файл. Обновите страницу через несколько секунд")
    return _do(request, lambda shop: opening.make_now(shop, by=request.actor, now=database_now()), said)


@requires(Permission.CATALOG_VIEW, Permission.PRICES_GUARD)
@require_POST
def confirm(request: OfficeRequest) -> HttpResponse:
    seen = request.POST.get("available", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Refused(
            "bad_value", gettext("Откройте страницу снова и подтвердите файл там"), status=400, field="available"
        )
    said = gettext("Отдаём новый файл")
    return _do(request, lambda shop: opening.confirm(shop, int(seen), by=request.actor, now=database_now()), said)


@requires(Permission.CATALOG_VIEW)
@require_GET
def version(request: OfficeRequest, public_id: UUID) -> HttpResponseBase:
    """A file as it was made, as an attachment."""
    found = FeedVersion.objects.filter(public_id=public_id).select_related("feed").first()
    if found is None or found.content is None or not request.actor.sees_whole(found.feed.shop_id):
        raise NotVisible(public_id)
    shop = places_of(request).shop_by_id(found.feed.shop_id)
    response = StreamingHttpResponse(unpacked(bytes(found.content)), content_type=TYPE)
    made = found.made_at.astimezone(ALMATY)
    response.headers["Content-Disposition"] = f'attachment; filename="{shop.slug}-{made:%Y-%m-%d-%H%M}.xml"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _do(request: OfficeRequest, deed: Callable[[Shop], object], said: str) -> HttpResponse:
    """The deed upon the shop that the form names, and back to its page."""
    shop = places_of(request).shop(request.POST.get("shop", ""))
    deed(shop)
    if said:
        messages.success(request, said)
    return redirect(f"/catalog/feed/?shop={shop.slug}")
