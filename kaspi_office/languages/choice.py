"""In which language a request is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

from staff.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Pages, fragments, refusals and letters of a request speak one language.

    Stands right behind AuthenticationMiddleware: what answers further in, error pages included, speaks it too. Work
    behind the queue is not a request and stays Russian unless it writes to a person.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def language_of(request: HttpRequest) -> str:
    """The language that the person chose; before he signs in, and for programs, the cookie, then `Accept-Language`."""
    user = getattr(request, "user", None)
    return user.language if isinstance(user, User) else get_language_from_request(request)
