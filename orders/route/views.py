"""The page of the route list."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orders.buyers.disclosing import tell_page
from orders.filters import OrderFilter, parse
from orders.lifecycle import Shelf
from orders.route.page import route_page
from orders.shelves.standing import slug_of
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible
from staff.permissions import Permission
from staff.places import places_of


@requires(Permission.ORDERS_VIEW)
@require_GET
def route(request: OfficeRequest) -> HttpResponse:
    """What is to be brought today: everybody's, one courier's (`?courier=`, his public id), a courier's own."""
    request.nav = slug_of(Shelf.DELIVERY)
    asked, now = parse(request.GET), database_now()
    wanted = OrderFilter(shop=asked.shop, point=asked.point)
    courier = _courier(request.GET.get("courier", ""))
    page = route_page(request.actor, wanted, courier=courier, places=places_of(request), now=now)
    tell_page(request, page.persons, now=now)
    return render(request, "route/route.html", {"page": page})


def _courier(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as problem:
        raise NotVisible(text) from problem
