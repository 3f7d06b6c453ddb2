"""Pages of matching: bring a list, look at what each line may be, decide."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.matching import deciding, lists
from catalog.matching.page import ROWS, first_kind, list_page, lists_page
from catalog.models import SupplierLine, SupplierList, Verdict
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "catalog"
LONGEST_NUMBER: Final = 9


@requires(Permission.CATALOG_MANAGE)
@require_http_methods(["GET", "POST"])
def matches(request: OfficeRequest) -> HttpResponse:
    """The lists that were brought, and the form for another."""
    return _take(request) if request.method == "POST" else _lists(request)


@requires(Permission.CATALOG_MANAGE)
@require_GET
def match(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """The lines of a list. While it is being read, the page asks for itself."""
    found = lists.find(public_id, by=request.actor)
    return _list(request, found)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def decide(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """A word on one line: `offer` (an SKU, chosen or typed), `draft` or `skip`."""
    found = lists.find(public_id, by=request.actor)
    line = deciding.line_of(found, _number(request.POST.get("row", "")))
    try:
        said = _decided(request, found, line)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _list(request, found, refusal=(line.row, refusal.sentence), status=refusal.status)
    messages.success(request, said)
    return redirect(f"/catalog/matches/{public_id}/?kind={Verdict(line.verdict).value}")


@requires(Permission.CATALOG_MANAGE)
@require_POST
def bind_sure(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Bind all lines that are sure."""
    found = lists.find(public_id, by=request.actor)
    bound, held = deciding.bind_sure(found, by=request.actor, now=database_now())
    told = {"lines": plural(bound, "строка", "строк"), "held": held}
    said = gettext("Привязано: %(lines)s, на проверку оставлено %(held)s") if held else gettext("Привязано: %(lines)s")
    messages.success(request, said % told)
    return redirect("catalog-match", public_id=public_id)


def _decided(request: OfficeRequest, found: SupplierList, line: SupplierLine) -> str:
    form, now = request.POST, database_now()
    act = form.get("act", "")
    if act == "draft":
        card = deciding.draft(found, line, by=request.actor, now=now)
        return gettext("Черновик карточки «%(sku)s» заведён") % {"sku": card.sku}
    if act == "skip":
        deciding.skip(found, line, by=request.actor, now=now)
        return gettext("Строка пропущена")
    # A typed article is meant more than one that stood marked from the beginning.
    sku = form.get("typed", "").strip() or form.get("offer", "")
    offer = deciding.bind(found, line, sku, by=request.actor, now=now)
    return gettext("Привязано к «%(sku)s»") % {"sku": offer.sku}


def _take(request: OfficeRequest) -> HttpResponse:
    slug = request.POST.get("shop", "")
    shop = places_of(request).shop(slug) if slug else chosen_shop(request)
    try:
        if shop is None:
            raise Refused("required", gettext("Выберите магазин"), status=400, field="shop")
        file = request.FILES.get("file")
        name, content = (file.name or "", file.read()) if file is not None else ("", b"")
        stock = request.POST.get("stock") == "yes"
        batch = lists.take(shop, name, content, binds_stock=stock, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _lists(request, error=refusal.sentence, status=422)
    return redirect("catalog-match", public_id=batch.public_id)


def _lists(request: OfficeRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    request.nav = NAV
    page = lists_page(request.actor, places_of(request), chosen_shop(request), now=database_now(), error=error)
    return render(request, "catalog/matching/lists.html", {"page": page}, status=status)


def _list(
    request: OfficeRequest, found: SupplierList, *, refusal: tuple[int, str] = (0, ""), status: int = 200
) -> HttpResponse:
    request.nav = NAV
    asked = request.GET.get("kind", "") or request.POST.get("kind", "")
    kind = Verdict(asked) if asked in Verdict.values else first_kind(found)
    start = _number(request.GET.get("start", "0")) // ROWS * ROWS
    page = list_page(found, kind, start, by=request.actor, now=database_now(), refusal=refusal)
    part = request.headers.get("HX-Target") == "match"
    return render(request, f"catalog/matching/{'_list' if part else 'list'}.html", {"page": page}, status=status)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise Refused("bad_value", gettext("Нужно целое число"), status=400, field="row")
    return int(text)
