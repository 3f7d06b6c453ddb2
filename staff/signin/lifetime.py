"""How long a session lives: 12 hours in all, 3 hours without a person (reliability.md §5.9).

A page that asks for itself is no person: its requests carry a mark (static/js/office.js), and the session grows old.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

from staff.clock import database_now
from staff.models import User
from staff.signin import sessions

LONGEST: Final = 12 * 3600
IDLE: Final = 3 * 3600
# When he was seen is written down once in so many seconds at most.
NOTED_EVERY: Final = 5 * 60
BEGAN, SEEN = "began", "seen"
# Of a request that no hand has made.
UNATTENDED: Final = "Office-Unattended"


class SessionLifeMiddleware:
    """Ends a session that is over, notes one that is used, and keeps its row under its key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.session.session_key
        if SESSION_KEY in request.session:
            _grow_older(request, now=time.time())
        response = self.get_response(request)
        # A failed request was rolled back, and its session with it.
        if response.status_code < 500:
            sessions.follow(request, before)
        return response


def is_over(began: float, seen: float, *, now: float) -> bool:
    """Seconds since the epoch, all three."""
    return now - began >= LONGEST or now - seen >= IDLE


def note_beginning(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Receiver of Django's `user_logged_in`: of every way to sign in, the PIN's as well."""
    request.session[BEGAN] = request.session[SEEN] = time.time()
    sessions.begin(request, user, now=database_now())


def _grow_older(request: HttpRequest, *, now: float) -> None:
    # A session that says nothing of its age is of no time that we know.
    if is_over(request.session.get(BEGAN, 0), request.session.get(SEEN, 0), now=now):
        logout(request)
    elif UNATTENDED not in request.headers and now - request.session[SEEN] > NOTED_EVERY:
        request.session[SEEN] = now
        sessions.see(request, now=database_now())
