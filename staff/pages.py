"""The page of people and points, for reading."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from staff.access import Actor, OfficeRequest, requires
from staff.clock import database_now
from staff.counter.section import desks_section
from staff.formats import plural
from staff.journal import alarm
from staff.journal.page import latest
from staff.page_models import StaffPage
from staff.people import members, powers, team
from staff.permissions import Permission
from staff.places import places_of, visible
from staff.point_cards import cards


@requires(Permission.STAFF_VIEW)
@require_GET
def staff(request: OfficeRequest) -> HttpResponse:
    return render_team(request)


def render_team(request: OfficeRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page «Команда»; `dialog` names a template that stands open over it, for who has no script."""
    request.nav = "staff"
    now = database_now()
    page = staff_page(request.actor, now=now)
    desks = desks_section(request.actor, places_of(request), now=now)
    shown = {"page": page, "desks": desks, "alarm": alarm.notice(request.actor, now=now)}
    return render(request, "staff/staff.html", shown | context, status=status)


def staff_page(actor: Actor, *, now: datetime) -> StaffPage:
    """Everything that `templates/staff/staff.html` prints."""
    seen = visible(actor)
    people, known = team.people_of(actor, now=now), powers.read()
    powers_of = {member: known.power_of(member) for member in members.visible_to(actor, known) if member.is_active}
    may_invite, may_rule = actor.may(Permission.STAFF_MANAGE), actor.may(Permission.COMPANY_MANAGE)
    return StaffPage(
        note=_("%(people)s, %(points)s продаж")
        % {"people": plural(len(people), "человек", "человек"), "points": plural(len(seen.points), "точка", "точек")},
        people=people,
        points=cards(actor, seen, powers_of, now=now),
        audit=latest(actor, now=now) if actor.may(Permission.AUDIT_VIEW) else (),
        invitations=team.invitations_of(actor, now=now),
        matrix=team.matrix_of(actor),
        notice=team.notice_of(actor, now=now),
        invite_url=reverse("invite") if may_invite else "",
        remind_url=reverse("remind") if may_invite else "",
        second_step_url=reverse("second_step") if may_rule else "",
        point_url="/staff/points/" if any(may_invite and actor.sees_whole(shop.pk) for shop in seen.shops) else "",
    )
