"""What rows of a shelf need beside their own lines, in one query: stock, actions, who holds the points, where parcels lie."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from integrations.models import OPEN_ACTION_STATES, ActionState
from orders.lifecycle import STOCK_HELD, Stage
from orders.shelves.lines import Beside, LastAction, Line, Stock
from staff.scoping import current_company
from staff.shifts import HELD_NOW, LONGEST

REFUSALS_SHOWN: Final = timedelta(days=1)

# CASE and not COALESCE, which PostgreSQL does not trust under row security: by it no index would be asked.
# Plain SQL: building these through the ORM took longer than running them.
_COUNTED_STOCK: Final = """
SELECT good.point_id, good.sku, item.on_hand, item.reserved
FROM unnest(%(points)s::bigint[], %(skus)s::text[]) AS good (point_id, sku)
JOIN staff_pointofsale point ON point.company_id = %(company)s AND point.id = good.point_id
LEFT JOIN catalog_offer offer ON offer.company_id = %(company)s AND offer.shop_id = point.shop_id
  AND offer.sku = good.sku AND offer.stock_sku <> ''
JOIN catalog_stockitem item ON item.company_id = %(company)s
  AND item.point_id = CASE WHEN point.keeps_at_id IS NULL THEN point.id ELSE point.keeps_at_id END
  AND item.sku = CASE WHEN offer.id IS NULL THEN good.sku ELSE offer.stock_sku END
WHERE item.counted_at IS NOT NULL
"""
_LAST_ACTIONS: Final = """
SELECT id, subject_id, kind, state, problem, public_id,
  CASE WHEN state = 'queued' AND attempts = 0 THEN undo_until END AS undo_until
FROM integrations_kaspiaction WHERE company_id = %(company)s AND subject_id = ANY(%(orders)s::bigint[])
  AND withdrawn_at IS NULL
  AND (state = ANY(%(open)s) OR (state = ANY(%(turned_down)s) AND settled_at > %(shown_since)s))
"""
_HELD: Final = """
SELECT order_id, sum(quantity) AS pieces FROM catalog_reservation
WHERE company_id = %(company)s AND order_id = ANY(%(unsigned)s::bigint[]) AND state = 'held' GROUP BY order_id
"""
_BESIDE: Final = f"""
SELECT
  (SELECT coalesce(json_agg(json_build_array(point_id, sku, on_hand, reserved)), '[]'::json)
   FROM ({_COUNTED_STOCK}) counted),
  (SELECT coalesce(json_agg(json_build_array(subject_id, kind, state, problem, public_id, undo_until) ORDER BY id),
    '[]'::json) FROM ({_LAST_ACTIONS}) told),
  ({HELD_NOW}),
  (SELECT coalesce(json_agg(json_build_array(order_id, place)), '[]'::json) FROM orders_ordercell
   WHERE company_id = %(company)s AND order_id = ANY(%(laid)s::bigint[])),
  (SELECT coalesce(json_agg(json_build_array(order_id, pieces)), '[]'::json) FROM ({_HELD}) reserved)
"""  # noqa: S608  our own constants


def beside_of(lines: Sequence[Line], *, now: datetime) -> Beside:
    """What stands beside these lines."""
    if not lines:
        return Beside()
    goods = {(line.point_id, line.first_sku) for line in lines if line.stage in STOCK_HELD and line.first_sku}
    asked = _goods((point, sku) for point, sku in goods if point) | {
        "orders": [line.id for line in lines],
        "open": list(OPEN_ACTION_STATES),
        "turned_down": [ActionState.REFUSED, ActionState.PARKED],
        "shown_since": now - REFUSALS_SHOWN,
        "held": sorted({line.point_id for line in lines if line.point_id}),
        "now": now,
        "longest": LONGEST,
        "unsigned": [line.id for line in lines if line.stage == Stage.SIGNING],
        "laid": [line.id for line in lines if line.stage == Stage.PICKUP],
    }
    stock, actions, holders, cells, held = _ask(_BESIDE, asked)[0]
    return Beside(
        stock=_stock(stock),
        actions={order: _action(*told) for order, *told in actions},
        holders={int(point): names for point, names in holders.items()},
        cells=dict(cells),
        held=dict(held),
    )


def stock_at(goods: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Stock]:
    """Stock by (point, SKU). A good that nobody ever counted is left out: nothing is known of it."""
    wanted = set(goods)
    return _stock(_ask(_COUNTED_STOCK, _goods(wanted))) if wanted else {}


def held_of(order_id: int) -> int:
    """Pieces that lie put aside for this order."""
    rows = _ask(_HELD, {"unsigned": [order_id]})
    return int(rows[0][1]) if rows else 0


def _goods(goods: Iterable[tuple[int, str]]) -> dict[str, Any]:
    wanted = sorted(set(goods))
    return {"points": [point for point, _ in wanted], "skus": [sku for _, sku in wanted]}


def _stock(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], Stock]:
    return {(point, sku): Stock(on_hand, reserved) for point, sku, on_hand, reserved in rows}


def _action(kind: str, state: str, problem: str, public_id: str, undo_until: str | None) -> LastAction:
    until = None if undo_until is None else datetime.fromisoformat(undo_until)
    return LastAction(kind, state, problem, UUID(public_id), until)


def _ask(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | {"company": current_company()})
        return list(cursor.fetchall())
