"""Who is signed in where: one row a session beside the session itself, so that it can be told and ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from staff.models import User
from staff.signin.browsers import name_of


@dataclass(frozen=True, slots=True)
class Device:
    """A line of the list."""

    id: int
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    here: bool


def address_of(request: HttpRequest) -> str:
    """Where the request came from; a socket file has no address."""
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  said, not listened on


def begin(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Note a session that has just begun."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:200].replace("\x00", "")
    told = {"user": user, "ip": address_of(request), "user_agent": agent, "created_at": now, "last_seen_at": now}
    UserSession.objects.update_or_create(session_key=request.session.session_key, defaults=told)


def see(request: HttpRequest, *, now: datetime) -> None:
    """He is at work in it."""
    mine = UserSession.objects.filter(session_key=request.session.session_key)
    mine.update(last_seen_at=now, ip=address_of(request))


def follow(request: HttpRequest, before: str | None) -> None:
    """The session has got another key, or none: its row goes with it."""
    after = request.session.session_key
    if before is None or before == after:
        return
    rows = UserSession.objects.filter(session_key=before)
    if after is None or UserSession.objects.filter(session_key=after).exists():
        rows.delete()
    else:
        rows.update(session_key=after)


def listed(user: User, *, here: str | None) -> tuple[Device, ...]:
    """His sessions that are alive, this one first."""
    alive = UserSession.objects.purge_and_list(user)
    alive.sort(key=lambda row: (row.session_key != here, -row.last_seen_at.timestamp()))
    return tuple(
        Device(row.pk, name_of(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == here)
        for row in alive
    )


def end(user: User, session_id: int) -> int:
    """End one session of his; answers how many were."""
    return _end(UserSession.objects.filter(user_id=user.pk, pk=session_id))


def end_others(user: User, *, here: str | None) -> int:
    """End all his sessions but this one; answers how many were."""
    return _end(UserSession.objects.filter(user_id=user.pk).exclude(session_key=here or ""))


def forget_ended() -> None:
    """Rows whose session is gone."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


def _end(rows: Iterable[Any]) -> int:
    ended = list(rows)
    for row in ended:
        row.end()
    return len(ended)
