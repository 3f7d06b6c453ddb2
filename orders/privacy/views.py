"""Pages of personal data; what an owner decides there is done by `staff.privacy.retention` and `orders.buyers.forgetting`."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.buyers import forgetting
from orders.privacy.breach_page import breach_page
from orders.privacy.page import found_words, preview_of, privacy_page, retention_of
from orders.privacy.page_models import Forgetting
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.exports.pages import ask
from staff.permissions import Permission
from staff.privacy.retention import keep_buyers, kept_days, read_days


@requires(Permission.AUDIT_VIEW)
@require_GET
def privacy(request: OfficeRequest) -> HttpResponse:
    return _page(request)


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def retention(request: OfficeRequest) -> HttpResponse:
    """How long buyers are kept: first what it would do, then, confirmed, done. GET: back from a proof of who he is."""
    if request.method == "GET":
        return redirect("privacy")
    now, text = database_now(), request.POST.get("days", "")
    try:
        days = read_days(text)
    except Refused as refusal:
        return _page(
            request, status=422, retention=retention_of(kept_days(), days_text=text[:6], error=refusal.sentence)
        )
    if request.POST.get("sure") != "yes":
        preview = preview_of(days, now=now)
        shown = retention_of(kept_days(), days_text=str(days or ""), preview=preview, asked=True)
        return _page(request, retention=shown)
    with transaction.atomic():
        keep_buyers(days, by=request.actor, now=now)
    messages.success(request, gettext("Срок хранения сохранён"))
    return redirect("privacy")


@requires(Permission.COMPANY_MANAGE, sudo=True)
@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
def forget(request: OfficeRequest) -> HttpResponse:
    """Forget one buyer: first whose orders these are, then, confirmed, done. His phone never stands in an address."""
    if request.method == "GET":
        return redirect("privacy")
    now, phone = database_now(), request.POST.get("phone", "")
    try:
        if request.POST.get("sure") != "yes":
            asked = forgetting.count_of(phone, now=now)
            return _page(
                request, found=Forgetting(phone[:40], found_words(asked), sure=bool(asked.closed or asked.open))
            )
        with transaction.atomic():
            done = forgetting.ask_to_forget(phone, by=request.actor, now=now)
    except Refused as refusal:
        return _page(request, status=422, found=Forgetting(phone[:40], error=refusal.sentence))
    messages.success(request, gettext("Покупатель забыт. %(orders)s") % {"orders": found_words(done)})
    return redirect("privacy")


@requires(Permission.COMPANY_MANAGE)
@require_GET
def report(request: OfficeRequest) -> HttpResponse:
    request.nav = "staff"
    page = breach_page(request.actor, request.GET.dict(), now=database_now())
    part = request.headers.get("HX-Target") == "breach"
    return render(request, "privacy/_breach.html" if part else "privacy/breach.html", {"page": page})


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    return ask(request, "breach", request.POST.dict())


def _page(request: OfficeRequest, *, status: int = 200, **parts: Any) -> HttpResponse:
    request.nav = "staff"
    page = privacy_page(request.actor, now=database_now(), **parts)
    return render(request, "privacy/privacy.html", {"page": page}, status=status)
