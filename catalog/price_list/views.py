"""Pages of price lists: bring a file, look at what it would change, correct, apply, take back."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import PriceLoad
from catalog.price_list import uploads, wishes
from catalog.price_list.errors_file import errors_sheet, template_sheet
from catalog.price_list.exporting import KASPI, OWN
from catalog.price_list.page import IN_PANEL, ROWS, load_card, upload_panel
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.exports import asking
from staff.formats import plural
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "catalog"
MOST_START: Final = 1_000_000
FORMS: Final = {"own": OWN, "kaspi": KASPI}


@requires(Permission.CATALOG_MANAGE)
@require_http_methods(["GET", "POST"])
def loads(request: OfficeRequest) -> HttpResponse:
    """The block by itself: the form, the load at hand and those before."""
    return _upload(request) if request.method == "POST" else _panel(request)


def _upload(request: OfficeRequest) -> HttpResponse:
    slug, form = request.POST.get("shop", ""), request.POST
    shop = places_of(request).shop(slug) if slug else chosen_shop(request)
    try:
        if shop is None:
            raise Refused("required", gettext("Выберите магазин, чей это прайс-лист"), status=400, field="shop")
        file = request.FILES.get("file")
        name, content = (file.name or "", file.read()) if file is not None else ("", b"")
        mode = form.get("mode", "listed")
        load = uploads.take(shop, name, content, mode, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _panel(request, error=refusal.sentence, status=422)
    return redirect("price-load", public_id=load.public_id)


def _panel(request: OfficeRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    request.nav = NAV
    panel = upload_panel(chosen_shop(request), request.actor, now=database_now(), error=error)
    return render(request, "catalog/upload.html", {"panel": panel}, status=status)


@requires(Permission.CATALOG_MANAGE)
@require_GET
def load(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """The report of one load. While a worker is at it, the card asks for itself."""
    request.nav, asked = NAV, request.GET
    found = uploads.find(public_id, by=request.actor)
    rows = IN_PANEL if asked.get("rows") == str(IN_PANEL) else ROWS
    kind, start = asked.get("kind", ""), _start(asked.get("start", "0"))
    card = load_card(found, by=request.actor, now=database_now(), kind=kind, start=start, rows=rows)
    part = request.headers.get("HX-Target") == "price-load"
    return render(request, "catalog/_load.html" if part else "catalog/load.html", {"load": card})


@requires(Permission.CATALOG_MANAGE)
@require_POST
def stop(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    def deed(found: PriceLoad) -> str:
        uploads.stop(found, by=request.actor, now=database_now())
        return gettext("Остановлено, ничего не изменено")

    return _done(request, public_id, deed)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def columns(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """What each column is, in their order."""

    def deed(found: PriceLoad) -> str:
        uploads.name_columns(found, request.POST.getlist("column"), by=request.actor, now=database_now())
        return gettext("Колонки запомнили, проверяем файл снова")

    return _done(request, public_id, deed)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def fix(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Put something in place of a word of the file."""

    def deed(found: PriceLoad) -> str:
        kind, word, put = (request.POST.get(name, "") for name in ("kind", "word", "put"))
        uploads.fix(found, kind, word, put, by=request.actor, now=database_now())
        return gettext("Подставили, проверяем файл снова")

    return _done(request, public_id, deed)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def apply(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    def deed(found: PriceLoad) -> str:
        said = {name: request.POST.get(name) == "yes" for name in ("off", "beyond")}
        done = wishes.ask(found, wishes.Deed.APPLY, by=request.actor, now=database_now(), **said)
        if done is None:
            return gettext("Применяем")
        offers = plural(done, "товар", "товаров")
        return gettext("Применено, изменили %(offers)s") % {"offers": offers} if done else gettext("Уже применено")

    return _done(request, public_id, deed)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def undo(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    def deed(found: PriceLoad) -> str:
        done = wishes.ask(found, wishes.Deed.UNDO, by=request.actor, now=database_now())
        offers = plural(done or 0, "товар", "товаров")
        return gettext("Возвращаем") if done is None else gettext("Вернули %(offers)s") % {"offers": offers}

    return _done(request, public_id, deed)


def _done(request: OfficeRequest, public_id: UUID, deed: Callable[[PriceLoad], str]) -> HttpResponse:
    """Do it and go back to the load; a refusal that he can mend is said there."""
    found = uploads.find(public_id, by=request.actor)
    try:
        messages.success(request, deed(found))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.sentence)
    return redirect("price-load", public_id=public_id)


@requires(Permission.CATALOG_MANAGE)
@require_GET
def errors(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    return errors_sheet(uploads.find(public_id, by=request.actor))


@requires(Permission.CATALOG_MANAGE)
@require_GET
def template(request: OfficeRequest) -> HttpResponse:
    return template_sheet()


@requires(Permission.CATALOG_MANAGE)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """Have «Мой прайс» or the one for Kaspi made by a worker; a shop that does not fit is told why."""
    shop = places_of(request).shop(request.POST.get("shop", ""))
    kind = FORMS.get(request.POST.get("form", ""), OWN)
    try:
        asking.ask(kind, {"shop": shop.slug}, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _panel(request, error=refusal.sentence, status=422)
    return redirect("files")


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return int(text[:8])
