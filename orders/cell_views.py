"""Where the parcel of a pickup order lies: asked over the shelf by one key, and on the order's card."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from orders import cells
from orders.action_views import triggers
from orders.card.reading import find_order, ref_of
from orders.lifecycle import Stage
from orders.models import Order
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW, cells.RIGHT)
@require_http_methods(["GET", "POST"])
def cell(request: OfficeRequest, ref: str) -> HttpResponse:
    """GET asks for the place, POST keeps it."""
    order = find_order(request, ref)
    if request.method == "GET":
        return _ask(request, order)
    try:
        cells.put(order, request.POST.get("place", ""), by=request.actor, now=database_now())
    except Refused as refusal:
        return _told(request, order, "danger", refusal.sentence, status=refusal.status)
    return _told(request, order, "ok", gettext("Сохранено"))


def _ask(request: OfficeRequest, order: Order) -> HttpResponse:
    """Without script the card asks it."""
    if not request.headers.get("HX-Request"):
        return redirect("order", ref=ref_of(request, order))
    if order.stage != Stage.PICKUP:
        text = gettext("Место указывают заказу на самовывоз, а этот сейчас «%(stage)s»")
        answer = HttpResponse(status=204)
        return triggers(answer, codes=[order.code], level="warn", text=text % {"stage": Stage(order.stage).label})
    context = {"code": order.code, "url": request.path, "place": cells.place_of(order.pk), "longest": cells.LONGEST}
    return render(request, "orders/_cell_dialog.html", context)


def _told(request: OfficeRequest, order: Order, level: str, text: str, *, status: int = 204) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        (messages.success if level == "ok" else messages.error)(request, text)
        return redirect("order", ref=ref_of(request, order))
    # A refused form stays as it was filled in.
    codes = [] if status == 400 else [order.code]
    return triggers(HttpResponse(status=status, headers={"HX-Reswap": "none"}), codes=codes, level=level, text=text)
