"""The page of an order's past, and the part of it that the slider swaps."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orders.card.reading import SeveralShops, find_order, ref_of
from orders.lifecycle import SHELF_OF, Stage
from orders.past.page import past_page
from orders.past.reading import past_of
from orders.shelves.standing import slug_of
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW)
@require_GET
def past(request: OfficeRequest, ref: str) -> HttpResponse:
    """`?at=` a moment or `?step=` a place on the axis of `?clock=`: the order as it was then."""
    try:
        order = find_order(request, ref)
    except SeveralShops as several:
        return render(request, "orders/which_shop.html", {"orders": several.orders, "ref": ref})
    request.nav = slug_of(SHELF_OF[Stage(order.stage)])
    asked = {name: request.GET.get(name, "") for name in ("at", "step", "clock")}
    url = f"/orders/{ref_of(request, order)}/past/"
    page = past_page(order, past_of(order), url, now=database_now(), **asked)
    part = request.headers.get("HX-Target") == "past"
    return render(request, "orders/past/_moment.html" if part else "orders/past/past.html", {"page": page})
