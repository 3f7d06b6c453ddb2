"""A press on a page becomes a verb of `orders.actions`, and its answer a row, a dialog, a card or a page."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from integrations.models import LINE_KINDS, ActionKind
from orders import action_fields, couriers, undoing
from orders.actions import VERBS
from orders.buyers.disclosing import of_order, tell_page
from orders.card.page import order_page
from orders.card.reading import find_order, known_of, ref_of
from orders.filters import SHELVES
from orders.lifecycle import Stage
from orders.models import Order
from orders.views import render_card, render_row
from orders.words import PENDING_CARD
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.permissions import Permission

# Kind → dialog partial, and the name of its dialog on the card.
DIALOGS: Mapping[ActionKind, tuple[str, str]] = {
    ActionKind.CANCEL: ("orders/_cancel_dialog.html", "cancel"),
    ActionKind.ASSEMBLE: ("orders/_assemble_dialog.html", "assemble"),
    ActionKind.COMPLETE: ("orders/_issue_dialog.html", "complete"),
    ActionKind.SEND_CODE: ("orders/_issue_dialog.html", "complete"),
    ActionKind.CANCEL_ENTRY: ("orders/_cancel_entry_dialog.html", "line"),
    ActionKind.WEIGH: ("orders/_weigh_dialog.html", "line"),
    ActionKind.IMEI: ("orders/_imei_dialog.html", "line"),
}


FIELDS: Mapping[ActionKind, Callable[[OfficeRequest], dict[str, Any]]] = {
    ActionKind.CANCEL: action_fields.cancel,
    ActionKind.ASSEMBLE: action_fields.places,
    ActionKind.COMPLETE: action_fields.code,
    ActionKind.CANCEL_ENTRY: action_fields.cut,
    ActionKind.WEIGH: action_fields.grams,
    ActionKind.IMEI: action_fields.devices,
}


@requires(Permission.ORDERS_VIEW)
@require_http_methods(["GET", "POST"])
def act(request: OfficeRequest, ref: str, kind: ActionKind) -> HttpResponse:
    """GET asks the action's question, POST does it."""
    order = find_order(request, ref)
    if request.method == "GET":
        return _ask(request, order, kind)
    try:
        _press(request, order, kind)
    except Refused as refusal:
        return _refused(request, order, kind, refusal)
    return _taken(request, order, kind, PENDING_CARD[kind])


@requires(Permission.ORDERS_VIEW)
@require_POST
def undo(request: OfficeRequest, action: UUID) -> HttpResponse:
    """Take back a press that has not left yet."""
    found = undoing.find([action], by=request.actor)
    if not found:
        raise NotVisible(action)
    order, kind = found[0].order, ActionKind(found[0].action.kind)
    try:
        undoing.undo(found[0], by=request.actor, now=database_now())
    except Refused as refusal:
        return _refused(request, order, kind, refusal)
    return _taken(request, order, kind, gettext("Отозвано, в Kaspi ничего не ушло"))


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_ASSIGN)
@require_POST
def give(request: OfficeRequest, ref: str) -> HttpResponse:
    """Give the order to a courier, or take it away from him; the card is shown as it is then."""
    order, to = find_order(request, ref), request.POST.get("courier", "")
    try:
        if to:
            couriers.assign(order, to, by=request.actor, now=database_now())
        else:
            couriers.unassign(order, by=request.actor, now=database_now())
    except Refused as refusal:
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=refusal.status, headers={"HX-Reswap": "none"})
            return triggers(answer, codes=[order.code], level="danger", text=refusal.sentence)
        messages.error(request, refusal.sentence)
    if request.headers.get("HX-Request"):
        return triggers(HttpResponse(status=204), codes=[order.code], level="ok", text=gettext("Сохранено"))
    return redirect("order", ref=ref_of(request, order))


