"""The session of somebody who came in by PIN: at one point, without the rights that need care, over after half an hour.

Such a session lives while its desk is open and its person is of the point; it never counts as a proof that it is he
(`staff.signin.sudo`).
"""

import time
from dataclasses import replace
from datetime import datetime

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from staff import audit
from staff.access import Actor, actor_of_member
from staff.models import CounterDesk, Member
from staff.permissions import Permission
from staff.signin.lifetime import UNATTENDED
from staff.signin.sudo import BY_PIN

IDLE = 30 * 60
# The moment of the last press is written down once in so many seconds at most.
NOTED_EACH = 60
BACKEND = "django.contrib.auth.backends.ModelBackend"
# What four digits on a shared computer do not open.
CARE = frozenset(
    {
        Permission.STAFF_MANAGE,
        Permission.SHOPS_MANAGE,
        Permission.COMPANY_MANAGE,
        Permission.BUYERS_EXPORT,
        Permission.AUDIT_VIEW,
    }
)


def begin(request: HttpRequest, member: Member, desk: CounterDesk, *, now: datetime) -> None:
    """Let him in, in a session of its own. Inside the scope of the desk's company."""
    login(request, member.user, backend=BACKEND)
    request.session["company"] = desk.company_id
    request.session[BY_PIN] = {"desk": desk.pk, "company": desk.company_id, "seen": time.time()}
    by = replace(
        actor_of_member(member),
        request_id=getattr(request, "request_id", ""),
        address=request.META.get("REMOTE_ADDR", "") or "",
    )
    audit.record(by, "counter.entered", subject=("counter_desk", desk.name), now=now)


def narrowed(request: HttpRequest, actor: Actor | None) -> Actor | None:
    """The person at the desk's point without the rights that need care; None when this session is over.

    `actor` is who he is in the scope's company, None when he is nobody there.
    """
    told = request.session[BY_PIN]
    if actor is None or actor.company_id != told["company"] or time.time() - told["seen"] > IDLE:
        return None
    desk = CounterDesk.objects.filter(pk=told["desk"], ended_at=None).first()
    if desk is None or Permission.COMPANY_MANAGE in actor.rights or not actor.sees_point(desk.point_id):
        return None
    _note(request, told)
    return replace(actor.at(desk.point_id), rights=actor.rights - CARE)


def ended(request: HttpRequest) -> HttpResponse:
    """Out, and back to the people of the desk; htmx goes there with the whole window."""
    logout(request)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": "/counter/"})
    return redirect("counter")


def _note(request: HttpRequest, told: dict[str, float]) -> None:
    """A page that asks for itself is no press (`staff.signin.lifetime`)."""
    if UNATTENDED not in request.headers and time.time() - told["seen"] > NOTED_EACH:
        request.session[BY_PIN] = {**told, "seen": time.time()}
