"""The door for programs: who may come in, what a body may be, how an error is told (contract.md §5).

Settings name these; `rest_framework.views` imports them, so this module must not import it back. Views stand on
`staff.endpoints`.
"""

from collections.abc import Mapping
from typing import IO, Any, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import transaction
from django.http import Http404
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from staff import strict_json
from staff.access import FORBIDDEN, Actor, require
from staff.answers import moment
from staff.errors import NotVisible, Refused
from staff.languages import later as _
from staff.signin import attempts

# Exception → (status, code, sentence). The first that fits.
TOLD: Mapping[type[Exception], tuple[int, str, str]] = {
    NotVisible: (404, "not_found", _("Такого нет или оно вам не видно")),
    Http404: (404, "not_found", _("Такого нет или оно вам не видно")),
    PermissionDenied: (403, "forbidden", FORBIDDEN),
    RequestDataTooBig: (413, "too_large", _("Тело запроса больше 1 МБ")),
    exceptions.NotAuthenticated: (401, "unauthorized", _("Нужен действующий ключ: Authorization: Bearer kz_live_…")),
    exceptions.AuthenticationFailed: (
        401,
        "unauthorized",
        _("Нужен действующий ключ: Authorization: Bearer kz_live_…"),
    ),
    exceptions.PermissionDenied: (403, "forbidden", FORBIDDEN),
    exceptions.ParseError: (400, "malformed_json", _("Тело запроса не разобрать")),
    exceptions.MethodNotAllowed: (405, "method_not_allowed", _("Этот адрес не знает такого метода")),
    exceptions.NotAcceptable: (406, "not_acceptable", _("Отвечаем только application/json")),
    exceptions.UnsupportedMediaType: (
        415,
        "unsupported_media_type",
        _("Тело запроса принимаем только как application/json"),
    ),
    exceptions.Throttled: (429, "too_many_requests", _("Слишком много запросов, подождите")),
}
# The words of a field's fault, by the code that a serializer gives it.
FIELD_CODES = {"required": "required", "null": "required", "blank": "required"}


class KeyAuthentication(BaseAuthentication):
    """The actor whom TenantMiddleware made from the bearer key. A session never opens this door, so CSRF has no prey."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        actor = getattr(request._request, "actor", None)
        if getattr(request._request, "too_many_keys", False):
            raise exceptions.Throttled(wait=attempts.WINDOW)
        return None if actor is None else (None, actor)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class DeclaredRight(BasePermission):
    """A live key that holds every right the call takes (`Endpoint.needed`)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            raise exceptions.NotAuthenticated
        for right in view.needed:
            require(cast(Actor, request.auth), right)
        return True


class StrictJSONParser(BaseParser):
    """See staff.strict_json."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return strict_json.read(stream.read(strict_json.MOST_BYTES + 1))


def answer_error(problem: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. Nothing that was done before the error stays done."""
    answer = tell(problem, request_id=request_id_of(context["request"]))
    if answer is not None and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return answer


def tell(problem: Exception, *, request_id: str) -> Response | None:
    """The error in the API's form; None for a fault of ours, which becomes a 500 elsewhere."""
    if isinstance(problem, Refused):
        answer = error(problem.status, problem.code, problem.sentence, field=problem.field, request_id=request_id)
        if problem.until is not None:
            answer.data["error"]["until"] = moment(problem.until)
        return answer
    if isinstance(problem, exceptions.ValidationError):
        field, code, sentence = _first_fault(problem.detail)
        return error(400, FIELD_CODES.get(code, "bad_value"), sentence, field=field, request_id=request_id)
    for kind, (status, code, sentence) in TOLD.items():
        if isinstance(problem, kind):
            return error(status, code, sentence, request_id=request_id, headers=_headers(problem))
    return None


def error(
    status: int,
    code: str,
    sentence: str,
    *,
    request_id: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`code` is for programs and stable, `message` for people."""
    body = {"code": code, "message": sentence, "field": field, "request_id": request_id}
    return Response({"error": body}, status=status, headers=dict(headers or {}))


def request_id_of(request: Request) -> str:
    return getattr(request._request, "request_id", "")


def _headers(problem: Exception) -> dict[str, str]:
    """What goes with the answer: which key is asked for, and how long to wait."""
    headers = {}
    if challenge := getattr(problem, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(problem, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _first_fault(detail: Any, field: str | None = None) -> tuple[str | None, str, str]:
    """The first fault of a serializer's errors: (field, code, sentence)."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        return _first_fault(inner, field or name)
    if isinstance(detail, list):
        return _first_fault(detail[0], field)
    return field, str(getattr(detail, "code", "invalid")), str(detail)
