"""Shared computers at a point. A browser is known by a cookie whose digest alone is kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import CounterDesk, PointOfSale
from staff.permissions import Permission

# The database asks the same of a cookie: `office_counter_desk` in migration 0005.
LIFE = timedelta(days=180)
LONGEST_NAME = 60
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FoundDesk:
    """A desk that is open, whichever company's."""

    id: int
    company_id: int


def open_desk(name: str, point_id: int, *, by: Actor, now: datetime) -> tuple[CounterDesk, str]:
    """Make this browser a shared one of the point; answers the secret of its cookie, told this once.

    Raises NotVisible for a point that is not his, Refused (400) for a bad name.
    """
    require(by, Permission.STAFF_MANAGE)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or _UNREADABLE.search(name):
        raise Refused("bad_name", _("Назовите компьютер, до 60 знаков"), status=400, field="name")
    point = PointOfSale.objects.filter(pk=point_id).first() if by.sees_point(point_id) else None
    if point is None or by.id is None:
        raise NotVisible(point_id)
    secret = secrets.token_urlsafe(32)
    desk: CounterDesk = CounterDesk.objects.create(
        point_id=point.pk, name=name, digest=digest_of(secret), opened_by_id=by.id, created_at=now
    )
    told = {"point": point.name}
    audit.record(by, "counter.opened", subject=("counter_desk", desk.name), now=now, details=told)
    return desk, secret


def close_desk(public_id: UUID, *, by: Actor, now: datetime) -> None:
    """Nobody comes in at it from now on, and who is in is out with the next press. Raises NotVisible."""
    require(by, Permission.STAFF_MANAGE)
    found = CounterDesk.objects.select_for_update(of=("self",)).select_related("point").filter(public_id=public_id)
    desk = found.first()
    if desk is None or not by.sees_point(desk.point_id):
        raise NotVisible(public_id)
    if desk.ended_at is not None:
        return
    desk.ended_at = now
    desk.save(update_fields=["ended_at"])
    told = {"point": desk.point.name}
    audit.record(by, "counter.closed", subject=("counter_desk", desk.name), now=now, details=told)


def close_of(member_id: int, *, now: datetime) -> None:
    """He who opened them is dismissed. Part of the caller's deed, which writes the audit row."""
    CounterDesk.objects.filter(opened_by_id=member_id, ended_at=None).update(ended_at=now)


def open_desks(by: Actor, *, now: datetime) -> list[CounterDesk]:
    """The desks of the points that he sees, with their points, by name."""
    desks = CounterDesk.objects.select_related("point", "opened_by").filter(ended_at=None, created_at__gt=now - LIFE)
    return [desk for desk in desks.order_by("point__name", "name", "id") if by.sees_point(desk.point_id)]


def digest_of(secret: str) -> str:
    """The secret is 256 random bits, so a plain digest tells nothing of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(request: HttpRequest) -> FoundDesk | None:
    """The open desk that this browser is; None for a forged, closed or old cookie."""
    secret = request.COOKIES.get(cookie_name(), "")
    if not secret or len(secret) > 100:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, company_id FROM office_counter_desk(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    return None if row is None else FoundDesk(*row)


def remember(response: HttpResponse, secret: str) -> None:
    """Give the browser its cookie."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=int(LIFE.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def cookie_name() -> str:
    """A browser takes a `__Host-` name over HTTPS alone."""
    return "__Host-office_counter" if settings.HTTPS else "office_counter"
