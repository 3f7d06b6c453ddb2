"""Who holds a point now, and who held it then: that is who answers for an order nobody took in time."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from staff import audit
from staff.access import FORBIDDEN, Actor, require, rule
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import Member, PointOfSale, Shift
from staff.people import powers
from staff.permissions import Permission
from staff.scoping import company_scope

# Nobody works longer in one go; who forgot to end his shift does not answer for the next day.
LONGEST = timedelta(hours=16)
RULE_NAME = "Конец забытой смены"

# Who holds each of some points now, as one value of a statement that asks more: {"point id": [names]}. Its parameters:
# `company`, the ids of the points `held`, `now` and `longest`.
HELD_NOW = """
  SELECT coalesce(json_object_agg(point_id, names), '{}'::json) FROM (
    SELECT shift.point_id, json_agg(member.name ORDER BY shift.began_at, shift.id) AS names FROM staff_shift shift
    JOIN staff_member member ON member.company_id = shift.company_id AND member.id = shift.member_id
    WHERE shift.company_id = %(company)s AND shift.point_id = ANY(%(held)s::bigint[]) AND shift.ended_at IS NULL
      AND shift.began_at > %(now)s - %(longest)s
    GROUP BY shift.point_id) held"""

Moment = tuple[int, datetime]
"""A point and an instant."""


def begin(point_id: int, *, by: Actor, now: datetime) -> Shift:
    """Take a point; another one that he held is left. A point may be held by several. Raises NotVisible and Refused."""
    require(by, Permission.ORDERS_ACCEPT)
    mine = _member_of(by)
    point = _point(point_id, by=by)
    with transaction.atomic():
        member = _locked(mine)
        held = current(member.pk, now=now)
        if held is not None and held.point_id == point.pk:
            return held
        _close(member.pk, now=now)
        shift: Shift = Shift.objects.create(member_id=member.pk, point_id=point.pk, began_at=now)
        told = {"point": point.name} | ({"left": held.point.name} if held else {})
        audit.record(by, "shift.began", subject=("point", point.public_id), now=now, details=told)
        return shift


def end(*, by: Actor, now: datetime) -> None:
    """Leave the point. Raises Refused when he holds none."""
    with transaction.atomic():
        member = _locked(_member_of(by))
        held = _held(member.pk, now=now)
        _close(member.pk, now=now)
        told = {"point": held.point.name}
        audit.record(by, "shift.ended", subject=("point", held.point.public_id), now=now, details=told)


def hand_over(to: Member, *, by: Actor, now: datetime) -> None:
    """Leave the point to a colleague who may see it and holds no other one. Raises NotVisible and Refused."""
    mine = _member_of(by)
    with transaction.atomic():
        # Both rows in one order, so that two who hand over to each other do not wait for each other.
        locked = {member.pk: member for member in _lock([mine, to.pk])}
        held = _held(mine, now=now)
        heir = locked.get(to.pk)
        if heir is None or heir.pk == mine or not may_hold(heir, held.point_id):
            raise NotVisible(to.pk)
        if (other := current(heir.pk, now=now)) is not None and other.point_id != held.point_id:
            raise Refused("on_duty_elsewhere", _("Этот сотрудник держит другую точку"))
        for member_id in (mine, heir.pk):
            _close(member_id, now=now)
        Shift.objects.create(member_id=heir.pk, point_id=held.point_id, began_at=now)
        told = {"point": held.point.name, "to": heir.name}
        audit.record(by, "shift.handed_over", subject=("point", held.point.public_id), now=now, details=told)


def end_of(member_id: int, *, now: datetime) -> None:
    """The member is dismissed: whatever he held is nobody's. Part of the caller's deed, which writes the audit row."""
    _close(member_id, now=now)


def current(member_id: int, *, now: datetime) -> Shift | None:
    """The shift that the member is on."""
    on: Shift | None = (
        Shift.objects.select_related("point")
        .filter(member_id=member_id, ended_at=None, began_at__gt=now - LONGEST)
        .first()
    )
    return on


def may_hold(member: Member, point_id: int) -> bool:
    """Whether this member may take this point."""
    power = powers.read().power_of(member)
    return member.is_active and is_his(power.rights, power.points, point_id)


def is_his(rights: Collection[Permission], points: Collection[int] | None, point_id: int) -> bool:
    """Who may accept the orders of a point may hold it. `points`: those he sees, None: all."""
    return Permission.ORDERS_ACCEPT in rights and (points is None or point_id in points)


def on_duty(point_ids: Collection[int], at: datetime) -> Mapping[int, tuple[str, ...]]:
    """Point → names of those who held it at this instant, past or present."""
    told = attributed([(point_id, at) for point_id in point_ids])
    return {point_id: told[point_id, at] for point_id in point_ids}


def holders(point_ids: Collection[int], *, now: datetime) -> Mapping[int, frozenset[int]]:
    """Point → ids of the members who hold it now; points that nobody holds are left out."""
    on = Shift.objects.filter(point_id__in=point_ids, ended_at=None, began_at__gt=now - LONGEST)
    held: dict[int, set[int]] = defaultdict(set)
    for point_id, member_id in on.values_list("point_id", "member_id"):
        held[point_id].add(member_id)
    return {point_id: frozenset(members) for point_id, members in held.items()}


def attributed(moments: Collection[Moment]) -> Mapping[Moment, tuple[str, ...]]:
    """Who held each point at each moment, by name; one question for a whole batch."""
    if not moments:
        return {}
    first, last = min(at for _, at in moments), max(at for _, at in moments)
    shifts = Shift.objects.filter(point_id__in={point_id for point_id, _ in moments})
    shifts = shifts.filter(Q(ended_at=None) | Q(ended_at__gt=first), began_at__lte=last, began_at__gt=first - LONGEST)
    held: dict[int, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    rows = shifts.order_by("began_at", "id").values_list("point_id", "member__name", "began_at", "ended_at")
    for point_id, name, began_at, ended_at in rows:
        until = began_at + LONGEST
        held[point_id].append((name, began_at, min(ended_at, until) if ended_at else until))
    return {
        (point_id, at): tuple(name for name, begins, ends in held.get(point_id, ()) if begins <= at < ends)
        for point_id, at in moments
    }


def end_forgotten() -> int:
    """Close the shifts that have been open longer than LONGEST, in all companies; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM office_companies()")
        companies = [int(row[0]) for row in cursor.fetchall()]
    return sum(_end_forgotten(company_id) for company_id in companies)


