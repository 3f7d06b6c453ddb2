"""«Why is it three»: every movement of an offer's pieces, the newest first, and how many lay there after each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext

from catalog.models import Movement, StockItem
from catalog.naming import codes_of
from catalog.page_models import LedgerLine
from catalog.shared import Place
from catalog.words import reason
from staff.access import Actor
from staff.formats import almaty_moment, change
from staff.paging import place
from staff.scoping import current_company

ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class Ledger:
    """A page of movements; `following` is the cursor of the older ones."""

    lines: tuple[LedgerLine, ...]
    following: str


def ledger(places: Iterable[Place], *, names: dict[int, str], by: Actor, after: str, now: datetime) -> Ledger:
    """Movements at these places, added up together; `names` of their points. Raises Refused 400 for a foreign cursor."""
    wanted = sorted(set(places))
    here = place(
        {"item": repr(wanted), "cursor": after, "limit": str(ROWS)},
        columns=("-at", "-id"),
        name="ledger",
        company_id=current_company(),
    )
    found = list(here.cut(_of(wanted)))
    shown, following = here.page([{"at": row.at, "id": row.pk} for row in found])
    rows = found[: len(shown)]
    lies = _lie(wanted) - (_newer(wanted, rows[0]) if rows else 0)
    codes = codes_of(by, [row.order_id for row in rows if row.order_id])
    lines = []
    for row in rows:
        lines.append(_line(row, lies, names if len(names) > 1 else {}, codes.get(row.order_id or 0, ""), now))
        lies -= row.on_hand_change
    return Ledger(tuple(lines), following or "")


def _of(places: Sequence[Place]) -> "QuerySet[Movement]":
    here = Q(pk__in=[])
    for point_id, sku in places:
        here |= Q(point_id=point_id, sku=sku)
    rows: QuerySet[Movement] = Movement.objects.filter(here)
    return rows


def _lie(places: Sequence[Place]) -> int:
    here = Q(pk__in=[])
    for point_id, sku in places:
        here |= Q(point_id=point_id, sku=sku)
    return StockItem.objects.filter(here).aggregate(lie=Sum("on_hand"))["lie"] or 0


def _newer(places: Sequence[Place], row: Movement) -> int:
    newer = _of(places).filter(Q(at__gt=row.at) | Q(at=row.at, pk__gt=row.pk))
    return newer.aggregate(sum=Sum("on_hand_change"))["sum"] or 0


def _line(row: Movement, lies: int, names: dict[int, str], code: str, now: datetime) -> LedgerLine:
    aside = [
        gettext("в карантин %(pieces)s") % {"pieces": change(row.quarantine_change, digits=0)}
        if row.quarantine_change
        else "",
        gettext("списано %(pieces)s") % {"pieces": change(row.written_off_change, digits=0)}
        if row.written_off_change
        else "",
        gettext("едет обратно %(pieces)s") % {"pieces": change(row.in_return_change, digits=0)}
        if row.in_return_change
        else "",
    ]
    return LedgerLine(
        at=almaty_moment(row.at, now=now),
        what=", ".join(filter(None, (reason(row.reason), *aside))),
        change=change(row.on_hand_change, digits=0) if row.on_hand_change else "",
        held=change(row.reserved_change, digits=0) if row.reserved_change else "",
        balance=str(lies),
        point=names.get(row.point_id, ""),
        who=row.by,
        order_url=f"/orders/{code}/" if code else "",
        order=code,
    )
