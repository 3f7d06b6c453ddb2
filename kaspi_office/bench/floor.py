"""What a page cannot go below: its own queries as plain SQL, its own bytes by the same template engine, in the same
middleware. What is asked and printed is kept from one run of the real thing; every further request replays it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from kaspi_office.frame import frame_of
from orders.api import order_json
from orders.lifecycle import Shelf
from orders.models import Order, OrderEntry
from orders.shelves.shelf import shelf_page
from orders.shelves.standing import slug_of
from orders.views import view_of
from staff.access import OfficeRequest, requires
from staff.permissions import Permission


@dataclass(slots=True)
class Statements:
    """An execute wrapper that keeps what goes through it."""

    kept: list[tuple[str, Any]]

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.kept.append((sql, params))
        return execute(sql, params, many, context)


@dataclass(frozen=True, slots=True)
class Kept:
    """The queries of a page and everything that its template prints."""

    statements: list[tuple[str, Any]]
    context: dict[str, Any]


_kept: dict[tuple[str, str], Kept] = {}


@requires(Permission.ORDERS_VIEW)
def shelf(request: OfficeRequest, shelf: Shelf) -> HttpResponse:
    """A shelf as it was at the first request for it."""
    request.nav = slug_of(shelf)
    kept = kept_of(request, shelf)
    with connection.cursor() as cursor:
        for sql, params in kept.statements:
            cursor.execute(sql, params)
            cursor.fetchall()
    return render(request, "orders/shelf.html", kept.context)


def kept_of(request: OfficeRequest, shelf: Shelf) -> Kept:
    """What the real page asks and prints for this person, in this database."""
    key = connection.settings_dict["NAME"], f"{request.actor.id} {request.get_full_path()}"
    if key not in _kept:
        heard = Statements([])
        with connection.execute_wrapper(heard):
            context = {"page": shelf_page(view_of(request, shelf)), "frame": frame_of(request)}
        _kept[key] = Kept(heard.kept, context)
    return _kept[key]


@requires(Permission.ORDERS_VIEW)
def nothing(request: OfficeRequest) -> HttpResponse:
    """An empty view with one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse(status=204)


@requires(Permission.ORDERS_VIEW)
def order_list(request: OfficeRequest) -> HttpResponse:
    """The newest hundred orders with their entries by `values()`, and JSON of the bytes that the list answers."""
    rows = list(Order.objects.order_by("-approved_at", "-id").values(*order_json.COLUMNS)[:101])
    ids = [row["id"] for row in rows]
    entries = OrderEntry.objects.filter(order_id__in=ids).order_by("order_id", "number")
    list(entries.values(*order_json.ENTRY_COLUMNS))
    answer = _answers.get(request.actor.company_id)
    return HttpResponse(json.dumps(answer, ensure_ascii=False).encode(), content_type="application/json")


_answers: dict[int, Any] = {}


def keep_answer(company_id: int, body: bytes) -> None:
    """What `order_list` prints for this company."""
    _answers[company_id] = json.loads(body)
