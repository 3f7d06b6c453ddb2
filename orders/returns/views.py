"""Pages of returns. A press becomes a verb of `orders.returns`, and its answer the page of the return again."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.card.reading import find_order
from orders.evidence.keeping import attach
from orders.models import Purpose, ReturnCase
from orders.returns import cases, forms
from orders.returns.case_page import case_page
from orders.returns.cases import find_case, require_desk
from orders.returns.claim_page import return_form
from orders.returns.goods import inspect
from orders.returns.listing import parse, returns_page
from orders.returns.states import Deed
from staff.access import OfficeRequest, require, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV = "returns"
# What the person may be told on the page itself; the rest is not his, or not there.
ON_THE_PAGE = (400, 409)


@requires(Permission.ORDERS_VIEW)
@require_GET
def returns(request: OfficeRequest) -> HttpResponse:
    """The list; `?open=` leads to the form of a new return or claim about that order."""
    request.nav = NAV
    require_desk(request.actor)
    asked = parse(request.actor, request.GET, places=places_of(request), shop=chosen_shop(request), now=database_now())
    code, problem = request.GET.get("open", "").strip()[:32], ""
    if code:
        try:
            return redirect(_form_of(request, code))
        except NotVisible:
            problem = gettext("Заказа с таким номером нет, или он вам не виден")
    page = returns_page(asked, problem=problem, code=code)
    part = request.headers.get("HX-Target") == "orders"
    return render(request, f"orders/returns/{'_list' if part else 'returns'}.html", {"page": page})


def _form_of(request: OfficeRequest, code: str) -> str:
    order = find_order(request, code)
    what = "claim" if request.GET.get("what") == "claim" else "return"
    shop = request.GET.get("shop", "")
    return f"/orders/{order.code}/{what}/{'?' + urlencode({'shop': shop}) if shop else ''}"


@requires(Permission.ORDERS_VIEW)
@require_GET
def case(request: OfficeRequest, case: UUID) -> HttpResponse:
    return show(request, find_case(case, by=request.actor))


@requires(Permission.ORDERS_VIEW)
@require_POST
def move(request: OfficeRequest, case: UUID, deed: Deed) -> HttpResponse:
    """Tell what happened to the return."""

    def tell(found: ReturnCase) -> str:
        at, note, seen = forms.moment(request.POST, "at"), request.POST.get("note", ""), request.POST.get("seen", "")
        cases.move(found, deed, by=request.actor, now=database_now(), at=at, note=note, seen=seen)
        return gettext("Сохранено")

    return _press(request, case, "move", tell)


@requires(Permission.ORDERS_VIEW)
@require_POST
def reason(request: OfficeRequest, case: UUID) -> HttpResponse:
    """Why the goods come back; whether it counts as quality follows from it."""

    def tell(found: ReturnCase) -> str:
        said, note = request.POST.get("reason", ""), request.POST.get("note", "")
        cases.tell_reason(found, said, by=request.actor, now=database_now(), note=note)
        return gettext("Причина сохранена")

    return _press(request, case, "reason", tell)


@requires(Permission.ORDERS_VIEW)
@require_POST
def goods(request: OfficeRequest, case: UUID) -> HttpResponse:
    """What came back is laid out."""

    def tell(found: ReturnCase) -> str:
        inspect(found, forms.pieces(request.POST), by=request.actor, now=database_now())
        return gettext("Товар разложен")

    return _press(request, case, "goods", tell)


@requires(Permission.ORDERS_VIEW)
@require_POST
def proof(request: OfficeRequest, case: UUID) -> HttpResponse:
    """Keep a proof with the return."""

    def tell(found: ReturnCase) -> str:
        require(request.actor, Permission.RETURNS_DECIDE)
        with transaction.atomic():
            offered = forms.proof(request, Purpose.RETURN)
            attach(cases.locked_order(found.order), offered, by=request.actor, now=database_now())
        return gettext("Приложено")

    return _press(request, case, "proof", tell)


@requires(Permission.ORDERS_VIEW, Permission.RETURNS_DECIDE)
@require_http_methods(["GET", "POST"])
def open_return(request: OfficeRequest, ref: str) -> HttpResponse:
    """A return that stands in the cabinet only: GET asks, POST takes it up."""
    request.nav = NAV
    require_desk(request.actor)
    order, now = find_order(request, ref), database_now()
    if request.method == "GET":
        return render(request, "orders/returns/form.html", {"form": return_form(order, now=now)})
    try:
        said, at = request.POST.get("reason", ""), forms.moment(request.POST, "at")
        made = cases.open_case(order, by=request.actor, now=now, reason=said, at=at)
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        form = return_form(order, now=now, error=refusal.sentence, wrong=refusal.field or "")
        return render(request, "orders/returns/form.html", {"form": form}, status=422)
    messages.success(request, gettext("Возврат заведён"))
    return redirect("return", case=made.public_id)


def _press(request: OfficeRequest, ref: UUID, form: str, tell: Callable[[ReturnCase], str]) -> HttpResponse:
    """Do it and show the return anew; what was refused stands on its page, in the form or by the line."""
    found = find_case(ref, by=request.actor)
    try:
        messages.success(request, tell(found))
    except Refused as refusal:
        if refusal.status not in ON_THE_PAGE:
            raise
        of_line = refusal.field is not None and refusal.field.startswith("line-")
        errors = {refusal.field if of_line and refusal.field else form: refusal.sentence}
        return show(request, find_case(ref, by=request.actor), status=422, errors=errors, filled=request.POST.dict())
    return redirect("return", case=ref)


def show(
    request: OfficeRequest,
    found: ReturnCase,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    filled: dict[str, str] | None = None,
) -> HttpResponse:
    request.nav = NAV
    page = case_page(found, request.actor, now=database_now(), errors=errors, filled=filled)
    return render(request, "orders/returns/case.html", {"page": page}, status=status)
