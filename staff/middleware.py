"""From a session or an API key to a company's scope, around the whole request; and refusals into answers."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from staff import keys, standing
from staff.access import Actor, key_as, member_as
from staff.counter import sessions
from staff.errors import NotVisible, Refused
from staff.holding import Place, hold
from staff.models import ApiKey, as_user
from staff.scoping import company_scope, tell_database
from staff.signin.sudo import is_by_pin

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
API = "/api/v1/"
# Who opens an invitation or a shared computer, or fetches a price list, is outside of every company, also when he works in
# one.
OUTSIDE = ("/invite/", "/counter/", "/feed/")
READS = frozenset({"GET", "HEAD"})
NOTED_EVERY = timedelta(minutes=1)
_NOTE_USE = """
UPDATE staff_apikey SET last_used_at = now() WHERE id = (SELECT id FROM staff_apikey WHERE company_id = %s AND id = %s
  AND (last_used_at IS NULL OR last_used_at < now() - make_interval(secs => %s)) FOR UPDATE SKIP LOCKED)
"""


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
        try:
            found = keys.admit(bearer(request), address=request.META.get("REMOTE_ADDR", ""))
        except keys.TooManyWrong:
            request.too_many_keys = True  # type: ignore[attr-defined]
            return self.get_response(request)
        if found is None:
            return self.get_response(request)
        with transaction_of(request), company_scope(found.company_id):
            if request.method not in READS:
                hold(Place.API_KEY, found.id)
            key = standing.of_key(found.id)
            if key is None or key.key.revoked_at is not None:
                return self.get_response(request)
            answer = self._answer(request, key_as(key))
        note_use(key.key)
        return answer

    def _with_member(self, request: HttpRequest) -> HttpResponse:
        with transaction_of(request):
            place = membership(request)
            if place is None:
                return self._with_nobody(request)
            company_id, member_id = place
            with company_scope(company_id):
                if request.method not in READS:
                    # Read after it is held: see `staff.holding`.
                    hold(Place.MEMBER, member_id)
                found = standing.of_member(member_id)
                actor = member_as(found) if found and found.member.is_active else None
                if is_by_pin(request):
                    actor = sessions.narrowed(request, actor)
                if found is None or actor is None:
                    return self._with_nobody(request)
                request.member = found.member  # type: ignore[attr-defined]
                request.second_step = found.second_step  # type: ignore[attr-defined]
                return self._answer(request, actor)

    def _with_nobody(self, request: HttpRequest) -> HttpResponse:
        return sessions.ended(request) if is_by_pin(request) else self.get_response(request)

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


def membership(request: HttpRequest) -> tuple[int, int] | None:
    """The company chosen in the session if the person still belongs to it, else his first one; and who he is in it."""
    tell_database("app.user", str(as_user(request.user).pk))
    with connection.cursor() as cursor:
        # Read past the manager on purpose: row security shows a person his own memberships in every company.
        cursor.execute(
            "SELECT company_id, id, count(*) OVER () FROM staff_member WHERE user_id = %s AND is_active"
            " ORDER BY company_id = %s DESC, id LIMIT 1",
            [as_user(request.user).pk, request.session.get("company", 0)],
        )
        row = cursor.fetchone()
    # Nothing else of the request sees, or may remove, his memberships elsewhere.
    tell_database("app.user", "")
    if row is None:
        return None
    request.several_companies = row[2] > 1  # type: ignore[attr-defined]
    return int(row[0]), int(row[1])


def note_use(key: ApiKey) -> None:
    """Write down that the key was used, at most once a minute, by itself and after the answer: a read stands in a
    snapshot of its own, and nobody waits for a note nor fails by it.
    """
    if key.last_used_at is not None and timezone.now() - key.last_used_at < NOTED_EVERY:
        return
    try:
        with company_scope(key.company_id), connection.cursor() as cursor:
            cursor.execute(_NOTE_USE, [key.company_id, key.pk, NOTED_EVERY.total_seconds()])
    except DatabaseError:
        log.warning("the use of key %s was not written down", key.prefix, exc_info=True)


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
            return self._page(request, 404, "not_found", gettext("Такого нет или оно вам не видно"))
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
