"""The page of the exchange, and what an owner does there with shops: connects, replaces a token, asks again."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from integrations import accounts, token_checks
from integrations.page import Said, exchange_page
from integrations.page_models import ShopForm
from staff import shops
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
    return page_of(request)


def _whole_shops(request: OfficeRequest) -> list[Shop]:
    """A token, its windows and what could not be read are of a whole shop."""
    return [shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk)]


def page_of(request: OfficeRequest, said: Said | None = None, *, status: int = 200) -> HttpResponse:
    """The page, with what it answers to a form."""
    request.nav = "integrations"
    page = exchange_page(_whole_shops(request), by=request.actor, now=database_now(), said=said or Said())
    return render(request, "integrations/integrations.html", {"page": page}, status=status)


@requires(Permission.SHOPS_MANAGE, sudo=True)
@sensitive_post_parameters("token")
@sensitive_variables("token")
@require_POST
def replace_token(request: OfficeRequest, slug: str) -> HttpResponse:
    """The new token is sealed at once and never shown again; a text that cannot be one comes back with a word."""
    shop = places_of(request).shop(slug)
    try:
        token_checks.propose(shop, request.POST.get("token", ""), by=request.actor, now=database_now())
    except Refused as refusal:
        return page_of(request, Said(tokens={slug: refusal.sentence}), status=422)
    return redirect("integrations")


@requires(Permission.SHOPS_MANAGE)
@require_POST
def check_token(request: OfficeRequest, slug: str) -> HttpResponse:
    token_checks.look_again(places_of(request).shop(slug), by=request.actor, now=database_now())
    return redirect("integrations")


@requires(Permission.SHOPS_MANAGE, sudo=True)
@sensitive_post_parameters("token")
@sensitive_variables("token")
@require_POST
def add_shop(request: OfficeRequest) -> HttpResponse:
    """A shop and its token together: a shop without one would stand there and do nothing."""
    said = {name: request.POST.get(name, "") for name in ("name", "merchant_uid")}
    now = database_now()
    try:
        with transaction.atomic():
            shop = shops.add(said["name"], said["merchant_uid"], by=request.actor, now=now)
            token_checks.propose(shop, request.POST.get("token", ""), by=request.actor, now=now)
    except Refused as refusal:
        form = ShopForm(**said, error=refusal.sentence, field=refusal.field or "")
        return page_of(request, Said(shop=form), status=422)
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
