"""Pages of buyers: the list, the card of one, the texts that are sent to them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.buyers import contacting, parting, texts
from orders.buyers.cards import find_card, orders_of
from orders.buyers.contacting import number_of
from orders.buyers.disclosing import tell_page
from orders.buyers.page import buyer_page, buyers_page
from orders.buyers.texts_page import texts_page
from orders.models import BuyerCard
from staff.access import FORBIDDEN, OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_GET
def buyers(request: OfficeRequest) -> HttpResponse:
    return _list(request)


@requires(Permission.BUYERS_SEE, Permission.STAFF_MANAGE)
@sensitive_post_parameters("phone")
@require_POST
def own(request: OfficeRequest) -> HttpResponse:
    """A phone of the shop itself is named, or taken off the list."""
    now, phone = database_now(), request.POST.get("phone", "")
    change = parting.withdraw_own if request.POST.get("remove") else parting.declare_own
    try:
        number = number_of(phone)
        with transaction.atomic():
            change(number, by=request.actor, now=now)
    except Refused as refusal:
        return _list(request, status=422, own_phone=phone[:40], own_error=refusal.sentence)
    messages.success(request, gettext("Сохранено"))
    return redirect("buyers")


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_GET
def buyer(request: OfficeRequest, buyer: UUID) -> HttpResponse:
    """The card; of one that was joined to another, that other."""
    card = find_card(buyer, by=request.actor, now=database_now())
    if card.public_id != buyer:
        return redirect("buyer", buyer=card.public_id)
    return _card(request, card)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_POST
def note(request: OfficeRequest, buyer: UUID) -> HttpResponse:
    now, text = database_now(), request.POST.get("text", "")
    card = find_card(buyer, by=request.actor, now=now)
    try:
        contacting.note_buyer(card, text, by=request.actor, now=now)
    except Refused as refusal:
        return _card(request, card, status=422, note=text[:2000], note_error=refusal.sentence)
    messages.success(request, gettext("Заметка сохранена"))
    return redirect("buyer", buyer=card.public_id)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_POST
def part(request: OfficeRequest, buyer: UUID) -> HttpResponse:
    """The orders that are marked are another person's. Shows that person's card."""
    now = database_now()
    card = find_card(buyer, by=request.actor, now=now)
    _may_part(request)
    codes = [code[:32] for code in request.POST.getlist("order") if "\x00" not in code]
    named = orders_of(card.pk, by=request.actor, now=now).filter(code__in=codes).values_list("pk", flat=True)
    try:
        with transaction.atomic():
            other = parting.part(card, list(named), by=request.actor, now=now)
    except Refused as refusal:
        return _card(request, card, status=422, error=refusal.sentence)
    messages.success(request, gettext("Разделено. Эти карточки больше не объединятся сами"))
    return redirect("buyer", buyer=other.public_id)


@requires(Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
@require_POST
def rejoin(request: OfficeRequest, buyer: UUID) -> HttpResponse:
    """They are one buyer after all."""
    now = database_now()
    card = find_card(buyer, by=request.actor, now=now)
    _may_part(request)
    other = find_card(_uuid(request.POST.get("other", "")), by=request.actor, now=now)
    with transaction.atomic():
        stays = parting.rejoin(card, other, by=request.actor, now=now)
    messages.success(request, gettext("Карточки снова объединены"))
    return redirect("buyer", buyer=stays.public_id)


@requires(Permission.PAPERS_MANAGE)
@require_http_methods(["GET", "POST"])
def messages_page(request: OfficeRequest) -> HttpResponse:
    """The texts for buyers, and a form for each."""
    request.nav = "buyers"
    now = database_now()
    if request.method == "GET":
        return render(request, "buyers/texts.html", {"page": texts_page(now=now)})
    key, name, text = (request.POST.get(field, "") for field in ("key", "name", "text"))
    try:
        texts.save(key, name, text, by=request.actor, now=now)
    except Refused as refusal:
        page = texts_page(now=now, wrong=(key, name[:80], text[:1000], refusal.sentence))
        return render(request, "buyers/texts.html", {"page": page}, status=422)
    messages.success(request, gettext("Шаблон сохранён"))
    return redirect("message-texts")


@requires(Permission.PAPERS_MANAGE)
@require_POST
def remove_text(request: OfficeRequest, text: UUID) -> HttpResponse:
    texts.remove(text, by=request.actor, now=database_now())
    messages.success(request, gettext("Шаблон удалён"))
    return redirect("message-texts")


def _list(request: OfficeRequest, *, status: int = 200, **own: str) -> HttpResponse:
    request.nav = "buyers"
    now = database_now()
    page, shown = buyers_page(request.actor, request.GET.dict(), now=now, **own)
    tell_page(request, shown, now=now)
    part = request.headers.get("HX-Target") == "buyers"
    return render(request, "buyers/_list.html" if part else "buyers/buyers.html", {"page": page}, status=status)


def _card(request: OfficeRequest, card: BuyerCard, *, status: int = 200, **said: str) -> HttpResponse:
    request.nav = "buyers"
    now = database_now()
    page, shown = buyer_page(card, request.actor, request.GET.dict(), now=now, **said)
    tell_page(request, shown, now=now)
    return render(request, "buyers/buyer.html", {"page": page}, status=status)


def _may_part(request: OfficeRequest) -> None:
    """Who sees his own orders only cannot judge whose the others are."""
    if request.actor.orders_of is not None:
        raise Refused("forbidden", FORBIDDEN, status=403)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        sentence = gettext("Назовите карточку, с которой объединить")
        raise Refused("bad_value", sentence, status=400, field="other") from problem
