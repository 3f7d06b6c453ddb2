"""From a session or an API key to a company's scope, around the whole request; and refusals into answers."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from staff import keys
from staff.access import Actor, actor_of_key, actor_of_member
from staff.errors import NotVisible, Refused
from staff.holding import Place, hold
from staff.models import ApiKey, Member, as_user
from staff.scoping import company_scope, tell_database

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
API = "/api/v1/"
# Who opens an invitation is outside of every company, also when he works in one.
OUTSIDE = ("/invite/",)
READS = frozenset({"GET", "HEAD"})


class RequestIdMiddleware:
    """Gives each request an id, and each dynamic answer `private, no-store` (reliability.md §1.2, row 9)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("X-Request-Id", request.request_id)  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response


class TenantMiddleware:
    """Opens the transaction of the request and the scope of its company.

    ATOMIC_REQUESTS would end before a template renders, and then row security shows nothing (reliability.md §1.3, M 12);
    so the transaction is here, around everything. An answer of 500 or more rolls it back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API):
            return self._with_key(request)
        outside = request.path.startswith(OUTSIDE)
        if not outside and getattr(request, "user", None) is not None and request.user.is_authenticated:
            return self._with_member(request)
        return self.get_response(request)

    def _with_key(self, request: HttpRequest) -> HttpResponse:
        found = keys.find(bearer(request))
        if found is None:
            return self.get_response(request)
        with transaction_of(request), company_scope(found.company_id):
            if request.method not in READS:
                hold(Place.API_KEY, found.id)
            key = ApiKey.objects.filter(pk=found.id, revoked_at=None).first()
            return self.get_response(request) if key is None else self._answer(request, actor_of_key(key))

    def _with_member(self, request: HttpRequest) -> HttpResponse:
        with transaction_of(request):
            company_id = membership(request)
            if company_id is None:
                return self.get_response(request)
            with company_scope(company_id):
                member = present_member(request)
                if member is None:
                    return self.get_response(request)
                request.member = member  # type: ignore[attr-defined]
                return self._answer(request, actor_of_member(member))

    def _answer(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "") or ""
        request.actor = replace(  # type: ignore[attr-defined]
            actor, request_id=getattr(request, "request_id", ""), address=address
        )
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


@contextmanager
def transaction_of(request: HttpRequest) -> Iterator[None]:
    """One transaction around the request. A request that only reads sees the database as it stood at one moment.

    Between two of its queries a worker may settle an action and move the order; a page made of both halves would offer
    what is over already, and with nothing on its way it would never ask again.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and request.method in READS:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def membership(request: HttpRequest) -> int | None:
    """The company chosen in the session if the person still belongs to it, else his first one."""
    tell_database("app.user", str(as_user(request.user).pk))
    with connection.cursor() as cursor:
        # Read past the manager on purpose: row security shows a person his own memberships in every company.
        cursor.execute(
            "SELECT company_id FROM staff_member WHERE user_id = %s AND is_active ORDER BY company_id = %s DESC, id LIMIT 1",
            [as_user(request.user).pk, request.session.get("company", 0)],
        )
        row = cursor.fetchone()
    # Nothing else of the request sees, or may remove, his memberships elsewhere.
    tell_database("app.user", "")
    return None if row is None else int(row[0])


def present_member(request: HttpRequest) -> Member | None:
    """His membership in the scope's company. Who writes holds it, and it is read once more then: see `staff.holding`."""
    mine = Member.objects.filter(user_id=as_user(request.user).pk, is_active=True)
    found: Member | None = mine.first()
    if found is not None and request.method not in READS:
        hold(Place.MEMBER, found.pk)
        found = mine.first()
    return found


def bearer(request: HttpRequest) -> str:
    """The key of `Authorization: Bearer …`, or an empty string. Never from the query string."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


class RefusalMiddleware:
    """Turns a rule's Refused and NotVisible into pages, fragments for htmx, or JSON under /api/ outside DRF."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotVisible):
            return self._page(request, 404, "not_found", "Такого нет или оно вам не видно")
        if isinstance(exception, Refused):
            return self._page(request, exception.status, exception.code, exception.sentence)
        return None

    def _page(self, request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
        if request.path.startswith("/api/"):
            error = {"code": code, "message": sentence, "field": None, "request_id": getattr(request, "request_id", "")}
            return JsonResponse({"error": error}, status=status)
        if request.headers.get("HX-Request"):
            return render(request, "_components/_refused.html", {"sentence": sentence, "code": code}, status=status)
        template = f"errors/{status if status in (400, 403, 404) else 409}.html"
        return render(request, template, {"sentence": sentence}, status=status)
