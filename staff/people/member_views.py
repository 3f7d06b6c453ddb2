"""The dialog of one person: name, role, places, and how he gets in."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.models import Member
from staff.people import members, places, second_step
from staff.people.answering import leave, refusal_of, show
from staff.people.forms import member_form, wanted_of
from staff.people.members import Wanted
from staff.permissions import Permission
from staff.places import places_of


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def member(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = members.find(public_id, request.actor)
    if request.method == "GET":
        given = tuple(places.names_of(places.given_to(found), places_of(request)))
        return _dialog(request, found, Wanted(found.name, found.role, given))
    wanted = wanted_of(request.POST)
    error = refusal_of(lambda: members.change(found, wanted, by=request.actor, now=database_now()))
    if error is not None:
        return _dialog(request, found, wanted, status=422, error=error)
    return leave(request, _("Сохранено: %(name)s") % {"name": found.name})


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def deactivate(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = members.find(public_id, request.actor)
    members.deactivate(found, by=request.actor, now=database_now())
    return leave(request, _("%(name)s: доступ закрыт") % {"name": found.name})


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def activate(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = members.find(public_id, request.actor)
    members.activate(found, by=request.actor, now=database_now())
    return leave(request, _("%(name)s снова в команде") % {"name": found.name})


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def reset_second_step(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = members.find(public_id, request.actor)
    members.reset_second_step(found, by=request.actor, now=database_now())
    return leave(request, _("%(name)s: второй шаг снят") % {"name": found.name})


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def give_password(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """The password stands in this answer and nowhere else."""
    found = members.find(public_id, request.actor)
    told = members.give_password(found, by=request.actor, now=database_now())
    return show(request, "_password_dialog", member=found, told=told)


def _dialog(
    request: OfficeRequest, found: Member, wanted: Wanted, *, status: int = 200, error: object = None
) -> HttpResponse:
    form = member_form(wanted, places_of(request), by=request.actor, email=found.user.email)
    protected = bool(second_step.those_with([found.user_id]))
    return show(request, "_member_dialog", status=status, member=found, form=form, error=error, protected=protected)
