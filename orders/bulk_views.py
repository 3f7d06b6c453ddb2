"""A press on the picked orders of a shelf: what became of each, in a panel over the table and on its row."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from orders import bulk, undoing
from orders.action_fields import places_said
from orders.action_views import triggers
from orders.bulk import Outcome
from orders.buyers.disclosing import of_lines, tell_page
from orders.filters import SHELVES, OrderFilter, select
from orders.lifecycle import Shelf
from orders.models import Order
from orders.shelves.page_models import BulkLine, BulkResult, Row, Undo
from orders.shelves.rows import row_of
from orders.shelves.standing import lines_of, reader_of, slug_of
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.formats import order_groups, plural
from staff.permissions import Permission
from staff.places import places_of

MOST_PICKED = 200
MILLISECONDS = 1000


@requires(Permission.ORDERS_ACCEPT)
@require_POST
def accept(request: OfficeRequest) -> HttpResponse:
    """Accept the picked orders, each by itself."""
    outcomes = bulk.accept(_picked(request), by=request.actor, now=database_now())
    return _answer(request, outcomes, gettext("Принимаем %(orders)s"), asked=len(_codes(request)))


@requires(Permission.ORDERS_PACK)
@require_POST
def pack(request: OfficeRequest) -> HttpResponse:
    """Pack the picked orders, all into the same number of places; one if nothing is said."""
    places = places_said(request, unsaid="1")
    outcomes = bulk.pack(_picked(request), places=places, by=request.actor, now=database_now())
    return _answer(request, outcomes, gettext("Собираем %(orders)s"), asked=len(_codes(request)))


@requires(Permission.ORDERS_VIEW)
@require_POST
def undo(request: OfficeRequest) -> HttpResponse:
    """Take back everything that one press has decided."""
    asked = [found for text in request.POST.getlist("action")[:MOST_PICKED] if (found := _uuid(text))]
    outcomes = bulk.undo(asked, by=request.actor, now=database_now())
    return _answer(request, outcomes, gettext("Отозвали %(orders)s"), asked=len(asked), undoable=False)


def _codes(request: OfficeRequest) -> list[str]:
    """The numbers that were picked; what is no number is left out."""
    return [code for code in dict.fromkeys(request.POST.getlist("pick")) if code.isalnum()][:MOST_PICKED]


def _picked(request: OfficeRequest) -> list[Order]:
    found = select(request.actor, OrderFilter(), places=places_of(request)).filter(code__in=_codes(request))
    return list(found.select_related("shop", "point"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _answer(
    request: OfficeRequest, outcomes: Sequence[Outcome], done: str, *, asked: int, undoable: bool = True
) -> HttpResponse:
    shelf = SHELVES.get(request.POST.get("shelf", ""), Shelf.NEW)
    result = _result(outcomes, done, asked=asked, shelf=shelf)
    if undoable:
        result = replace(result, undo=_undo(outcomes))
    if not request.headers.get("HX-Request"):
        return render(request, "orders/bulk.html", {"result": result})
    rows = _rows(request, outcomes, shelf)
    shown = {"result": result, "rows": rows, "slug": slug_of(shelf), "oob": True}
    return triggers(render(request, "orders/_bulk_answer.html", shown), level=result.level, text=result.title)


def _result(outcomes: Sequence[Outcome], done: str, *, asked: int, shelf: Shelf) -> BulkResult:
    taken = [one for one in outcomes if one.action is not None]
    left = [one for one in outcomes if one.action is None]
    unknown = asked - len(outcomes)
    taken_text = done % {"orders": plural(len(taken), "заказ", "заказов")} if taken else ""
    words = [taken_text] if taken else []
    if left or unknown > 0:
        words.append(gettext("оставили %(left)s из %(asked)s") % {"left": asked - len(taken), "asked": asked})
    return BulkResult(
        title=", ".join(words) or gettext("Ничего не выбрано"),
        level="warn" if left or unknown or not taken else "ok",
        slug=slug_of(shelf),
        left=tuple(_line(one) for one in left) + (_unseen(unknown),) * (unknown > 0),
        taken=tuple(_line(one) for one in taken),
        taken_text=taken_text,
    )


def _line(outcome: Outcome) -> BulkLine:
    order = outcome.order
    url = f"/orders/{order.code}/"
    line = BulkLine(order.code, url, order_groups(order.code), outcome.why, "danger" if outcome.why else "ok")
    if not outcome.may_insist:
        return line
    return replace(line, version=order.stage, again_url=f"{url}accept/", again_label=gettext("Принять всё равно"))


def _unseen(count: int) -> BulkLine:
    text = gettext("%(orders)s: таких нет или они вам не видны") % {"orders": plural(count, "заказ", "заказов")}
    return BulkLine("", "", ("", "", ""), text, "danger")


def _undo(outcomes: Sequence[Outcome]) -> Undo | None:
    """One button for the whole press."""
    ids = tuple(str(one.action.public_id) for one in outcomes if one.action and one.action.undo_until is not None)
    left = int(undoing.PAUSE.total_seconds() * MILLISECONDS)
    return Undo("/orders/actions/undo/", gettext("Отменить всё"), left, ids) if ids else None


def _rows(request: OfficeRequest, outcomes: Sequence[Outcome], shelf: Shelf) -> list[Row]:
    """The rows of these orders as they are now; one that was left says why."""
    why = {one.order.code: one.why for one in outcomes if one.why}
    lines = lines_of(Order.objects.filter(pk__in=[one.order.pk for one in outcomes]))
    reader = reader_of(request, shelf, lines, now=database_now())
    tell_page(request, of_lines(lines, shelf, by=request.actor, now=reader.now), now=reader.now)
    rows = [row_of(line, reader) for line in lines]
    return [replace(row, item_note=why[row.code], item_level="danger") if row.code in why else row for row in rows]
