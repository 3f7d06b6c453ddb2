"""Pages of cards: the list, the form of one, its category, its versions, uploads."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.cards import dictionaries, editing, uploads
from catalog.cards.card_page import card_page
from catalog.cards.contents import attributes_of, draft_of
from catalog.cards.form import read_form
from catalog.cards.list_page import Wanted, cards_page
from catalog.cards.rules import Draft
from catalog.cards.upload_page import ROWS, upload_page
from catalog.models import Card, CardState, KaspiCategory
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.models import Shop
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

NAV: Final = "catalog"
LONGEST_QUERY: Final = 100
LONGEST_NUMBER: Final = 9


@requires(Permission.CATALOG_VIEW)
@require_GET
def cards(request: OfficeRequest) -> HttpResponse:
    """The list, with the uploads of late."""
    return _list(request)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def new(request: OfficeRequest) -> HttpResponse:
    """Begin a card under an SKU of a shop."""
    now = database_now()
    try:
        shop = _shop(request)
        card = editing.create(shop, request.POST.get("sku", ""), by=request.actor, now=now)
        dictionaries.want(shop, card.category_code, now=now)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _list(request, error=refusal.sentence, status=422)
    return redirect("catalog-card", public_id=card.public_id)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def send(request: OfficeRequest) -> HttpResponse:
    """Send the cards that are marked, or (`all`) every one that is ready."""
    try:
        shop = _shop(request)
        picked = None if request.POST.get("all") == "ready" else [_uuid(one) for one in request.POST.getlist("card")]
        upload = uploads.ask(shop, picked, by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _list(request, error=refusal.sentence, status=422)
    cards_ = plural(upload.total, "карточка", "карточек")
    messages.success(request, gettext("Отправляем: %(cards)s") % {"cards": cards_})
    return redirect("catalog-card-upload", public_id=upload.public_id)


@requires(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def card(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """One card: its form, or what was written in it. While its category is being read, the page asks for itself."""
    found = editing.find(public_id, by=request.actor)
    return _save(request, found) if request.method == "POST" else _card(request, found)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def category(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Choose the category; attributes of the former one stay until the next save, in case it was a slip."""
    found = editing.find(public_id, by=request.actor)
    code = request.POST.get("category", "")
    if not KaspiCategory.objects.filter(code=code).exists():
        raise Refused("bad_value", gettext("Такой категории у Kaspi нет"), status=400, field="category")
    told = draft_of(found)
    draft = Draft(**{**{name: getattr(told, name) for name in Draft.__slots__}, "category": code})
    return _written(request, found, draft)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def ask(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Have Kaspi asked which categories there are, or what this card's asks for; looking at a page asks nothing."""
    found = editing.find(public_id, by=request.actor)
    if dictionaries.want(found.shop, found.category_code, now=database_now()) is None:
        messages.success(request, gettext("Каталог Kaspi прочитан сегодня, спрашивать нечего"))
    return redirect("catalog-card", public_id=public_id)


@requires(Permission.CATALOG_MANAGE)
@require_POST
def restore(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Write an earlier version as a new one."""
    found = editing.find(public_id, by=request.actor)
    form, now = request.POST, database_now()
    number, version = _number(form.get("number", "")), _number(form.get("version", ""))
    try:
        editing.restore(found, number, version=version, by=request.actor, now=now)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _card(request, found, refusal=("version", refusal.sentence), status=refusal.status)
    messages.success(request, gettext("Версия %(number)s возвращена") % {"number": number})
    return redirect("catalog-card", public_id=public_id)


@requires(Permission.CATALOG_VIEW)
@require_GET
def upload(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """How far an upload is. While it is under way, the page asks for itself."""
    request.nav = NAV
    found = uploads.find(public_id, by=request.actor)
    start = _number(request.GET.get("start", "0")) // ROWS * ROWS
    page = upload_page(found, start, by=request.actor, now=database_now())
    part = request.headers.get("HX-Target") == "upload"
    return render(request, f"catalog/cards/{'_upload' if part else 'upload'}.html", {"page": page})


@requires(Permission.CATALOG_MANAGE)
@require_POST
def settle(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """Say what became of an upload whose outcome nobody knows."""
    found = uploads.find(public_id, by=request.actor)
    outcome = request.POST.get("outcome", "")
    if outcome not in ("arrived", "lost"):
        raise Refused("bad_value", gettext("Скажите, дошло или нет"), status=400, field="outcome")
    try:
        uploads.settle(found, arrived=outcome == "arrived", by=request.actor, now=database_now())
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, gettext("Записано"))
    return redirect("catalog-card-upload", public_id=public_id)


def _save(request: OfficeRequest, found: Card) -> HttpResponse:
    told = draft_of(found)
    asked = attributes_of([told.category])[told.category] or ()
    return _written(request, found, read_form(request.POST, told, asked))


def _written(request: OfficeRequest, found: Card, draft: Draft) -> HttpResponse:
    """Save; what is refused comes back in the form, so that nothing typed is lost."""
    now = database_now()
    try:
        version = _number(request.POST.get("version", ""))
        saved = editing.save(found, draft, version=version, by=request.actor, now=now)
        dictionaries.want(found.shop, saved.category_code, now=now)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        told = (refusal.field or "version", refusal.sentence)
        return _card(request, found, draft=draft, refusal=told, status=refusal.status)
    ready = saved.state == CardState.READY
    messages.success(request, gettext("Сохранено, карточка готова") if ready else gettext("Черновик сохранён"))
    return redirect("catalog-card", public_id=found.public_id)


def _card(
    request: OfficeRequest,
    found: Card,
    *,
    draft: Draft | None = None,
    refusal: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    request.nav, now = NAV, database_now()
    q = request.GET.get("category_q", "").strip()[:LONGEST_QUERY].replace("\x00", "")
    lookup = dictionaries.question_of(found.shop, found.category_code)
    page = card_page(found, lookup, by=request.actor, now=now, category_q=q, draft=draft, refusal=refusal)
    return render(request, "catalog/cards/card.html", {"page": page}, status=status)


def _list(request: OfficeRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    request.nav = NAV
    q, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    if len(q) > LONGEST_QUERY or "\x00" in q:
        raise Refused("bad_value", gettext("Запрос длиннее 100 знаков"), status=400, field="q")
    if state and state not in CardState.values:
        raise Refused("bad_value", gettext("Такого состояния карточек нет"), status=400, field="state")
    wanted = Wanted(chosen_shop(request), q, state, request.GET.get("after", ""))
    page = cards_page(wanted, by=request.actor, places=places_of(request), now=database_now(), error=error)
    return render(request, "catalog/cards/cards.html", {"page": page}, status=status)


def _shop(request: OfficeRequest) -> Shop:
    slug = request.POST.get("shop", "")
    found = places_of(request).shop(slug) if slug else chosen_shop(request)
    if found is None:
        raise Refused("required", gettext("Выберите магазин"), status=400, field="shop")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("bad_value", gettext("Такой карточки нет"), status=400, field="card") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise Refused("bad_value", gettext("Нужно целое число"), status=400, field="version")
    return int(text)