def _press(request: OfficeRequest, order: Order, kind: ActionKind) -> None:
    """Do it, or raise Refused with nothing written."""
    seen = request.POST.get("version", "")
    if seen and seen != order.stage:
        raise Refused(
            "not_allowed", gettext("Заказ уже изменился: сейчас он «%(stage)s»") % {"stage": Stage(order.stage).label}
        )
    fields = FIELDS[kind](request) if kind in FIELDS else {}
    with transaction.atomic():
        VERBS[kind](order, by=request.actor, now=database_now(), **fields)


def _ask(request: OfficeRequest, order: Order, kind: ActionKind) -> HttpResponse:
    """The question as a dialog over the shelf, or the card with the question open. No question: the card."""
    if kind not in DIALOGS:
        return redirect("order", ref=ref_of(request, order))
    asked: dict[str, Any] = {"asked": kind, "filled": request.GET.dict()} if kind in LINE_KINDS else {}
    if request.headers.get("HX-Request"):
        return _dialog(request, order, kind, **asked)
    return render_card(request, order, "orders/order.html", open_dialog=DIALOGS[kind][1], **asked)


def _dialog(request: OfficeRequest, order: Order, kind: ActionKind, *, status: int = 200, **known: Any) -> HttpResponse:
    partial, name = DIALOGS[kind]
    facts = known_of(request, order, **known)
    page = order_page(facts)
    dialog = {"cancel": page.cancel, "assemble": page.assemble, "complete": page.issue, "line": page.line}[name]
    if dialog is None:
        text = gettext("Сейчас этого сделать нельзя: заказ «%(stage)s»") % {"stage": Stage(order.stage).label}
        return triggers(HttpResponse(status=204), codes=[order.code], level="warn", text=text)
    if dialog is page.issue:
        # It says whom the code goes to.
        tell_page(request, of_order(order, by=request.actor, now=facts.now), now=facts.now)
    return render(request, partial, {"page": page, "dialog": dialog, "open": name}, status=status)


def _taken(request: OfficeRequest, order: Order, kind: ActionKind, text: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.success(request, text)
        return redirect(_back(request, order))
    if shelf := SHELVES.get(request.POST.get("shelf", "")):
        return render_row(request, order, shelf)
    if kind is ActionKind.SEND_CODE:
        # The dialog stays for its second step; only what stands behind it is told.
        return triggers(_dialog(request, order, kind), codes=[order.code], target="body")
    return triggers(HttpResponse(status=204), codes=[order.code])


def _refused(request: OfficeRequest, order: Order, kind: ActionKind, refusal: Refused) -> HttpResponse:
    """A form to mend comes back with what was filled in; a refusal by the state shows the order as it is."""
    to_mend = refusal.status == 400 and kind in DIALOGS
    known = {"errors": {kind: refusal.sentence}, **action_fields.typed(request, kind)} if to_mend else {}
    if not request.headers.get("HX-Request"):
        if not to_mend:
            messages.error(request, refusal.sentence)
        dialog = DIALOGS[kind][1] if to_mend else ""
        return render_card(request, order, "orders/order.html", open_dialog=dialog, status=refusal.status, **known)
    if to_mend:
        return _dialog(request, order, kind, status=422, **known)
    if shelf := SHELVES.get(request.POST.get("shelf", "")):
        return triggers(render_row(request, order, shelf, status=409), level="danger", text=refusal.sentence)
    answer = HttpResponse(status=refusal.status, headers={"HX-Reswap": "none"})
    return triggers(answer, codes=[order.code], level="danger", text=refusal.sentence)


def triggers(
    response: HttpResponse, *, codes: list[str] | None = None, level: str = "", text: str = "", target: str = ""
) -> HttpResponse:
    """Tell the page what happened: which orders to look at again, and a word for the person."""
    told: dict[str, Any] = {}
    if codes:
        told["order-changed"] = {"codes": codes} | ({"target": target} if target else {})
    if text:
        told["toast"] = {"level": level, "text": text}
    response["HX-Trigger"] = json.dumps(told)
    return response


def _back(request: OfficeRequest, order: Order) -> str:
    """Where the press was made: the shelf, or the order's page."""
    slug = request.POST.get("shelf", "")
    return f"/orders/{slug}/" if slug in SHELVES else f"/orders/{ref_of(request, order)}/"
