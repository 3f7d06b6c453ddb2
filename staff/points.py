"""Points of sale: opened and changed by people. Their hours are what the acceptance clock runs by."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale, Shop
from staff.permissions import Permission
from staff.working_calendar import WorkingCalendar

CODE: Final = re.compile(r"[^\s/\x00]{1,40}")
NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a point is to be. Schedule and exceptions in the form of contract §2."""

    name: str
    city_code: str
    schedule: dict[str, Any]
    exceptions: dict[str, Any]


def find(public_id: UUID, *, by: Actor) -> PointOfSale:
    """The point of this id, with its shop, if he sees it. Raises NotVisible."""
    point: PointOfSale | None = PointOfSale.objects.select_related("shop").filter(public_id=public_id).first()
    if point is None or not by.sees_point(point.pk):
        raise NotVisible(public_id)
    return point


def add(shop: Shop, code: str, wanted: Wanted, *, by: Actor, now: datetime) -> PointOfSale:
    """Open a point under the code that Kaspi knows it by. Raises Refused."""
    require(by, Permission.STAFF_MANAGE)
    if not by.sees_whole(shop.pk):
        raise Refused("not_whole", _("Точку открывает тот, кому виден весь магазин"), status=403)
    if not CODE.fullmatch(code):
        raise Refused("bad_code", _("Код точки как в кабинете Kaspi, например PP1"), status=400, field="code")
    fields = _fields(wanted)
    try:
        with transaction.atomic():
            point: PointOfSale = PointOfSale.objects.create(shop_id=shop.pk, code=code, **fields)
    except IntegrityError:
        raise Refused("code_taken", _("Точка с таким кодом в магазине уже есть"), status=400, field="code") from None
    told = {"code": code, "shop": shop.name, **fields}
    audit.record(by, "point.added", subject=("point", point.public_id), now=now, after=told)
    return point


def change(point: PointOfSale, wanted: Wanted, *, seen: str, by: Actor, now: datetime) -> bool:
    """Change a point as `seen` in the form; answers whether its calendar is another one now. Raises Refused.

    Who may also has to re-derive the deadlines of its orders (`orders.calendars`): they are not known here.
    """
    require(by, Permission.STAFF_MANAGE)
    fields = _fields(wanted)
    with transaction.atomic():
        point = PointOfSale.objects.select_for_update().get(pk=point.pk)
        if version_of(point) != seen:
            raise Refused("changed_meanwhile", _("Точку только что изменил кто-то другой. Откройте её заново"))
        before, after = audit.changes({name: getattr(point, name) for name in fields}, fields)
        if not after:
            return False
        PointOfSale.objects.filter(pk=point.pk).update(**after)
        audit.record(by, "point.changed", subject=("point", point.public_id), now=now, before=before, after=after)
        return bool({"schedule", "exceptions"} & after.keys())


def version_of(point: PointOfSale) -> str:
    """Changes with everything that the form shows."""
    shown = json.dumps([point.name, point.city_code, point.schedule, point.exceptions], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _fields(wanted: Wanted) -> dict[str, Any]:
    name = " ".join(wanted.name.split())
    if not NAME.fullmatch(name):
        raise Refused("bad_name", _("Назовите точку, до 200 знаков"), status=400, field="name")
    # What the form lets through is a calendar; this stands for everybody else who calls.
    try:
        WorkingCalendar.from_json(wanted.schedule, exceptions=wanted.exceptions)
    except ValueError as trouble:
        raise Refused("bad_hours", str(trouble), status=400, field="schedule") from trouble
    return {
        "name": name,
        "city_code": wanted.city_code,
        "schedule": wanted.schedule,
        "exceptions": wanted.exceptions,
    }
