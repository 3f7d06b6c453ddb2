"""Pages of profit: the table, its file, expenses, and Kaspi Pay's sheets."""

from datetime import date, timedelta
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.costs import forms
from orders.models import ExpenseKind
from orders.profit import expenses, pay
from orders.profit.expenses import Told
from orders.profit.expenses_page import expenses_page
from orders.profit.page import Asked, profit_page
from orders.profit.sums import MOST_DAYS, By, Sort
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.pages import ask
from staff.formats import ALMATY, plural
from staff.models import Shop
from staff.permissions import Permission
from staff.places import places_of

MOST_START = 1_000_000
MANAGE = (Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
Kind = TypeVar("Kind", By, Sort, ExpenseKind)


@requires(Permission.PROFIT_VIEW)
@require_GET
def profit(request: OfficeRequest) -> HttpResponse:
    request.nav = "profit"
    shops, asked = whole_shops(request), read(request)
    page = profit_page(asked, shops, places_of(request).points, by=request.actor)
    return render(request, "orders/profit/profit.html", {"page": page})


@requires(Permission.PROFIT_VIEW)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """Every line of the window, as a file."""
    return ask(request, "profit", request.POST.dict())


@requires(Permission.PROFIT_VIEW)
@require_http_methods(["GET", "POST"])
def spent(request: OfficeRequest) -> HttpResponse:
    """What was paid beside orders; a POST writes another one down."""
    return tell(request) if request.method == "POST" else _expenses(request)


@requires(*MANAGE)
@require_POST
def tell(request: OfficeRequest) -> HttpResponse:
    form = request.POST
    try:
        told = Told(
            chosen(form.get("kind", ""), ExpenseKind, "kind"),
            forms.day(form, "first"),
            forms.day(form, "last"),
            forms.money(form, "amount"),
            forms.text(form, "sku", most=64),
            forms.text(form, "note", most=200),
        )
        shop = _shop(request, form.get("shop", ""))
        expenses.tell(shop, told, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _expenses(request, error=refusal.sentence)
    messages.success(request, gettext("Расход записан"))
    return redirect(f"/profit/expenses/?shop={shop.slug}")


@requires(*MANAGE)
@require_POST
def take_back(request: OfficeRequest) -> HttpResponse:
    row = expenses.take_back(forms.number(request.POST, "expense"), by=request.actor, now=database_now())
    messages.success(request, gettext("Расход отменён"))
    return redirect(f"/profit/expenses/?shop={row.shop.slug}")


@requires(*MANAGE)
@require_POST
def load_pay(request: OfficeRequest) -> HttpResponse:
    """Take in a sheet of Kaspi Pay: what it tells of orders are facts."""
    file = request.FILES.get("file")
    try:
        shop = _shop(request, request.POST.get("shop", ""))
        content = file.read() if file is not None else b""
        read_in = pay.load(shop, content, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _expenses(request, error=refusal.sentence)
    told = {"new": plural(read_in.new, "операция", "операций"), "same": read_in.same, "other": read_in.other}
    said = gettext("Записано: %(new)s. Уже были: %(same)s, не о заказах: %(other)s.")
    messages.success(request, said % told)
    return redirect(f"/profit/expenses/?shop={shop.slug}")


def read(request: OfficeRequest) -> Asked:
    """What the address asks for. Raises Refused 400, NotVisible for a shop that he does not see whole."""
    today = database_now().astimezone(ALMATY).date()
    query = request.GET
    last = forms.day(query, "to") if query.get("to") else today
    first = forms.day(query, "from") if query.get("from") else last - timedelta(days=29)
    check_days(first, last)
    start = query.get("start", "0")
    if not (start.isascii() and start.isdigit()) or int(start[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    shop = _shop(request, query["shop"]) if query.get("shop") else None
    by, sort = chosen(query.get("by", "sku"), By, "by"), chosen(query.get("sort", "worst"), Sort, "sort")
    return Asked(shop, first, last, today, by, sort, int(start[:8]))


def check_days(first: date, last: date) -> None:
    """Raises Refused 400 for days that nobody can count over."""
    if not date(2015, 1, 1) <= first <= last <= date(2100, 1, 1):
        raise Refused("bad_value", gettext("Первый день – не позже последнего"), status=400, field="from")
    if (last - first).days >= MOST_DAYS:
        raise Refused("bad_value", gettext("Не больше 92 дней за раз"), status=400, field="from")


def chosen(text: str, kind: type[Kind], field: str) -> Kind:
    """The value of this name. Raises Refused."""
    try:
        return kind(text)
    except ValueError:
        raise Refused("bad_value", gettext("Такого выбора нет"), status=400, field=field) from None


def whole_shops(request: OfficeRequest) -> tuple[Shop, ...]:
    """Profit is told over whole shops. Raises Refused 403 for who sees none whole."""
    found = tuple(shop for shop in places_of(request).shops if request.actor.sees_whole(shop.pk))
    if places_of(request).shops and not found:
        raise Refused("forbidden", gettext("Прибыль видит тот, кому виден весь магазин"), status=403)
    return found


def _shop(request: OfficeRequest, slug: str) -> Shop:
    found = next((shop for shop in whole_shops(request) if slug in ("", shop.slug)), None)
    if found is None:
        raise NotVisible(slug)
    return found


def _expenses(request: OfficeRequest, *, error: str = "") -> HttpResponse:
    request.nav = "profit"
    slug = request.POST.get("shop", "") or request.GET.get("shop", "")
    shop, shops = _shop(request, slug), whole_shops(request)
    page = expenses_page(shop, shops, by=request.actor, now=database_now(), error=error)
    return render(request, "orders/profit/expenses.html", {"page": page}, status=422 if error else 200)
