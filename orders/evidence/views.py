"""Proofs on pages: add one, look at one, take all of them along."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from orders.action_views import triggers
from orders.buyers.showing import sees_buyer
from orders.card.page import order_page
from orders.card.reading import find_order, known_of, ref_of
from orders.evidence import keeping
from orders.evidence.forms import proofs_of
from orders.evidence.packing import EXTENSIONS, pack
from orders.models import Evidence, Order, Purpose
from orders.turns import take_turn
from orders.views import render_card
from staff import audit
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import Door
from staff.permissions import Permission
from staff.privacy.disclosures import tell

DIALOG = "orders/_evidence_dialog.html"


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_http_methods(["GET", "POST"])
def evidence(request: OfficeRequest, ref: str) -> HttpResponse:
    """GET asks what there is to keep, POST keeps it."""
    order = find_order(request, ref)
    if request.method == "GET":
        return _ask(request, order)
    try:
        _keep(request, order)
    except Refused as refusal:
        return _ask(request, order, refusal)
    if request.headers.get("HX-Request"):
        return triggers(HttpResponse(status=204), codes=[order.code], level="ok", text=gettext("Сохранено"))
    messages.success(request, gettext("Сохранено"))
    return redirect("order", ref=ref_of(request, order))


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_GET
def one(request: OfficeRequest, ref: str, proof: UUID) -> HttpResponse:
    """The file of one proof, never opened by the browser itself."""
    now = database_now()
    order = _open_to(request, ref, now=now)
    found = Evidence.objects.filter(order_id=order.pk, public_id=proof).exclude(file=None).first()
    if found is None or found.file is None:
        raise NotVisible
    tell(request.actor, Door.EXPORT, [order.code], now=now)
    name = f"{order.code}-{found.kind}-{found.happened_at:%Y%m%d-%H%M}.{EXTENSIONS[found.media_type]}"
    response = HttpResponse(bytes(found.file), content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_GET
def packed(request: OfficeRequest, ref: str) -> HttpResponse | FileResponse:
    """All proofs of an order with its facts and history, as one ZIP."""
    now = database_now()
    order = _open_to(request, ref, now=now)
    tell(request.actor, Door.EXPORT, [order.code], now=now)
    audit.record(request.actor, "order.evidence_read", subject=("order", order.code), now=now)
    made = pack(order, now=now)
    return FileResponse(made, as_attachment=True, filename=f"{order.code}-evidence.zip", content_type="application/zip")


def _open_to(request: OfficeRequest, ref: str, *, now: datetime) -> Order:
    """The order, if its buyer is shown to this person whole: proofs are about him."""
    order = find_order(request, ref)
    if not sees_buyer(request.actor, closed_at=order.closed_at, now=now):
        raise NotVisible
    return order


def _keep(request: OfficeRequest, order: Order) -> None:
    purpose = request.POST.get("purpose", Purpose.OTHER)
    if purpose not in Purpose.values:
        raise Refused("bad_purpose", gettext("К чему это подтверждение?"), status=400, field="purpose")
    proofs = proofs_of(request, Purpose(purpose))
    if not proofs:
        sentence = gettext("Укажите звонок и чем он кончился, приложите снимок или напишите, что было")
        raise Refused("no_proof", sentence, status=400, field="evidence")
    with transaction.atomic():
        take_turn(order.shop_id)
        locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if locked.forgotten_at is not None:
            raise Refused("forgotten", gettext("Данные покупателя уже стёрты, подтверждения к заказу не хранятся"))
        now = database_now()
        for proof in proofs:
            keeping.attach(locked, proof, by=request.actor, now=now)


def _ask(request: OfficeRequest, order: Order, refusal: Refused | None = None) -> HttpResponse:
    known: dict[str, Any] = {"asked": "evidence", "filled": request.POST.dict() if refusal else request.GET.dict()}
    known |= {"errors": {"evidence": refusal.sentence}} if refusal else {}
    if not request.headers.get("HX-Request"):
        status = refusal.status if refusal else 200
        return render_card(request, order, "orders/order.html", open_dialog="evidence", status=status, **known)
    if refusal is not None and refusal.status != 400:
        answer = HttpResponse(status=refusal.status, headers={"HX-Reswap": "none"})
        return triggers(answer, codes=[order.code], level="danger", text=refusal.sentence)
    page = order_page(known_of(request, order, **known))
    context = {"page": page, "dialog": page.evidence_dialog, "open": "evidence"}
    return render(request, DIALOG, context, status=422 if refusal else 200)
