"""What an owner does with keys of programs on the page of the exchange."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from integrations.page import Said
from integrations.page_models import MadeKey
from integrations.views import page_of
from staff import api_keys
from staff.access import OfficeRequest, requires
from staff.api_keys import Wanted
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import places_of


@requires(Permission.SHOPS_MANAGE, sudo=True)
@sensitive_variables("secret", "made")
@require_POST
def make_key(request: OfficeRequest) -> HttpResponse:
    """The answer itself shows the secret, this once: it is stored nowhere, so there is nothing to go back to."""
    places = places_of(request)
    wanted = Wanted(
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scopes"),
        shops=[places.shop(slug) for slug in request.POST.getlist("shops")],
        lives=request.POST.get("lives", ""),
    )
    try:
        key, secret = api_keys.make(wanted, by=request.actor, now=database_now())
    except Refused as refusal:
        said = Said(key=dict(request.POST.lists()), key_error=refusal.sentence)
        return page_of(request, said, status=refusal.status if refusal.status == 403 else 422)
    return page_of(request, Said(made=MadeKey(key.name, secret)))


@requires(Permission.SHOPS_MANAGE, sudo=True)
@sensitive_variables("secret", "made")
@require_POST
def replace_key(request: OfficeRequest, key: UUID) -> HttpResponse:
    now = database_now()
    made, secret = api_keys.replace(api_keys.find(key, now=now), by=request.actor, now=now)
    note = _("Прежний ключ работает ещё сутки: за это время дайте программе новый.")
    return page_of(request, Said(made=MadeKey(made.name, secret, note)))


@requires(Permission.SHOPS_MANAGE, sudo=True)
@require_POST
def revoke_key(request: OfficeRequest, key: UUID) -> HttpResponse:
    now = database_now()
    doomed = api_keys.find(key, now=now)
    api_keys.revoke(doomed, by=request.actor, now=now)
    messages.success(request, _("Ключ «%(name)s» больше ничего не открывает") % {"name": doomed.name})
    return redirect("integrations")
