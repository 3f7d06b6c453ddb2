"""Inviting: the dialog, the link with its QR shown once, the list of open links."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.models import Invitation
from staff.people import invitations, qr
from staff.people.answering import leave, refusal_of, show
from staff.people.forms import member_form, wanted_of
from staff.people.members import Wanted
from staff.permissions import Permission
from staff.places import places_of


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def invite(request: OfficeRequest) -> HttpResponse:
    if request.method == "GET":
        return _dialog(request, wanted_of(request.GET), "")
    wanted, email = wanted_of(request.POST), request.POST.get("email", "")[:300]
    made: list[tuple[Invitation, str]] = []
    error = refusal_of(
        lambda: made.append(invitations.invite(wanted, email=email, by=request.actor, now=database_now()))
    )
    if error is not None:
        return _dialog(request, wanted, email, status=422, error=error)
    return _handed_over(request, *made[0])


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def renew(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = invitations.find(public_id, request.actor, now=database_now())
    return _handed_over(request, found, invitations.renew(found, by=request.actor, now=database_now()))


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def revoke(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    found = invitations.find(public_id, request.actor, now=database_now())
    invitations.revoke(found, by=request.actor, now=database_now())
    return leave(request, _("Приглашение отозвано: %(name)s") % {"name": found.name})


def _handed_over(request: OfficeRequest, made: Invitation, secret: str) -> HttpResponse:
    """The link stands in this answer and nowhere else. Without one a letter is on its way."""
    if not secret:
        return leave(request, _("Письмо отправлено: %(email)s") % {"email": made.email})
    link = invitations.link_of(secret)
    return show(request, "_invited_dialog", invited=made, link=link, qr=qr.draw(link))


def _dialog(
    request: OfficeRequest, wanted: Wanted, email: str, *, status: int = 200, error: object = None
) -> HttpResponse:
    form = member_form(wanted, places_of(request), by=request.actor, email=email)
    return show(request, "_invite_dialog", status=status, form=form, error=error)
