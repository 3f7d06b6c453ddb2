"""Printing and its journal. A press is posted, written down, and leads to the paper; many orders lead to the list of files."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from orders.actions import find as find_order
from orders.documents import kinds, printing, stopping
from orders.documents.page import documents_page
from orders.filters import SHELVES, OrderFilter, parse, select
from orders.models import Order
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.exports.pages import ask
from staff.models import Door
from staff.permissions import Permission
from staff.places import chosen_shop, places_of
from staff.privacy.disclosures import tell


@requires(Permission.ORDERS_VIEW)
@require_GET
def documents(request: OfficeRequest) -> HttpResponse:
    request.nav = "documents"
    shop, point = chosen_shop(request), parse(request.GET).point or ""
    page = documents_page(request.actor, places=places_of(request), shop=shop, point=point, now=database_now())
    return render(request, "documents/documents.html", {"page": page})


@requires(Permission.ORDERS_VIEW)
@require_POST
def print_out(request: OfficeRequest) -> HttpResponse:
    """Print the picked orders, or with `all` the whole shelf under its filter."""
    wanted, now = kinds.read(request.POST.get("print", "")), database_now()
    with transaction.atomic():
        batch = printing.print_out(_picked(request), wanted, by=request.actor, now=now)
    return _lead(request, batch)


@requires(Permission.ORDERS_VIEW)
@require_POST
def again(request: OfficeRequest, batch: UUID) -> HttpResponse:
    with transaction.atomic():
        printed = printing.again(batch, by=request.actor, now=database_now())
    return _lead(request, printed)


@requires(Permission.ORDERS_VIEW)
@require_GET
def paper(request: OfficeRequest, batch: UUID) -> HttpResponse:
    """The paper of one's own press, to be looked at and printed. Whose buyers stand on it is told every time."""
    now = database_now()
    found = printing.own(batch, by=request.actor, now=now)
    if found.is_large:
        return redirect("files")
    printed = printing.make(found, by=request.actor, now=now)
    tell(request.actor, Door.PRINT, printed.persons, now=now)
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.wanted.paper}-{now:%Y-%m-%d}.pdf"'
    return response


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_PACK)
@require_POST
def put_aside(request: OfficeRequest) -> HttpResponse:
    """«Отложил»: the order leaves the stop list."""
    order = find_order(request.POST.get("order", "").replace("\x00", ""), by=request.actor)
    with transaction.atomic():
        done = stopping.put_aside(order, by=request.actor, now=database_now())
    messages.success(request, gettext("Заказ снят со стоп-листа") if done else gettext("Заказа в стоп-листе уже нет"))
    return redirect("documents")


def _picked(request: OfficeRequest) -> Sequence[Order]:
    form, places = request.POST, places_of(request)
    slug = form.get("shelf", "")
    if form.get("all"):
        wanted = parse(form.dict(), shelf=SHELVES.get(slug))
        orders = select(request.actor, wanted, places=places)
    else:
        refs = list(dict.fromkeys(form.getlist("pick")))[: printing.MOST + 1]
        codes, ids = [ref for ref in refs if ref.isalnum()], [ref for ref in map(_uuid, refs) if ref]
        found = select(request.actor, OrderFilter(shop=form.get("shop") or None), places=places)
        orders = found.filter(Q(code__in=codes) | Q(public_id__in=ids))
    return list(orders.select_related("shop", "point").order_by("id")[: printing.MOST + 1])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _lead(request: OfficeRequest, batch: UUID) -> HttpResponse:
    """To the paper, or where it will appear when a worker has made it."""
    if printing.find(batch, by=request.actor).is_large:
        return ask(request, "papers", {"batch": str(batch)})
    return redirect("paper", batch=batch)
