"""What is done about the buyer on the page of an order: a dialog over the page, or a page of its own without script."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orders.buyers import contacting
from orders.buyers.dialogs import call_dialog, message_dialog, phone_dialog
from orders.buyers.disclosing import of_order, tell_page
from orders.buyers.showing import sees_buyer
from orders.card.reading import find_order, ref_of
from orders.models import Order
from staff.access import FORBIDDEN, OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_http_methods(["GET", "POST"])
def message(request: OfficeRequest, ref: str) -> HttpResponse:
    """A text ready to be copied; POST: it was sent."""
    order, now = _found(request, ref), database_now()
    if request.method == "POST":
        key, way = request.POST.get("template", ""), request.POST.get("way", "")
        sent = lambda: contacting.message_sent(order, key, way, by=request.actor, now=now)  # noqa: E731
        return _done(request, order, sent, gettext("Отмечено: сообщение отправлено"))
    key = request.GET.get("template", "")
    dialog = message_dialog(order, _url(request, order), key, by=request.actor, now=now)
    tell_page(request, {*of_order(order, by=request.actor, now=now), *filter(None, [dialog.order])}, now=now)
    return _dialog(request, "message", dialog)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_http_methods(["GET", "POST"])
def call(request: OfficeRequest, ref: str) -> HttpResponse:
    """How a call ended."""
    order = _found(request, ref)
    url = _url(request, order)
    if request.method == "GET":
        return _dialog(request, "call", call_dialog(order, url))
    outcome, text = request.POST.get("outcome", ""), request.POST.get("text", "")
    try:
        contacting.call(order, outcome, text, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status != 400:
            raise
        filled = call_dialog(order, url, chosen=outcome, text=text, error=refusal.sentence)
        return _dialog(request, "call", filled, status=422)
    return _saved(request, order, gettext("Звонок записан"))


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_POST
def note(request: OfficeRequest, ref: str) -> HttpResponse:
    """A note for staff, into the history."""
    order, text = _found(request, ref), request.POST.get("text", "")
    written = lambda: contacting.note_order(order, text, by=request.actor, now=database_now())  # noqa: E731
    return _done(request, order, written, gettext("Заметка сохранена"))


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
def phone(request: OfficeRequest, ref: str) -> HttpResponse:
    """The phone that Kaspi hides, typed by hand."""
    order = _found(request, ref)
    url = _url(request, order)
    if request.method == "GET":
        now = database_now()
        tell_page(request, of_order(order, by=request.actor, now=now), now=now)
        return _dialog(request, "phone", phone_dialog(order, url))
    text = "" if request.POST.get("remove") else request.POST.get("phone", "")
    try:
        contacting.type_phone(order, text, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status != 400:
            raise
        return _dialog(request, "phone", phone_dialog(order, url, phone=text, error=refusal.sentence), status=422)
    return _saved(request, order, gettext("Номер сохранён") if text.strip() else gettext("Номер убран"))


def _found(request: OfficeRequest, ref: str) -> Order:
    """The order, if its buyer is his to see. Raises NotVisible, Refused (403)."""
    order = find_order(request, ref)
    if not sees_buyer(request.actor, closed_at=order.closed_at, now=database_now()):
        raise Refused("forbidden", FORBIDDEN, status=403)
    return order


def _url(request: OfficeRequest, order: Order) -> str:
    return f"/orders/{ref_of(request, order)}/"


def _dialog(request: OfficeRequest, name: str, dialog: Any, *, status: int = 200) -> HttpResponse:
    template = "_dialog" if request.headers.get("HX-Request") else "dialog"
    partial = f"buyers/_{name}_dialog.html"
    return render(request, f"buyers/{template}.html", {"dialog": dialog, "partial": partial}, status=status)


def _done(request: OfficeRequest, order: Order, verb: Callable[[], None], said: str) -> HttpResponse:
    """Do what has no form to mend; a refusal is a word on the page."""
    try:
        verb()
    except Refused as refusal:
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=refusal.status, headers={"HX-Reswap": "none"})
            return _told(answer, order, "danger", refusal.sentence)
        messages.error(request, refusal.sentence)
        return redirect(_url(request, order))
    return _saved(request, order, said)


def _saved(request: OfficeRequest, order: Order, said: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _told(HttpResponse(status=204), order, "ok", said)
    messages.success(request, said)
    return redirect(_url(request, order))


def _told(answer: HttpResponse, order: Order, level: str, text: str) -> HttpResponse:
    answer["HX-Trigger"] = json.dumps(
        {"order-changed": {"codes": [order.code]}, "toast": {"level": level, "text": text}}
    )
    return answer
