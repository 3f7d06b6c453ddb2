"""«Перенести…»: another planned date on the order's page."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from orders import rescheduling
from orders.action_views import triggers
from orders.card.page import order_page
from orders.card.reading import RESCHEDULE, find_order, known_of, ref_of
from orders.evidence.forms import proofs_of
from orders.models import DateMove, MovedBy, Order, Purpose
from orders.views import render_card
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY, almaty_weekday, calendar_day
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW, rescheduling.RIGHT)
@require_http_methods(["GET", "POST"])
def reschedule(request: OfficeRequest, ref: str) -> HttpResponse:
    """GET asks for another day and the buyer's consent, POST tells them."""
    order = find_order(request, ref)
    if request.method == "GET":
        return _ask(request, order)
    try:
        made = _move(request, order)
    except Refused as refusal:
        return _ask(request, order, refusal)
    text = gettext("Перенесли на %(day)s. Перенесите и в кабинете Kaspi") % {"day": almaty_weekday(made.moved_to)}
    if request.headers.get("HX-Request"):
        return triggers(HttpResponse(status=204), codes=[order.code], level="ok", text=text)
    messages.success(request, text)
    return redirect("order", ref=ref_of(request, order))


def _move(request: OfficeRequest, order: Order) -> DateMove:
    form = request.POST
    asked_by = form.get("asked_by", "")
    if asked_by not in MovedBy.values:
        raise Refused("required", gettext("Кто попросил о переносе?"), status=400, field="asked_by")
    return rescheduling.move(
        order,
        _day(form.get("to", "")),
        by=request.actor,
        now=database_now(),
        planned=_moment(form.get("planned", "")),
        asked_by=MovedBy(asked_by),
        evidence=proofs_of(request, Purpose.RESCHEDULE),
    )


def _ask(request: OfficeRequest, order: Order, refusal: Refused | None = None) -> HttpResponse:
    """The question; without days left, or after a refusal by the state, the order as it is and the sentence."""
    htmx, to_mend = bool(request.headers.get("HX-Request")), refusal is not None and refusal.status == 400
    known: dict[str, Any] = {"asked": RESCHEDULE, "filled": request.POST.dict()}
    known |= {"errors": {RESCHEDULE: refusal.sentence}} if refusal is not None and to_mend else {}
    status = refusal.status if refusal is not None else 200
    page = None if refusal is not None and not to_mend else order_page(known_of(request, order, **known))
    if page is not None and page.reschedule is not None and htmx:
        context = {"page": page, "dialog": page.reschedule, "open": RESCHEDULE}
        return render(request, "orders/_reschedule_dialog.html", context, status=422 if refusal else 200)
    text = refusal.sentence if refusal is not None else _why_not(order)
    if htmx:
        return triggers(
            HttpResponse(status=204 if not refusal else status), codes=[order.code], level="warn", text=text
        )
    if page is None or page.reschedule is None:
        messages.error(request, text)
    return render_card(request, order, "orders/order.html", open_dialog=RESCHEDULE, status=status, **known)


def _why_not(order: Order) -> str:
    promised = rescheduling.promised_of(order)
    if promised is None:
        return gettext("У этого заказа нет плановой даты, переносить нечего")
    day = calendar_day(promised.astimezone(ALMATY).date())
    return gettext("Переносить больше некуда: от обещанного %(day)s можно отойти на пять дней") % {"day": day}


def _day(text: str) -> date:
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_day", gettext("На какой день перенести?"), status=400, field="to")
    return found


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused("stale_version", gettext("Откройте перенос заново: форма устарела"))
    return found
