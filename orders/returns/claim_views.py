"""Pages of claims on the courier service."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from orders.card.reading import find_order
from orders.evidence.keeping import attach
from orders.models import Claim, Order, Purpose
from orders.returns import claims, forms
from orders.returns.cases import locked_order, require_desk
from orders.returns.claim_page import claim_form, claim_page
from orders.returns.claim_states import ClaimKind, ClaimStep
from orders.returns.views import NAV, ON_THE_PAGE
from staff.access import OfficeRequest, require, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW)
@require_http_methods(["GET", "POST"])
def claim(request: OfficeRequest, claim: UUID) -> HttpResponse:
    """GET shows the claim, POST tells its next step."""
    found = claims.find_claim(claim, by=request.actor)
    if request.method == "GET":
        return _show(request, found)
    try:
        claims.step(
            found,
            _step(request.POST.get("step", "")),
            by=request.actor,
            now=database_now(),
            number=request.POST.get("number", ""),
            share=request.POST.get("share", ""),
            seen=request.POST.get("seen", ""),
        )
    except Refused as refusal:
        return _refused(request, claim, refusal, form="step")
    messages.success(request, gettext("Сохранено"))
    return redirect("claim", claim=claim)


@requires(Permission.ORDERS_VIEW)
@require_POST
def proof(request: OfficeRequest, claim: UUID) -> HttpResponse:
    """Keep a proof with the claim."""
    found = claims.find_claim(claim, by=request.actor)
    require(request.actor, Permission.RETURNS_DECIDE)
    try:
        with transaction.atomic():
            offered = forms.proof(request, Purpose.CLAIM)
            attach(locked_order(found.order), offered, by=request.actor, now=database_now())
    except Refused as refusal:
        return _refused(request, claim, refusal, form="proof")
    messages.success(request, gettext("Приложено"))
    return redirect("claim", claim=claim)


@requires(Permission.ORDERS_VIEW, Permission.RETURNS_DECIDE)
@require_http_methods(["GET", "POST"])
def open_claim(request: OfficeRequest, ref: str) -> HttpResponse:
    """GET asks what was lost or damaged, POST begins the claim."""
    request.nav = NAV
    require_desk(request.actor)
    order, now = find_order(request, ref), database_now()
    if request.method == "GET":
        return render(request, "orders/returns/form.html", {"form": claim_form(order, now=now)})
    try:
        made = _begin(request, order)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        wrong, filled = refusal.field or "", request.POST.dict()
        form = claim_form(order, now=now, error=refusal.sentence, wrong=wrong, filled=filled)
        return render(request, "orders/returns/form.html", {"form": form}, status=422)
    messages.success(request, gettext("Претензия заведена"))
    return redirect("claim", claim=made.public_id)


def _begin(request: OfficeRequest, order: Order) -> Claim:
    form, now = request.POST, database_now()
    kind, since = form.get("kind", ""), forms.moment(form, "since")
    if kind not in ClaimKind.values:
        raise Refused("bad_kind", gettext("Потерян или повреждён?"), status=400, field="kind")
    if since is None:
        sentence = gettext("Когда товар двигался последний раз, или когда увидели повреждение?")
        raise Refused("bad_moment", sentence, status=400, field="since")
    far = form.get("far") == "yes"
    return claims.open_claim(
        order, ClaimKind(kind), amount=forms.amount(form), since=since, far=far, by=request.actor, now=now
    )


def _step(name: str) -> ClaimStep:
    if name not in ClaimStep.values:
        raise Refused("bad_step", gettext("Выберите, что случилось с претензией"), status=400, field="step")
    return ClaimStep(name)


def _show(
    request: OfficeRequest, found: Claim, *, status: int = 200, errors: dict[str, str] | None = None
) -> HttpResponse:
    request.nav = NAV
    filled = request.POST.dict() if errors else {}
    page = claim_page(found, request.actor, now=database_now(), errors=errors, filled=filled)
    return render(request, "orders/returns/claim.html", {"page": page}, status=status)


def _refused(request: OfficeRequest, ref: UUID, refusal: Refused, *, form: str) -> HttpResponse:
    if refusal.status not in ON_THE_PAGE:
        raise refusal
    found = claims.find_claim(ref, by=request.actor)
    return _show(request, found, status=422, errors={form: refusal.sentence})
