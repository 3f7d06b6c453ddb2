"""Browsers that a person has signed in with before: a signed cookie tells them, so nothing is asked of a database.

A known browser has limits of its own (`staff.signin.attempts`), and a sign-in with a new one is told in the journal.
"""

import secrets
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE: Final = "__Host-office_device" if settings.HTTPS else "office_device"
KEPT: Final = 180 * 24 * 3600
# People who share a browser; the oldest is forgotten first.
MOST_PEOPLE: Final = 10
SALT: Final = "staff.signin.device"


def known(request: HttpRequest, email: str) -> str:
    """The id of this browser if the person has signed in with it; else an empty string."""
    told = _told(request)
    return str(told["id"]) if _mark(email) in told["people"] else ""


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """The person has signed in with this browser."""
    told = _told(request)
    people = [*(mark for mark in told["people"] if mark != _mark(email)), _mark(email)][-MOST_PEOPLE:]
    value = signing.dumps({"id": told["id"], "people": people}, salt=SALT)
    response.set_cookie(COOKIE, value, max_age=KEPT, secure=settings.HTTPS, httponly=True, samesite="Lax")


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT))
    except signing.BadSignature:
        return {"id": secrets.token_urlsafe(12), "people": []}


def _mark(email: str) -> str:
    """Nobody's address stands in the cookie of a shared computer."""
    return salted_hmac(SALT, email.lower()).hexdigest()[:20]
