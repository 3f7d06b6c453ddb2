"""Pages of the cabinet's export: bring a file, look at what it would change, write it."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.buyers.disclosing import tell_page
from orders.cabinet import applying, uploads
from orders.cabinet.page import ROWS, batch_page, imports_page, persons_of, read_kind
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "quality"
MOST_START: Final = 1_000_000


@requires(Permission.QUALITY_IMPORT)
@require_http_methods(["GET", "POST"])
def imports(request: OfficeRequest) -> HttpResponse:
    """The files that were brought, and the form for another."""
    return upload(request) if request.method == "POST" else _list(request)


@requires(Permission.QUALITY_IMPORT)
@require_POST
def upload(request: OfficeRequest) -> HttpResponse:
    """Take a file of one shop; what it would change is said on its page."""
    shop = _shop(request)
    try:
        if shop is None:
            raise Refused("required", gettext("Выберите магазин, из которого выгрузка"), status=400, field="shop")
        file = request.FILES.get("file")
        name, content = (file.name or "", file.read()) if file is not None else ("", b"")
        batch = uploads.take(shop, name, content, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _list(request, error=refusal.sentence, status=422)
    return redirect("cabinet-import", public_id=batch.public_id)


@requires(Permission.QUALITY_IMPORT)
@require_GET
def batch(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """The report. While the file is being read, the page asks for itself."""
    request.nav, now = NAV, database_now()
    found = uploads.find(public_id, by=request.actor)
    kind, start = read_kind(request.GET.get("kind", "")), _start(request.GET.get("start", "0"))
    page = batch_page(found, kind, start, by=request.actor, now=now)
    tell_page(request, persons_of(found, kind, start, by=request.actor, now=now), now=now)
    part = request.headers.get("HX-Target") == "import"
    return render(request, "orders/cabinet/_import.html" if part else "orders/cabinet/import.html", {"page": page})


@requires(Permission.QUALITY_IMPORT)
@require_POST
def apply(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = uploads.find(public_id, by=request.actor)
    against = request.POST.get("against") == "yes"
    try:
        done = applying.apply(found, by=request.actor, now=database_now(), against=against)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.sentence)
    else:
        orders = plural(done, "заказ", "заказов")
        messages.success(
            request, gettext("Записано, изменили %(orders)s") % {"orders": orders} if done else gettext("Уже записано")
        )
    return redirect("cabinet-import", public_id=public_id)


def _shop(request: OfficeRequest) -> Shop | None:
    slug = request.POST.get("shop", "")
    return places_of(request).shop(slug) if slug else chosen_shop(request)


def _list(request: OfficeRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    request.nav = NAV
    page = imports_page(request.actor, places_of(request), chosen_shop(request), now=database_now(), error=error)
    return render(request, "orders/cabinet/imports.html", {"page": page}, status=status)


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return int(text[:8]) // ROWS * ROWS
