"""The page of goods."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from catalog.page import Asked, catalog_page
from staff.access import OfficeRequest, requires
from staff.errors import Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

LONGEST_QUERY = 100


@requires(Permission.CATALOG_VIEW)
@require_GET
def catalog(request: OfficeRequest) -> HttpResponse:
    request.nav = "catalog"
    q = request.GET.get("q", "").strip()
    if len(q) > LONGEST_QUERY or "\x00" in q:
        raise Refused("bad_value", gettext("Запрос длиннее 100 знаков"), status=400, field="q")
    short = request.GET.get("stock") == "short"
    asked = Asked(chosen_shop(request), q, short, request.GET.get("after", ""))
    return render(request, "catalog/catalog.html", {"page": catalog_page(asked, places=places_of(request))})
