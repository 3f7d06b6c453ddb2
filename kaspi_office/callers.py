"""Who calls: behind proxies of our own the address that the outermost of them saw (reliability.md §4, row 13)."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class CallerMiddleware:
    """Puts the caller's address where everybody looks for it: limits, journal, list of devices."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXIES:
            told = caller_of(request.headers.get("X-Forwarded-For", ""), proxies=settings.PROXIES)
            request.META["REMOTE_ADDR"] = told or request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)


def caller_of(forwarded: str, *, proxies: int) -> str:
    """The address that the outermost of so many proxies wrote down; blank when there is none.

    Each proxy adds to the right. What stands further left was said by the caller himself, who may say anything.
    """
    steps = [step.strip() for step in forwarded.split(",")]
    said = steps[-proxies] if proxies <= len(steps) else ""
    try:
        return str(ip_address(said))
    except ValueError:
        return ""
