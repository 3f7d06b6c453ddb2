"""Writes the lines of a load to offers and stock: a fixed number of statements, however many lines there are.

Works on a temporary table of the lines to be written, in the caller's transaction and company scope. Offers are locked
before stock, each in one order, so that two loads cannot wait for each other in a ring.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from catalog.models import How, PriceLoad
from staff.scoping import current_company

LONGEST_REASON: Final = 200
LINE_COLUMNS: Final = ("company_id", "load_id", "row", "sku", "offer_id", "kind", "before", "after", "seen")

_CHOOSE: Final = """
DROP TABLE IF EXISTS pg_temp.price_lines;
CREATE TEMP TABLE price_lines ON COMMIT DROP AS
SELECT id, row, sku, offer_id, offer_id IS NULL AS fresh, before, after, seen FROM catalog_priceline
WHERE company_id = %(company)s AND load_id = %(load)s AND kind = ANY(%(kinds)s) AND outcome = '';
CREATE UNIQUE INDEX ON price_lines (id);
CREATE INDEX ON price_lines (offer_id);
ANALYZE price_lines;
"""
_LOCK: Final = """
SELECT offer.id FROM catalog_offer offer
WHERE offer.company_id = %(company)s AND offer.id IN (SELECT offer_id FROM price_lines) ORDER BY offer.id FOR UPDATE
"""
# What a person took away meanwhile, or another hand has changed since.
_TOUCHED: Final = """
SELECT line.id, offer.id FROM price_lines line
LEFT JOIN catalog_offer offer ON offer.company_id = %(company)s AND offer.id = line.offer_id
WHERE line.offer_id IS NOT NULL AND (offer.id IS NULL OR offer.version <> line.seen)
"""
# Each number of pieces that is told, at the place and under the name where these pieces lie.
_STOCK: Final = """
DROP TABLE IF EXISTS pg_temp.price_stock;
CREATE TEMP TABLE price_stock ON COMMIT DROP AS
SELECT line.id AS line_id, coalesce(point.keeps_at_id, point.id) AS point_id,
  coalesce(nullif(offer.stock_sku, ''), line.sku) AS sku,
  (told.value #>> '{}')::integer AS pieces, (line.before #>> ARRAY['stock', told.key])::integer AS was
FROM price_lines line
CROSS JOIN LATERAL jsonb_each(line.after -> 'stock') told
JOIN staff_pointofsale point ON point.company_id = %(company)s AND point.id = told.key::bigint
LEFT JOIN catalog_offer offer ON offer.company_id = %(company)s AND offer.id = line.offer_id
WHERE line.after ? 'stock';
CREATE INDEX ON price_stock (point_id, sku);
ANALYZE price_stock;
"""
_MAKE_ITEMS: Final = """
INSERT INTO catalog_stockitem (company_id, on_hand, reserved, place, point_id, sku)
SELECT DISTINCT %(company)s, 0, 0, '', point_id, sku FROM price_stock ON CONFLICT DO NOTHING
"""
_LOCK_ITEMS: Final = """
SELECT item.id FROM catalog_stockitem item JOIN (SELECT DISTINCT point_id, sku FROM price_stock) told USING (point_id, sku)
WHERE item.company_id = %(company)s ORDER BY item.point_id, item.sku FOR UPDATE OF item
"""
_MOVED_STOCK: Final = """
SELECT DISTINCT told.line_id FROM price_stock told
JOIN catalog_stockitem item ON item.company_id = %(company)s AND item.point_id = told.point_id AND item.sku = told.sku
WHERE told.was IS DISTINCT FROM CASE WHEN item.counted_at IS NOT NULL THEN item.on_hand END
"""
_LEAVE: Final = """
UPDATE catalog_priceline SET outcome = 'moved' WHERE company_id = %(company)s AND id = ANY(%(ids)s);
DELETE FROM price_lines WHERE id = ANY(%(ids)s);
"""
_LEAVE_STOCK: Final = "DELETE FROM price_stock WHERE line_id = ANY(%(ids)s)"
_ADD: Final = """
INSERT INTO catalog_offer (company_id, shop_id, sku, name, brand, category, barcode, price, preorder_days, floor, ceiling,
  on_sale, source, changed_at, changed_by, changed_how)
SELECT %(company)s, %(shop)s, sku, after ->> 'name', coalesce(after ->> 'brand', ''), coalesce(after ->> 'category', ''),
  coalesce(after ->> 'barcode', ''), (after ->> 'price')::numeric, coalesce((after ->> 'preorder_days')::integer, 0),
  (after ->> 'floor')::numeric, (after ->> 'ceiling')::numeric, true, 'price_list', %(now)s, %(by)s, %(how)s
FROM price_lines WHERE offer_id IS NULL ORDER BY sku
ON CONFLICT (company_id, shop_id, sku) DO NOTHING RETURNING id, sku
"""
# Of a good that an order has brought meanwhile nobody saw what would change.
_BIND: Final = f"""
WITH added AS ({_ADD}), bound AS (
  UPDATE price_lines line SET offer_id = added.id FROM added WHERE line.offer_id IS NULL AND line.sku = added.sku
  RETURNING line.id, line.offer_id)
UPDATE catalog_priceline kept SET offer_id = bound.offer_id FROM bound
WHERE kept.company_id = %(company)s AND kept.id = bound.id
"""  # noqa: S608  statements of our own
_UNBOUND: Final = "SELECT id FROM price_lines WHERE offer_id IS NULL"
_TEXTS: Final = ("name", "brand", "category", "barcode")
_NUMBERS: Final = {"price": "numeric", "preorder_days": "integer", "floor": "numeric", "ceiling": "numeric"}
_SETS: Final = ",\n  ".join(
    [f"{name} = CASE WHEN line.after ? '{name}' THEN line.after ->> '{name}' ELSE offer.{name} END" for name in _TEXTS]
    + [
        f"{name} = CASE WHEN line.after ? '{name}' THEN (line.after ->> '{name}')::{kind} ELSE offer.{name} END"
        for name, kind in _NUMBERS.items()
    ]
)
_OFF: Final = "line.after @> '{\"on_sale\": false}'"
_ON: Final = "line.after @> '{\"on_sale\": true}'"
_CHANGE: Final = f"""
UPDATE catalog_offer offer SET {_SETS},
  on_sale = CASE WHEN {_OFF} THEN false WHEN {_ON} THEN true ELSE offer.on_sale END,
  off_reason = CASE WHEN {_OFF} THEN %(reason)s WHEN {_ON} THEN '' ELSE offer.off_reason END,
  off_by = CASE WHEN {_OFF} THEN %(by)s WHEN {_ON} THEN '' ELSE offer.off_by END,
  off_at = CASE WHEN {_OFF} THEN %(now)s WHEN {_ON} THEN NULL ELSE offer.off_at END,
  off_until = CASE WHEN {_OFF} OR {_ON} THEN NULL ELSE offer.off_until END,
  version = offer.version + 1, changed_at = %(now)s, changed_by = %(by)s, changed_how = %(how)s
FROM price_lines line
WHERE offer.company_id = %(company)s AND offer.id = line.offer_id
  AND NOT line.fresh AND line.after - 'stock' <> '{{}}'::jsonb
"""  # noqa: S608  names of our own columns
_CITY: Final = """
INSERT INTO catalog_cityprice (company_id, offer_id, city_code, price)
SELECT %(company)s, line.offer_id, told.key, told.value::numeric
FROM price_lines line CROSS JOIN LATERAL jsonb_each_text(line.after -> 'city') told
WHERE line.after ? 'city' AND told.value IS NOT NULL
ON CONFLICT (company_id, offer_id, city_code) DO UPDATE SET price = excluded.price
"""
_NO_CITY: Final = """
DELETE FROM catalog_cityprice kept USING price_lines line
WHERE kept.company_id = %(company)s AND kept.offer_id = line.offer_id AND line.after -> 'city' ? kept.city_code
  AND line.after -> 'city' ->> kept.city_code IS NULL
"""
_SOLD: Final = """
INSERT INTO catalog_offerpoint (company_id, offer_id, point_id, sold)
SELECT %(company)s, line.offer_id, point.id, told.value::boolean
FROM price_lines line CROSS JOIN LATERAL jsonb_each_text(line.after -> 'sold') told
JOIN staff_pointofsale point ON point.company_id = %(company)s AND point.id = told.key::bigint
WHERE line.after ? 'sold' AND told.value IS NOT NULL
ON CONFLICT (company_id, offer_id, point_id) DO UPDATE SET sold = excluded.sold
"""
_NOT_SAID: Final = """
DELETE FROM catalog_offerpoint kept USING price_lines line
WHERE kept.company_id = %(company)s AND kept.offer_id = line.offer_id AND line.after -> 'sold' ? kept.point_id::text
  AND line.after -> 'sold' ->> kept.point_id::text IS NULL
"""
# Several offers may tell of one heap: they tell the same number of it (`catalog.price_list.comparing`).
_COUNT: Final = """
WITH told AS (SELECT DISTINCT ON (point_id, sku) point_id, sku, pieces FROM price_stock ORDER BY point_id, sku),
was AS (
  SELECT item.id, item.point_id, item.sku, item.on_hand, told.pieces FROM catalog_stockitem item
  JOIN told USING (point_id, sku) WHERE item.company_id = %(company)s),
counted AS (
  UPDATE catalog_stockitem item SET on_hand = coalesce(was.pieces, 0),
    counted_at = CASE WHEN was.pieces IS NOT NULL THEN coalesce(item.counted_at, %(now)s) END
  FROM was WHERE item.company_id = %(company)s AND item.id = was.id)
INSERT INTO catalog_movement (company_id, at, point_id, sku, on_hand_change, reserved_change, reason, by)
SELECT %(company)s, %(now)s, point_id, sku, coalesce(pieces, 0) - on_hand, 0, 'counted', %(by)s FROM was
WHERE coalesce(pieces, 0) <> on_hand
"""
# What was left has its outcome already.
_DONE: Final = """
UPDATE catalog_priceline SET outcome = 'done'
WHERE company_id = %(company)s AND load_id = %(load)s AND kind = ANY(%(kinds)s) AND outcome = ''
"""


class Writer:
    """The lines of one load on their way to the offers; `reason`: why what goes off sale does."""

    def __init__(self, load: PriceLoad, *, by: str, now: datetime, how: How, reason: str = "") -> None:
        self._asked: dict[str, Any] = {
            "company": current_company(),
            "load": load.pk,
            "shop": load.shop_id,
            "by": by[:LONGEST_REASON],
            "now": now,
            "how": str(how.value),
            "reason": reason[:LONGEST_REASON],
        }

    def choose(self, kinds: list[str]) -> None:
        """Take these kinds of lines up, and lock their offers."""
        self._asked["kinds"] = kinds
        self._run(_CHOOSE)
        self._run(_LOCK)

    def touched(self) -> dict[int, int | None]:
        """Lines whose offer is not the version that was seen, with the offer; None where it is gone."""
        return dict(self._ask(_TOUCHED))

    def lay_out_stock(self) -> list[int]:
        """Lock what is counted; answers the lines whose pieces have changed since they were seen."""
        for statement in (_STOCK, _MAKE_ITEMS, _LOCK_ITEMS):
            self._run(statement)
        return [line for (line,) in self._ask(_MOVED_STOCK)]

    def leave(self, ids: list[int]) -> None:
        """Leave these lines as they are: somebody was faster."""
        if ids:
            self._run(_LEAVE, ids=ids)
            self._run("CREATE TEMP TABLE IF NOT EXISTS price_stock (line_id bigint) ON COMMIT DROP")
            self._run(_LEAVE_STOCK, ids=ids)

    def add(self) -> list[int]:
        """Make the new offers; answers the lines whose SKU an order has brought meanwhile."""
        self._run(_BIND)
        return [line for (line,) in self._ask(_UNBOUND)]

    def write(self) -> int:
        """Write all that is left; answers how many lines."""
        for statement in (_CHANGE, _CITY, _NO_CITY, _SOLD, _NOT_SAID, _COUNT):
            self._run(statement)
        with connection.cursor() as cursor:
            cursor.execute(_DONE, dict(self._asked))
            return int(cursor.rowcount)

    def _run(self, statement: str, **more: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self._asked, **more})

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, dict(self._asked))
            return list(cursor.fetchall())
