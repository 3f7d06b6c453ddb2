"""The page that sets our orders of a shop beside Kaspi's own counts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orders.facts.gaps import gaps_page
from staff.access import OfficeRequest, require_whole, requires
from staff.clock import database_now
from staff.permissions import Permission
from staff.places import places_of


@requires(Permission.SHOPS_MANAGE)
@require_GET
def gaps(request: OfficeRequest, slug: str) -> HttpResponse:
    shop = places_of(request).shop(slug)
    require_whole(request.actor, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    request.nav = "integrations"
    return render(request, "integrations/gaps.html", {"page": gaps_page(shop, now=database_now())})
