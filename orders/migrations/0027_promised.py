"""Pieces of orders that were accepted before there were promises are promised to them."""

from django.db import migrations

PROMISE = """
WITH owed AS (
  UPDATE catalog_reservation held SET promised = true FROM orders_order o
  WHERE o.company_id = held.company_id AND o.id = held.order_id AND held.state = 'held' AND NOT held.promised
    AND o.stage IN ('signing', 'pickup', 'delivery', 'kd_preorder', 'kd_packing', 'kd_handover')
  RETURNING held.company_id, held.point_id, held.sku, held.quantity
)
UPDATE catalog_stockitem item SET promised = item.promised + sums.pieces
FROM (SELECT company_id, point_id, sku, sum(quantity) AS pieces FROM owed GROUP BY 1, 2, 3) sums
WHERE item.company_id = sums.company_id AND item.point_id = sums.point_id AND item.sku = sums.sku
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0005_stock_papers"),
        ("orders", "0026_profit"),
    ]

    operations = [migrations.RunSQL(PROMISE, migrations.RunSQL.noop)]
