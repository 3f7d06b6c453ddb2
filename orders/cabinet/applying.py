"""Writes what a dry run showed, in the shop's turn and in one transaction: all of it or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext

from orders.cabinet.known import OF_CABINET, Known, known_by_id
from orders.cabinet.told import FIELDS, ON_ORDER, contradicts
from orders.facts.storing import EVENT_COLUMNS
from orders.models import CabinetImport, CabinetLine, EventKind, ImportState, LineKind
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require_whole
from staff.bulk import insert
from staff.errors import Refused
from staff.permissions import Permission

AUDITED: Final = "quality.export_imported"
NAMED: Final = 3
FACT_COLUMNS: Final = ("company_id", "order_id", "batch_id", "told_at", *OF_CABINET)
_UPSERT: Final = "ON CONFLICT (company_id, order_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in ("batch_id", "told_at", *OF_CABINET)
)
_UPDATE: Final = """
UPDATE orders_order o SET mark = told.mark, mark_on = told.mark_on, return_for_quality = told.for_quality,
  version = o.version + 1, changed_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(marks)s::smallint[], %(days)s::date[], %(for_quality)s::boolean[])
  AS told (id, mark, mark_on, for_quality)
WHERE o.company_id = %(company)s AND o.id = told.id
"""


def apply(batch: CabinetImport, *, by: Actor, now: datetime, against: bool = False) -> int:
    """Write the dry run to the orders of its shop; answers how many orders changed. Written once, it is not again.

    `against`: also the orders of which the file says other than Kaspi's API. A mark that has been taken away in the
    cabinet stays here: the export does not tell it from one that was never given.

    Raises Refused: 403 without the right; 409 while the file is being read, and when orders were changed meanwhile in
    what the file tells of them, naming these.
    """
    require_whole(by, Permission.QUALITY_IMPORT, shop_id=batch.shop_id)
    with transaction.atomic():
        take_turn(batch.shop_id)
        batch = CabinetImport.objects.select_for_update(of=("self",)).defer("content").get(pk=batch.pk)
        if batch.state == ImportState.APPLIED:
            return 0
        if batch.state != ImportState.READY:
            raise Refused("not_ready", gettext("Файл ещё не прочитан. Дождитесь отчёта"))
        lines = _lines(batch, against=against)
        changes = _unmoved(lines, known_by_id(batch.shop_id, (line.order_id or 0 for line in lines)))
        _write(batch, changes, by=by, now=now)
        CabinetLine.objects.filter(pk__in=[line.pk for line in lines]).update(applied=True)
        done = {"state": ImportState.APPLIED, "applied": len(lines), "applied_at": now, "applied_label": by.label}
        CabinetImport.objects.filter(pk=batch.pk).update(**done)
        audit.record(by, AUDITED, subject=("shop", batch.shop.slug), now=now, details=_counted(batch, len(lines)))
    return len(lines)


def _lines(batch: CabinetImport, *, against: bool) -> Sequence[CabinetLine]:
    kinds = (LineKind.CHANGE, LineKind.AGAINST) if against else (LineKind.CHANGE,)
    # Of a buyer forgotten meanwhile nothing is left to write.
    lines = CabinetLine.objects.filter(batch_id=batch.pk, kind__in=kinds, order_id__isnull=False).exclude(told={})
    return list(lines.order_by("id"))


def _unmoved(lines: Sequence[CabinetLine], known: Mapping[int, Known]) -> list[tuple[CabinetLine, Known]]:
    """Each line with its order, if all of them stand as the person saw them. Raises Refused naming those that do not."""
    found = [(line, known.get(line.order_id or 0)) for line in lines]
    moved = [line.code for line, order in found if _moved(line, order)]
    if not moved:
        return [(line, order) for line, order in found if order is not None]
    rest = gettext(" и ещё %(count)s") % {"count": len(moved) - NAMED} if len(moved) > NAMED else ""
    sentence = gettext("Эти заказы изменились, пока вы смотрели отчёт: %(orders)s%(rest)s. Загрузите файл ещё раз")
    raise Refused("changed_meanwhile", sentence % {"orders": ", ".join(moved[:NAMED]), "rest": rest})


def _moved(line: CabinetLine, order: Known | None) -> bool:
    """Whether what would be overwritten is no more what the person saw, or Kaspi has begun to say other than the file."""
    if order is None or (order.forgotten and "review" in line.before):
        return True
    other = any(order.facts[name] != value for name, value in line.before.items())
    return other or (line.kind == LineKind.CHANGE and contradicts(line.told["status"], order.api.stage))


def _write(batch: CabinetImport, changes: Sequence[tuple[CabinetLine, Known]], *, by: Actor, now: datetime) -> None:
    if not changes:
        return
    rows = ((batch.company_id, one[1].order_id, batch.pk, now, *_after(*one, OF_CABINET)) for one in changes)
    insert("orders_cabinetfacts", FACT_COLUMNS, rows, on_conflict=_UPSERT)
    _write_orders(batch.company_id, changes, now=now)
    insert("orders_orderevent", EVENT_COLUMNS, (_event(batch, *one, by=by, now=now) for one in changes))


def _after(line: CabinetLine, order: Known, names: Sequence[str]) -> list[Any]:
    """What the person saw change, and the rest as it stands now."""
    return [line.told[name] if name in line.before else order.facts[name] for name in names]


def _write_orders(company_id: int, changes: Sequence[tuple[CabinetLine, Known]], *, now: datetime) -> None:
    """In one statement: a file tells of thousands of orders, and the counters' trigger then runs once."""
    rows = [(order.order_id, *_after(line, order, ON_ORDER)) for line, order in changes]
    told: dict[str, Any] = dict(
        zip(("ids", "marks", "days", "for_quality"), map(list, zip(*rows, strict=True)), strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, {**told, "company": company_id, "now": now})


def _event(batch: CabinetImport, line: CabinetLine, order: Known, *, by: Actor, now: datetime) -> tuple[Any, ...]:
    """Names of fields, never their words: history is only added to, and a review is its buyer's."""
    details = {"import": str(batch.public_id), "told": [name for name in FIELDS if name in line.before]}
    told = {
        "company_id": batch.company_id,
        "shop_id": batch.shop_id,
        "order_id": order.order_id,
        "kind": EventKind.IMPORTED,
        "learned_at": now,
        "stage_before": order.api.stage,
        "stage_after": order.api.stage,
        "actor_kind": by.kind,
        "actor_label": by.label,
        "expected": True,
        "details": details | ({"mark": line.told["mark"]} if "mark" in line.before else {}),
    }
    return tuple(map(told.get, EVENT_COLUMNS))


def _counted(batch: CabinetImport, applied: int) -> dict[str, Any]:
    """`orders` is said in words by the journal."""
    counts = {"same": batch.same, "against": batch.against, "unknown": batch.unknown, "unread": batch.unread}
    return {"orders": applied, **counts}
