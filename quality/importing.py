"""Marks and return reasons from the cabinet's order export (kaspi-api §6.3): Kaspi's API tells neither."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from integrations.kaspi.order_export import Export, ExportRow, RowProblem
from orders.facts.storing import EVENT_COLUMNS
from orders.models import EventKind, Order
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require_whole
from staff.bulk import insert
from staff.models import Shop
from staff.permissions import Permission

AUDITED = "quality.export_imported"
RETURNED = "возврат"
# Parts of reasons that speak of the goods themselves. The cabinet's own words are «Товар не соответствует
# описанию/фото»; the others are ours, for exports that we have not seen.
OF_QUALITY = ("не соответствует", "брак", "дефект", "ненадлежащ", "поврежд", "не работает", "неисправ")
_UPDATE = """
UPDATE orders_order o SET mark = told.mark, mark_on = told.mark_on, return_for_quality = told.for_quality,
  version = o.version + 1, changed_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(marks)s::smallint[], %(days)s::date[], %(for_quality)s::boolean[])
  AS told (id, mark, mark_on, for_quality)
WHERE o.company_id = %(company)s AND o.id = told.id
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: orders changed, orders that said nothing new, numbers we do not know, rows not read."""

    applied: int
    unchanged: int
    unknown: tuple[str, ...]
    problems: tuple[RowProblem, ...]


def apply(export: Export, shop: Shop, *, by: Actor, now: datetime) -> Imported:
    """Write marks with their days, and which returns were for quality, to the orders of this shop.

    A mark that has been taken away in the cabinet stays here: the export does not tell it from one that was never
    given. Raises Refused (403) without the right.
    """
    require_whole(by, Permission.QUALITY_IMPORT, shop_id=shop.pk)
    told = _by_code(export.rows)
    with transaction.atomic():
        take_turn(shop.pk)
        orders = {order.code: order for order in _orders(shop, told)}
        changed = [order for code, order in orders.items() if _change(order, told[code])]
        _write(changed, shop.company_id, now=now)
        insert("orders_orderevent", EVENT_COLUMNS, (_event(order, by=by, now=now) for order in changed))
        unknown = tuple(sorted(told.keys() - orders.keys()))
        result = Imported(len(changed), len(orders) - len(changed), unknown, export.problems)
        audit.record(by, AUDITED, subject=("shop", shop.slug), now=now, details=_counted(result))
    return result


def _counted(result: Imported) -> dict[str, Any]:
    return {
        "applied": result.applied,
        "unchanged": result.unchanged,
        "unknown": len(result.unknown),
        "problems": len(result.problems),
    }


def _by_code(rows: Iterable[ExportRow]) -> dict[str, list[ExportRow]]:
    """An order of several goods has several rows."""
    found: dict[str, list[ExportRow]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def _orders(shop: Shop, told: Mapping[str, Any]) -> Iterable[Order]:
    # The turn keeps every other writer away until we are done.
    found = Order.objects.filter(shop_id=shop.pk, code__in=list(told))
    return found.only("company_id", "shop_id", "code", "stage", "mark", "mark_on", "return_for_quality")


def _change(order: Order, rows: list[ExportRow]) -> bool:
    """Put what the rows say into the order; whether that is anything new."""
    mark, mark_on = _mark(rows) or (order.mark, order.mark_on)
    for_quality = order.return_for_quality or any(map(is_return_for_quality, rows))
    if (mark, mark_on, for_quality) == (order.mark, order.mark_on, order.return_for_quality):
        return False
    order.mark, order.mark_on, order.return_for_quality = mark, mark_on, for_quality
    return True


def _write(changed: Sequence[Order], company_id: int, *, now: datetime) -> None:
    """In one statement: a file tells of thousands of orders, and the counters' trigger then runs once."""
    told: dict[str, Any] = {
        "ids": [order.pk for order in changed],
        "marks": [order.mark for order in changed],
        "days": [order.mark_on for order in changed],
        "for_quality": [order.return_for_quality for order in changed],
    }
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, {**told, "company": company_id, "now": now})


def _mark(rows: Iterable[ExportRow]) -> tuple[int, date] | None:
    """The order's mark and its day: the latest, when its goods were marked apart. Without a day, that of the status."""
    marks = [(row.review_on or row.status_changed_on or row.received_on, row.mark) for row in rows if row.mark]
    if not marks:
        return None
    day, mark = max(marks)
    return mark, day


def is_return_for_quality(row: ExportRow) -> bool:
    reason = row.cancel_reason.casefold()
    return row.status.casefold().startswith(RETURNED) and any(part in reason for part in OF_QUALITY)


def _event(order: Order, *, by: Actor, now: datetime) -> tuple[Any, ...]:
    said = f"оценка {order.mark}" if order.mark else "возврат по качеству"
    told = {
        "company_id": order.company_id,
        "shop_id": order.shop_id,
        "order_id": order.pk,
        "kind": EventKind.NOTE,
        "learned_at": now,
        "stage_before": order.stage,
        "stage_after": order.stage,
        "actor_kind": by.kind,
        "actor_label": by.label,
        "expected": True,
        "details": {"text": f"Из выгрузки кабинета: {said}"},
    }
    return tuple(map(told.get, EVENT_COLUMNS))
