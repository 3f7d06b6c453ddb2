"""Points on the page of the team: their hours in words, who works there, who holds them now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from staff import cities, shifts
from staff.access import Actor
from staff.formats import WEEKDAYS, calendar_day, initials
from staff.models import Member, PointOfSale
from staff.page_models import PointCard
from staff.people.granting import Power
from staff.permissions import Permission
from staff.places import Places
from staff.working_calendar import DAY_NAMES


def cards(actor: Actor, seen: Places, powers: Mapping[Member, Power], *, now: datetime) -> tuple[PointCard, ...]:
    """The cards of the points that he sees, shop by shop. `powers`: of the active people whom he sees."""
    points = list(PointOfSale.objects.filter(pk__in=[point.pk for point in seen.points]).select_related("shop"))
    points.sort(key=lambda point: (point.shop.name, point.name, point.pk))
    on_duty = shifts.on_duty([point.pk for point in points], now)
    may = actor.may(Permission.STAFF_MANAGE)
    return tuple(
        _card(point, [who for who, has in powers.items() if _works_at(has, point)], on_duty[point.pk], editable=may)
        for point in points
    )


def _works_at(power: Power, point: PointOfSale) -> bool:
    """Whether the point is one of his own: who sees everything is not listed at each."""
    return power.points is not None and point.pk in power.points


def _card(point: PointOfSale, people: Sequence[Member], on_duty: Sequence[str], *, editable: bool) -> PointCard:
    return PointCard(
        name=point.name,
        code=point.code,
        shop=point.shop.name,
        hours=tuple(hours_of(point.schedule)),
        city=cities.name_of(point.city_code),
        exceptions=", ".join(_exception(day, hours) for day, hours in sorted(point.exceptions.items())),
        people=tuple(initials(member.name) for member in people),
        on_duty=", ".join(on_duty),
        url=f"/staff/points/{point.public_id}/" if editable else "",
    )


def hours_of(schedule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """«пн–пт» and «09:00–13:00, 14:00–18:00»: neighbouring days with the same hours together."""
    if not schedule:
        yield f"{WEEKDAYS[0]}–{WEEKDAYS[4]}", _("09:00–18:00, пока часы не указаны")
        return
    days = zip(DAY_NAMES, WEEKDAYS, strict=True)
    for hours, same in groupby(days, key=lambda day: _hours(schedule.get(day[0]))):
        names = [str(label) for _day, label in same]
        yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}", hours


def _hours(spans: Any) -> str:
    if not spans:
        return _("выходной")
    listed = spans if isinstance(spans[0], list) else [spans]
    return ", ".join(f"{begins}–{ends}" for begins, ends in listed)


def _exception(day: str, hours: Any) -> str:
    return f"{calendar_day(date.fromisoformat(day))} {_hours(hours)}"
