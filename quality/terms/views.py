"""The pages of promises: groups, the orders behind them, their file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from quality.terms.asked import Asked, read
from quality.terms.orders_page import orders_page
from quality.terms.page import terms_page
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.exports.pages import ask
from staff.permissions import Permission
from staff.places import chosen_shop, places_of


@requires(Permission.QUALITY_VIEW)
@require_GET
def terms(request: OfficeRequest) -> HttpResponse:
    request.nav = "quality"
    page = terms_page(_asked(request), by=request.actor, places=places_of(request))
    return render(request, "quality/terms/terms.html", {"page": page})


@requires(Permission.QUALITY_VIEW)
@require_GET
def behind(request: OfficeRequest) -> HttpResponse:
    """The orders of one group, or of all."""
    request.nav = "quality"
    page = orders_page(_asked(request), by=request.actor, places=places_of(request))
    return render(request, "quality/terms/orders.html", {"page": page})


@requires(Permission.QUALITY_VIEW)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """The orders behind, as a file."""
    return ask(request, "promises", request.POST.dict())


def _asked(request: OfficeRequest) -> Asked:
    return read(request.GET.dict(), shop=chosen_shop(request), now=database_now())
