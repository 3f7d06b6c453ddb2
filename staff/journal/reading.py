"""Which entries of the journal somebody asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from staff.access import Actor
from staff.errors import Refused
from staff.formats import ALMATY
from staff.journal.words import DOORS
from staff.models import ApiKey, AuditEntry, Member

LONGEST = 80
NAMES = ("who", "action", "subject", "since", "until", "door")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to select. Days are of Almaty, `until` included; `who` is a person's or a key's public id."""

    who: UUID | None = None
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    door: str = ""


def parse(asked: Mapping[str, Any]) -> Wanted:
    """The filter that an address names. Raises Refused (400) with the field that is wrong."""
    text = {name: _text(asked, name) for name in NAMES}
    if text["door"] and text["door"] not in DOORS:
        raise _wrong("door")
    return Wanted(
        who=_uuid(text["who"]),
        action=text["action"],
        subject=_subject(text["subject"]),
        since=_day(text, "since"),
        until=_day(text, "until"),
        door=text["door"],
    )


def select(actor: Actor, wanted: Wanted) -> "QuerySet[AuditEntry]":
    """The entries that the actor may see and the filter names, in no order.

    Who does not see the whole company sees of its journal what he did himself.
    """
    entries: QuerySet[AuditEntry] = AuditEntry.objects.all()
    if actor.points is not None or actor.orders_of is not None:
        entries = entries.filter(actor_kind=actor.kind, actor_id=actor.id)
    if wanted.who is not None:
        entries = entries.filter(_who(wanted.who))
    return entries.filter(**_conditions(wanted))


def _who(public_id: UUID) -> Q:
    member = Member.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if member is not None:
        return Q(actor_kind="member", actor_id=member)
    key = ApiKey.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return Q(actor_kind="api_key", actor_id=key) if key is not None else Q(pk__in=())


def _conditions(wanted: Wanted) -> dict[str, Any]:
    conditions = {
        "action": wanted.action,
        "subject_id": wanted.subject,
        "actor_kind": wanted.door,
        "at__gte": _midnight(wanted.since),
        "at__lt": _midnight(wanted.until + timedelta(days=1)) if wanted.until else None,
    }
    return {name: value for name, value in conditions.items() if value}


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=ALMATY)


def _subject(text: str) -> str:
    """The number of an order is told with spaces and without."""
    digits = text.replace(" ", "").replace("\u00a0", "").lstrip("№")
    return digits if digits.isdecimal() else text


def _text(asked: Mapping[str, Any], name: str) -> str:
    text = str(asked.get(name) or "").strip()
    if len(text) > LONGEST or not text.isprintable():
        raise _wrong(name)
    return text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise _wrong("who") from None


def _day(text: Mapping[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(text[name]) if text[name] else None
    except ValueError:
        raise _wrong(name) from None
    if day is not None and not 2000 <= day.year < 2100:
        raise _wrong(name)
    return day


def _wrong(name: str) -> Refused:
    return Refused("bad_value", _("Такого значения фильтра нет"), status=400, field=name)