def _end_forgotten(company_id: int) -> int:
    with company_scope(company_id):
        now = database_now()
        forgotten = Shift.objects.select_for_update(of=("self",)).select_related("point", "member")
        found = list(forgotten.filter(ended_at=None, began_at__lte=now - LONGEST).order_by("id"))
        for shift in found:
            shift.ended_at = shift.began_at + LONGEST
            shift.save(update_fields=["ended_at"])
            told = {"point": shift.point.name, "forgotten_by": shift.member.name}
            subject = ("point", shift.point.public_id)
            audit.record(rule(RULE_NAME, company_id), "shift.ended", subject=subject, now=now, details=told)
        return len(found)


def _close(member_id: int, *, now: datetime) -> None:
    """End his open shift; one that was forgotten ends at its limit."""
    for shift in Shift.objects.select_for_update().filter(member_id=member_id, ended_at=None):
        # A rival of the same moment may have begun it after our clock was read.
        shift.ended_at = max(shift.began_at, min(now, shift.began_at + LONGEST))
        shift.save(update_fields=["ended_at"])


def _held(member_id: int, *, now: datetime) -> Shift:
    held = current(member_id, now=now)
    if held is None:
        raise Refused("no_shift", _("Смена уже закончена"))
    return held


def _member_of(by: Actor) -> int:
    if by.kind != "member" or by.id is None:
        raise Refused("forbidden", FORBIDDEN, status=403)
    return by.id


def _point(point_id: int, *, by: Actor) -> PointOfSale:
    point: PointOfSale | None = PointOfSale.objects.filter(pk=point_id).first() if by.sees_point(point_id) else None
    if point is None:
        raise NotVisible(point_id)
    return point


def _lock(member_ids: Collection[int]) -> list[Member]:
    return list(Member.objects.select_for_update().filter(pk__in=member_ids, is_active=True).order_by("pk"))


def _locked(member_id: int) -> Member:
    """His row, so that two presses of one person come one after another. Raises NotVisible for one who is gone."""
    found = _lock([member_id])
    if not found:
        raise NotVisible(member_id)
    return found[0]
