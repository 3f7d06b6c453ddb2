"""The page of people and points, for reading."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.counter.section import desks_section
from staff.errors import Refused
from staff.formats import MONTHS, almaty_day, almaty_moment, initials, plural
from staff.models import AuditEntry, Company, Member, MemberPoint, PointOfSale, Reach, Role, Shop
from staff.page_models import AuditLine, Person, PointCard, StaffPage
from staff.page_parts import Chip
from staff.permissions import ROLES, Permission
from staff.places import places_of

AUDIT_ROWS = 50
DAYS = {"mon": "пн", "tue": "вт", "wed": "ср", "thu": "чт", "fri": "пт", "sat": "сб", "sun": "вс"}

# What was done, in words; an action that is not here is shown by its code.
DEEDS: Mapping[str, str] = {
    "order.accept": "Принял",
    "order.cancel": "Отменил",
    "order.assemble": "Собрал",
    "order.send_code": "Запросил код",
    "order.complete": "Выдал",
    "order.arrived": "Отметил прибытие",
    "order.returned": "Отметил возвращение",
    "order.expired": "Отменил по сроку",
    "order.overdue": "Отметил просрочку",
    "shop.token_connected": "Заменил токен",
    "shop.exchange_resumed": "Возобновил обмен",
    "shop.expiry_policy": "Изменил правило непринятых заказов",
    "quality.export_imported": "Загрузил выгрузку кабинета",
    "company.provisioned": "Завёл компанию",
}
SUBJECTS: Mapping[str, str] = {"order": "заказ", "shop": "магазин", "company": "компания", "member": "сотрудник"}


@requires(Permission.STAFF_VIEW)
@require_GET
def staff(request: OfficeRequest) -> HttpResponse:
    request.nav = "staff"
    now = database_now()
    page = staff_page(now=now, before=_before(request))
    desks = desks_section(request.actor, places_of(request), now=now)
    return render(request, "staff/staff.html", {"page": page, "desks": desks})


def _before(request: OfficeRequest) -> int | None:
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused("bad_value", "Такой страницы журнала нет", status=400, field="before")
    return int(text) if text else None


def staff_page(*, now: datetime, before: int | None) -> StaffPage:
    """Everything that `templates/staff/staff.html` prints; the journal by keyset, the newest first."""
    members = list(Member.objects.select_related("user").order_by("-is_active", "name", "id"))
    points = list(PointOfSale.objects.select_related("shop").order_by("shop__name", "name", "id"))
    seen = _points_of_members()
    audit = AuditEntry.objects.order_by("-id")
    lines = list((audit.filter(pk__lt=before) if before else audit)[: AUDIT_ROWS + 1])
    shown = lines[:AUDIT_ROWS]
    names = {str(shop.public_id): shop.name for shop in Shop.objects.all()}
    names |= {str(company.public_id): company.name for company in Company.objects.all()}
    people, places = plural(len(members), "человек,человека,человек"), plural(len(points), "точка,точки,точек")
    return StaffPage(
        note=f"{people}, {places} продаж",
        people=tuple(_person(member, points, seen[member.pk], now=now) for member in members),
        points=tuple(_point(point, [one for one in members if point.pk in seen[one.pk]]) for point in points),
        audit=tuple(_audit_line(entry, names, now=now) for entry in shown),
        audit_next_url=f"/staff/?before={shown[-1].pk}#audit" if len(lines) > AUDIT_ROWS else "",
    )


def _points_of_members() -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for member, point in MemberPoint.objects.values_list("member_id", "point_id"):
        found[member].add(point)
    return found


def _person(member: Member, points: Sequence[PointOfSale], seen: set[int], *, now: datetime) -> Person:
    role = Role(member.role)
    everywhere = ROLES[role].reach is Reach.COMPANY
    names = ", ".join(point.name for point in points if point.pk in seen)
    return Person(
        name=member.name,
        email=member.user.email,
        initials=initials(member.name),
        role=Chip(role.label, "plum" if role is Role.OWNER else ""),
        points="все точки" if everywhere else names or "точек нет",
        added=f"с {almaty_day(member.created_at, now=now)}",
        state=None if member.is_active else Chip("Отключён", "warn"),
    )


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


def _audit_line(entry: AuditEntry, names: Mapping[str, str], *, now: datetime) -> AuditLine:
    kind, name = SUBJECTS.get(entry.subject_kind, entry.subject_kind), entry.subject_id
    return AuditLine(
        time=almaty_moment(entry.at, now=now),
        who=entry.actor_label,
        what=DEEDS.get(entry.action, entry.action),
        over=f"{kind} {names.get(name, name)}",
        address=entry.address,
        url=f"/orders/{name}/" if entry.subject_kind == "order" else "",
    )
