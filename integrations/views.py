"""The page of the exchange, and what an owner does there: replaces a token, asks again, chooses the expiry policy."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from integrations import accounts
from integrations.page import exchange_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.places import places_of
from staff.shops import set_expiry_policy


@requires(Permission.EXCHANGE_VIEW)
@require_GET
def integrations(request: OfficeRequest) -> HttpResponse:
    return _page(request)


def _whole_shops(request: OfficeRequest) -> list[Shop]:
    """A token, its windows and what could not be read are of a whole shop."""
    return [shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk)]


def _page(request: OfficeRequest, *, errors: Mapping[str, str] | None = None, status: int = 200) -> HttpResponse:
    request.nav = "integrations"
    page = exchange_page(_whole_shops(request), by=request.actor, now=database_now(), errors=errors or {})
    return render(request, "integrations/integrations.html", {"page": page}, status=status)


@requires(Permission.SHOPS_MANAGE)
@sensitive_post_parameters("token")
@sensitive_variables("token")
@require_POST
def replace_token(request: OfficeRequest, slug: str) -> HttpResponse:
    """The new token is sealed at once and never shown again; a text that cannot be one comes back with a word."""
    shop = places_of(request).shop(slug)
    try:
        accounts.connect(shop, request.POST.get("token", ""), by=request.actor, now=database_now())
    except Refused as refusal:
        return _page(request, errors={slug: refusal.sentence}, status=422)
    messages.success(request, gettext("%(name)s: токен заменён, читаем заказы") % {"name": shop.name})
    return redirect("integrations")


@requires(Permission.SHOPS_MANAGE)
@require_POST
def resume(request: OfficeRequest, slug: str) -> HttpResponse:
    shop = places_of(request).shop(slug)
    accounts.resume(shop, by=request.actor, now=database_now())
    messages.success(request, gettext("%(name)s: спрашиваем Kaspi сейчас") % {"name": shop.name})
    return redirect("integrations")


@requires(Permission.SHOPS_MANAGE)
@require_POST
def change_expiry(request: OfficeRequest, slug: str) -> HttpResponse:
    shop = places_of(request).shop(slug)
    set_expiry_policy(shop, request.POST.get("expiry_policy", ""), by=request.actor, now=database_now())
    messages.success(request, gettext("%(name)s: сохранено") % {"name": shop.name})
    return redirect("integrations")
