"""FIFO over what has left, in SQL: `fifo.spend` over all parcels of the items with receipts, many at once.

CTEs to stand in a statement that names `%(company)s` and `%(items)s`: which items alone are looked at, NULL: all. `gone`
is every parcel of pieces with its place in the line of its item; `spent` prices those for which `wanted` holds. Pieces
that came back and were put on a shelf have not gone.
"""

from typing import Final

_GONE: Final = """
layer AS MATERIALIZED (
  SELECT sku, unit_cost, sum(pieces) OVER line - pieces AS low, sum(pieces) OVER line AS high
  FROM catalog_costlayer one
  WHERE company_id = %(company)s AND reverses_id IS NULL AND NOT EXISTS (
    SELECT FROM catalog_costlayer back WHERE back.company_id = one.company_id AND back.reverses_id = one.id)
  WINDOW line AS (PARTITION BY sku ORDER BY day, id)
), item AS (
  SELECT sku, min(day)::timestamp AT TIME ZONE 'Asia/Almaty' AS since FROM catalog_costlayer one
  WHERE company_id = %(company)s AND reverses_id IS NULL AND NOT EXISTS (
    SELECT FROM catalog_costlayer back WHERE back.company_id = one.company_id AND back.reverses_id = one.id)
    AND (%(items)s::text[] IS NULL OR sku = ANY(%(items)s))
  GROUP BY sku
), put_back AS (
  SELECT order_id, entry_number, restocked + repacked + quarantined AS pieces,
    restocked + repacked + quarantined + written_off > 0 AS judged
  FROM catalog_comeback WHERE company_id = %(company)s
), gone AS MATERIALIZED (
  SELECT left_us.order_id, left_us.entry_number, left_us.sku, back.judged IS TRUE AS judged,
    left_us.quantity - coalesce(back.pieces, 0) AS pieces,
    sum(left_us.quantity - coalesce(back.pieces, 0)) OVER (
      PARTITION BY left_us.sku ORDER BY left_us.changed_at, left_us.order_id, left_us.entry_number) AS high
  FROM item JOIN catalog_reservation left_us ON left_us.company_id = %(company)s AND left_us.sku = item.sku
    AND left_us.state = 'shipped' AND left_us.changed_at >= item.since
  LEFT JOIN put_back back USING (order_id, entry_number)
)
"""
_SPENT: Final = """
priced AS (
  SELECT gone.order_id, gone.entry_number, sum(least(gone.high, layer.high) - greatest(gone.high - gone.pieces, layer.low))
      AS pieces,
    sum((least(gone.high, layer.high) - greatest(gone.high - gone.pieces, layer.low)) * layer.unit_cost) AS cost
  FROM gone JOIN layer ON layer.sku = gone.sku AND layer.low < gone.high AND layer.high > gone.high - gone.pieces
  WHERE {wanted}
  GROUP BY gone.order_id, gone.entry_number
), spent AS MATERIALIZED (
  SELECT gone.order_id, gone.entry_number, gone.judged, gone.pieces, coalesce(priced.cost, 0) AS cost,
    gone.pieces - coalesce(priced.pieces, 0) AS uncosted
  FROM gone LEFT JOIN priced USING (order_id, entry_number)
  WHERE {wanted}
)
"""


def spent(wanted: str) -> str:
    """The CTEs `layer`, `item`, `put_back`, `gone`, `spent`; `wanted` is written by us and never holds data."""
    return f"{_GONE.strip()}, {_SPENT.format(wanted=wanted).strip()}"


GONE_OF_ITEMS: Final = f"WITH {_GONE.strip()} SELECT sku, max(high) FROM gone GROUP BY sku"
