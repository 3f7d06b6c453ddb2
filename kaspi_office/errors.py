"""Error pages. Under /api/ every error has the API's form (contract.md §5)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from staff.access import public
from staff.languages import later as _

WORDS = {
    400: ("bad_request", _("Запрос не разобрать")),
    403: ("forbidden", _("Сюда нет доступа")),
    404: ("not_found", _("Такого нет или оно вам не видно")),
    500: ("server_error", _("Не получилось. Мы уже знаем об этом")),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    code, sentence = WORDS[status]
    if request.path.startswith("/api/"):
        request_id = getattr(request, "request_id", "")
        error = {"code": code, "message": sentence, "field": None, "request_id": request_id}
        return JsonResponse({"error": error}, status=status)
    return render(request, f"errors/{status}.html", {"sentence": sentence}, status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


@public
def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return _answer(request, 403)
