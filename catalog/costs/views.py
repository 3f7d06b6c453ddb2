"""Pages of costs: receipts one by one and from files, taken back; tariffs by date."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.costs import files, forms, known, receipts, tariffs_page
from catalog.costs.files import Problem
from catalog.costs.page import Asked, costs_page
from catalog.costs.receipts import Receipt, require_company
from catalog.costs.tariffs import SHARES, YES_NO, TariffKind
from integrations.kaspi.sheet_apart import lines_apart
from integrations.kaspi.workbook import BadWorkbook
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY, plural
from staff.languages import kept
from staff.permissions import Permission

MOST_START = 1_000_000
MANAGE = (Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)


@requires(Permission.PROFIT_VIEW)
@require_GET
def costs(request: OfficeRequest) -> HttpResponse:
    start = request.GET.get("start", "0")
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return _costs(request, Asked(forms.text(request.GET, "sku", most=64), int(start[:8])))


@requires(*MANAGE)
@require_POST
def receive(request: OfficeRequest) -> HttpResponse:
    """Enter one receipt."""
    form = request.POST
    try:
        receipt = Receipt(
            forms.text(form, "sku", most=64),
            forms.day(form, "day"),
            forms.whole(form, "pieces"),
            forms.money(form, "unit_cost"),
            forms.text(form, "note", most=200),
        )
        receipts.receive(receipt, by=request.actor, now=database_now())
    except Refused as refusal:
        return _refused(request, refusal)
    messages.success(request, gettext("Поступление записано"))
    return redirect(Asked(receipt.sku).url())


@requires(*MANAGE)
@require_POST
def load(request: OfficeRequest) -> HttpResponse:
    """Enter a file of receipts: all of it, or nothing and what is wrong in it."""
    file, now = request.FILES.get("file"), database_now()
    try:
        require_company(request.actor, *MANAGE)
        name, content = (file.name or "", file.read()) if file is not None else ("", b"")
        if not content:
            raise Refused("required", gettext("Выберите файл .xlsx или .csv"), status=400, field="file")
        sheet = _read(content, now=now)
        if sheet.problems:
            sentence = gettext("Не записано ничего: исправьте строки ниже и загрузите файл ещё раз")
            return _costs(request, Asked(), error=sentence, problems=sheet.problems)
        made = receipts.load(sheet.receipts, name=name, digest=sha256(content).hexdigest(), by=request.actor, now=now)
    except Refused as refusal:
        return _refused(request, refusal)
    count = plural(made.receipts, "поступление", "поступлений")
    messages.success(request, gettext("Записано: %(count)s") % {"count": count})
    return redirect("costs")


@requires(*MANAGE)
@require_POST
def take_back(request: OfficeRequest) -> HttpResponse:
    """A receipt, or a whole file, was a mistake."""
    form, now = request.POST, database_now()
    if form.get("load"):
        receipts.take_load_back(forms.number(form, "load"), by=request.actor, now=now)
        messages.success(request, gettext("Загрузка отменена"))
        return redirect("costs")
    layer = receipts.take_back(forms.number(form, "layer"), by=request.actor, now=now)
    messages.success(request, gettext("Поступление отменено"))
    return redirect(Asked(layer.sku).url())


@requires(Permission.PROFIT_VIEW)
@require_http_methods(["GET", "POST"])
def tariffs(request: OfficeRequest) -> HttpResponse:
    """Tariffs as they hold on a day; a change is a row from its own day on."""
    if request.method == "POST":
        return put_tariff(request)
    return _tariffs(request)


@requires(*MANAGE)
@require_POST
def put_tariff(request: OfficeRequest) -> HttpResponse:
    form = request.POST
    try:
        kind, key = _tariff_of(form.get("tariff", ""), forms.text(form, "group", most=40))
        since = forms.day(form, "since")
        known.put(
            kind,
            key,
            since=since,
            value=_value(form, kind),
            note=forms.text(form, "note", most=200),
            by=request.actor,
            now=database_now(),
        )
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _tariffs(request, error=refusal.sentence)
    messages.success(request, gettext("Тариф записан"))
    return redirect(f"/catalog/tariffs/?on={since.isoformat()}")


def _tariff_of(text: str, group: str) -> tuple[TariffKind, str]:
    """«commission:food» names a row of the table; a group of one's own is named beside it."""
    name, _, key = text.partition(":")
    try:
        kind = TariffKind(name)
    except ValueError:
        raise Refused("bad_value", gettext("Выберите тариф"), status=400, field="tariff") from None
    return kind, group if kind is TariffKind.COMMISSION and group else key


def _value(form: forms.Form, kind: TariffKind) -> Decimal:
    text = form.get("value", "")
    if kind in YES_NO:
        found = forms.answer_of(text)
        if found is None:
            raise Refused("bad_value", gettext("Ответьте «да» или «нет»"), status=400, field="value")
        return found
    found = forms.number_of(text.replace("%", ""))
    if found is None:
        raise Refused("bad_value", gettext("Напишите число"), status=400, field="value")
    return found / 100 if kind in SHARES else found


def _read(content: bytes, *, now: datetime) -> files.Sheet:
    try:
        return files.read(lines_apart(content), now=now)
    except BadWorkbook as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad


def _refused(request: OfficeRequest, refusal: Refused) -> HttpResponse:
    if refusal.status == 403:
        raise refusal
    return _costs(request, Asked(), error=refusal.sentence)


def _costs(
    request: OfficeRequest, asked: Asked, *, error: str = "", problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    request.nav = "catalog"
    require_company(request.actor, Permission.PROFIT_VIEW)
    page = costs_page(asked, by=request.actor, now=database_now(), error=error, problems=problems)
    return render(request, "catalog/costs.html", {"page": page}, status=422 if error else 200)


def _tariffs(request: OfficeRequest, *, error: str = "") -> HttpResponse:
    request.nav = "catalog"
    require_company(request.actor, Permission.PROFIT_VIEW)
    today = database_now().astimezone(ALMATY).date()
    on = forms.day(request.GET, "on") if request.GET.get("on") else today
    page = tariffs_page.tariffs_page(on, today=today, by=request.actor, error=error)
    return render(request, "catalog/tariffs.html", {"page": page}, status=422 if error else 200)
