"""The shared computer: pick yourself, type your PIN, work, give it back. And the deeds on the list of such computers."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff import audit
from staff.access import OfficeRequest, public, requires, rule
from staff.clock import database_now
from staff.counter import desks, pins, sessions
from staff.counter.page_models import CounterPage, Face
from staff.errors import Refused
from staff.formats import initials
from staff.holding import Place, hold
from staff.models import CounterDesk, Member
from staff.people import places
from staff.permissions import Permission
from staff.places import places_of
from staff.scoping import company_scope

LONGEST_FIELD = 100


@public
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """The people of this computer's point; POST lets one of them in. Empty on a computer that is not a shared one."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect("home")
    found = desks.find(request)
    if found is None:
        return render(request, "counter/counter.html", {"page": CounterPage()})
    with company_scope(found.company_id):
        desk = CounterDesk.objects.select_related("point").get(pk=found.id)
        if request.method == "POST":
            return _enter(request, desk, now=database_now())
        return _page(request, desk, picked=request.GET.get("who", ""))


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Give the computer to the next one."""
    logout(request)
    return redirect("counter")


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def open_here(request: OfficeRequest) -> HttpResponse:
    """This browser becomes a shared one. Who opened it is signed out of it: the next one at it is somebody else."""
    given = places.read(request.POST.getlist("point"), places_of(request))
    if len(given.points) != 1:
        raise Refused("bad_point", _("Выберите точку"), status=400, field="point")
    name = request.POST.get("name", "")[:LONGEST_FIELD]
    _desk, secret = desks.open_desk(name, next(iter(given.points)), by=request.actor, now=database_now())
    logout(request)
    response = redirect("counter")
    desks.remember(response, secret)
    return response


@requires(Permission.STAFF_MANAGE)
@require_POST
def close(request: OfficeRequest, desk: UUID) -> HttpResponse:
    desks.close_desk(desk, by=request.actor, now=database_now())
    messages.success(request, _("Вход по PIN на этом компьютере закрыт"))
    return redirect("/staff/#desks")


def _enter(request: HttpRequest, desk: CounterDesk, *, now: datetime) -> HttpResponse:
    """One answer for somebody unknown, of another point, and a wrong PIN. The try is counted before it is judged."""
    who, pin = request.POST.get("who", "")[:LONGEST_FIELD], request.POST.get("pin", "")[:LONGEST_FIELD]
    member = _member(who, desk)
    if not pins.take_try(member, desk.pk):
        return _page(request, desk, picked=who, blocked=True, status=429)
    if not pins.is_right(member, pin, desk.pk) or member is None:
        _note_wrong(request, member, desk, now=now)
        return _page(request, desk, picked=who, problem=_("PIN не подходит"), status=422)
    sessions.begin(request, member, desk, now=now)
    return redirect("/orders/new/")


def _member(who: str, desk: CounterDesk) -> Member | None:
    """Whom the form names, if he may come in here. Held, so that one who is being dismissed does not slip in."""
    try:
        public_id = UUID(who)
    except ValueError:
        return None
    named = Member.objects.select_related("user").filter(public_id=public_id)
    member: Member | None = named.first()
    if member is None:
        return None
    hold(Place.MEMBER, member.pk)
    member = named.first()
    return member if member and pins.may_enter(member, desk.point_id) else None


def _note_wrong(request: HttpRequest, member: Member | None, desk: CounterDesk, *, now: datetime) -> None:
    if member is None:
        return
    by = rule(desk.name, desk.company_id)
    told = {"desk": desk.name}
    audit.record(by, "counter.wrong_pin", subject=("member", member.name), now=now, details=told)


def _page(
    request: HttpRequest, desk: CounterDesk, *, picked: str, problem: str = "", blocked: bool = False, status: int = 200
) -> HttpResponse:
    faces = tuple(_face(member) for member in pins.people_of(desk.point_id))
    page = CounterPage(
        desk=desk.name,
        point=desk.point.name,
        faces=faces,
        picked=next((face for face in faces if face.key == picked), None),
        problem=problem,
        blocked=blocked,
    )
    return render(request, "counter/counter.html", {"page": page}, status=status)


def _face(member: Member) -> Face:
    key = str(member.public_id)
    return Face(key, member.name, initials(member.name), f"/counter/?who={key}")
