"""The page of people and points, for reading."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from staff.access import Actor, OfficeRequest, requires
from staff.clock import database_now
from staff.counter.section import desks_section
from staff.formats import MONTHS, initials, plural
from staff.journal.page import latest
from staff.models import Member, PointOfSale
from staff.page_models import PointCard, StaffPage
from staff.people import members, powers, team
from staff.people.granting import Power
from staff.permissions import Permission
from staff.places import places_of, visible

DAYS = {"mon": "пн", "tue": "вт", "wed": "ср", "thu": "чт", "fri": "пт", "sat": "сб", "sun": "вс"}


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
    return render(request, "staff/staff.html", {"page": page, "desks": desks, **context}, status=status)


def staff_page(actor: Actor, *, now: datetime) -> StaffPage:
    """Everything that `templates/staff/staff.html` prints."""
    seen = visible(actor)
    points = list(PointOfSale.objects.filter(pk__in=[point.pk for point in seen.points]).select_related("shop"))
    points.sort(key=lambda point: (point.shop.name, point.name, point.pk))
    people, known = team.people_of(actor, now=now), powers.read()
    powers_of = {member: known.power_of(member) for member in members.visible_to(actor, known) if member.is_active}
    may_invite, may_rule = actor.may(Permission.STAFF_MANAGE), actor.may(Permission.COMPANY_MANAGE)
    return StaffPage(
        note=_("%(people)s, %(points)s продаж")
        % {"people": plural(len(people), "человек", "человек"), "points": plural(len(points), "точка", "точек")},
        people=people,
        points=tuple(
            _point(point, [who for who, has in powers_of.items() if _works_at(has, point)]) for point in points
        ),
        audit=latest(actor, now=now) if actor.may(Permission.AUDIT_VIEW) else (),
        invitations=team.invitations_of(actor, now=now),
        matrix=team.matrix_of(actor),
        notice=team.notice_of(actor, now=now),
        invite_url=reverse("invite") if may_invite else "",
        remind_url=reverse("remind") if may_invite else "",
        second_step_url=reverse("second_step") if may_rule else "",
    )


def _works_at(power: Power, point: PointOfSale) -> bool:
    """Whether the point is one of his own: who sees everything is not listed at each."""
    return power.points is not None and point.pk in power.points


def _point(point: PointOfSale, people: Sequence[Member]) -> PointCard:
    return PointCard(
        name=point.name,
        code=point.code,
        shop=point.shop.name,
        hours=tuple(hours_of(point.schedule)),
        exceptions=", ".join(_exception(day, hours) for day, hours in sorted(point.exceptions.items())),
        people=tuple(initials(member.name) for member in people),
    )


def hours_of(schedule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """«пн–пт» and «09:00–13:00, 14:00–18:00»: neighbouring days with the same hours together."""
    if not schedule:
        yield "пн–пт", "09:00–18:00, пока часы не указаны"
        return
    for hours, days in groupby(DAYS, key=lambda day: _hours(schedule.get(day))):
        names = [DAYS[day] for day in days]
        yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}", hours


def _hours(spans: Any) -> str:
    if not spans:
        return "выходной"
    listed = spans if isinstance(spans[0], list) else [spans]
    return ", ".join(f"{begins}–{ends}" for begins, ends in listed)


def _exception(day: str, hours: Any) -> str:
    when = date.fromisoformat(day)
    return f"{when.day} {MONTHS[when.month - 1]} {_hours(hours)}"
