"""Who was shown or took out whose data: the rows of a breach report (reliability.md §5.15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import ApiKey, Disclosure, Member
from staff.scoping import current_company

USUAL: Final = timedelta(days=6)
# A quarter at a time: whoever writes a notice knows about when, and the sums stay quick.
LONGEST: Final = timedelta(days=92)
NAMES: Final = ("since", "until", "who", "address", "order")
LONGEST_TEXT: Final = 45

# So many numbers of orders are told apart while a person waits; of more only the showings are counted.
MOST_TOLD_APART: Final = 300_000

_SHOWN: Final = """
SELECT d.actor_kind, d.actor_id, max(d.actor_label COLLATE "C"), d.door, count(*), sum(cardinality(d.subjects))::bigint,
  NULL::bigint, min(d.at), max(d.at)
FROM staff_disclosure d WHERE {where} GROUP BY 1, 2, 4 ORDER BY 6 DESC, 3, 4
"""
# By hashes, in one pass. The same order seen twice by the same person counts once.
_TOTALS: Final = """
SELECT actor_kind, actor_id, max(label), door, sum(times)::bigint, sum(shown)::bigint, count(*), min(first), max(last)
FROM (
  SELECT d.actor_kind, d.actor_id, d.door, code, max(d.actor_label COLLATE "C") AS label, count(*) AS shown,
    count(*) FILTER (WHERE ord = 1 OR code = %(order)s) AS times, min(d.at) AS first, max(d.at) AS last
  FROM staff_disclosure d CROSS JOIN LATERAL unnest(d.subjects) WITH ORDINALITY told (code, ord)
  WHERE {where} AND (%(order)s = '' OR code = %(order)s) GROUP BY 1, 2, 3, 4) seen
GROUP BY 1, 2, 4 ORDER BY 7 DESC, 3, 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Days of Almaty, `until` included. `who`: (kind, id) of a person or a key; `order`: a number."""

    since: date
    until: date
    who: tuple[str, int] | None = None
    who_id: str = ""
    address: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What one person or key saw through one door: how many times, numbers of orders in all, how many different ones
    (None: too many to tell apart), the first and the last time.
    """

    kind: str
    actor_id: int | None
    label: str
    door: str
    times: int
    shown: int
    orders: int | None
    first: datetime
    last: datetime


def parse(asked: Mapping[str, Any], *, today: date) -> Wanted:
    """What the address asks for; a week up to today when it names no days. Raises Refused (400) with the wrong field."""
    text = {name: _text(asked, name) for name in NAMES}
    until = _day(text, "until") or today
    since = _day(text, "since") or until - USUAL
    if not timedelta(0) <= until - since <= LONGEST:
        raise Refused("bad_value", _("Дни: сначала ранний, потом поздний, не больше 92"), status=400, field="since")
    return Wanted(
        since=since,
        until=until,
        who=_who(text["who"]) if text["who"] else None,
        who_id=text["who"],
        address=text["address"],
        order="".join(text["order"].split()).lstrip("№"),
    )


def select(wanted: Wanted) -> "QuerySet[Disclosure]":
    """The rows of the scope's company, in no order."""
    begins, ends = bounds(wanted)
    found: QuerySet[Disclosure] = Disclosure.objects.filter(at__gte=begins, at__lt=ends)
    if wanted.who is not None:
        found = found.filter(actor_kind=wanted.who[0], actor_id=wanted.who[1])
    if wanted.address:
        found = found.filter(address=wanted.address)
    return found.filter(subjects__contains=[wanted.order]) if wanted.order else found


def totals(wanted: Wanted) -> list[Total]:
    """Per person or key and door, the most orders first."""
    shown = _totals(_SHOWN, wanted)
    return _totals(_TOTALS, wanted) if sum(one.shown for one in shown) <= MOST_TOLD_APART else shown


def _totals(sql: str, wanted: Wanted) -> list[Total]:
    where, values = condition(wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(where=where), values)
        return [Total(*row) for row in cursor.fetchall()]


def condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The filter as SQL over `staff_disclosure d`, and its values. Constants and parameters only."""
    begins, ends = bounds(wanted)
    values: dict[str, Any] = {"company": current_company(), "begins": begins, "ends": ends, "order": wanted.order}
    parts = ["d.company_id = %(company)s AND d.at >= %(begins)s AND d.at < %(ends)s"]
    if wanted.who is not None:
        parts.append("d.actor_kind = %(kind)s AND d.actor_id = %(actor)s")
        values |= {"kind": wanted.who[0], "actor": wanted.who[1]}
    if wanted.address:
        parts.append("d.address = %(address)s")
        values["address"] = wanted.address
    if wanted.order:
        parts.append("d.subjects @> ARRAY[%(order)s]::varchar[]")
    return " AND ".join(parts), values


def bounds(wanted: Wanted) -> tuple[datetime, datetime]:
    """The moments between which the days lie."""
    return _midnight(wanted.since), _midnight(wanted.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ALMATY)


def _text(asked: Mapping[str, Any], name: str) -> str:
    text = str(asked.get(name) or "").strip()
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise _wrong(name)
    return text


def _day(text: Mapping[str, str], name: str) -> date | None:
    if not text[name]:
        return None
    try:
        day = date.fromisoformat(text[name])
    except ValueError as problem:
        raise _wrong(name) from problem
    if not 2000 <= day.year <= 9000:
        raise _wrong(name)
    return day


def _who(public_id: str) -> tuple[str, int]:
    """A person or a key by public id. Raises Refused (400) for nobody of this company."""
    try:
        wanted = UUID(public_id)
    except ValueError as problem:
        raise _wrong("who") from problem
    for kind, model in (("member", Member), ("api_key", ApiKey)):
        found = model.objects.filter(public_id=wanted).values_list("pk", flat=True).first()
        if found is not None:
            return kind, int(found)
    raise _wrong("who")


def _wrong(field: str) -> Refused:
    return Refused("bad_value", _("Отбор не разобрать: проверьте дни, человека и адрес"), status=400, field=field)
