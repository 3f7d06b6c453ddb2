"""The days of changed orders, found without a join.

A function plans its statements once, and in a session that begins with small updates that meant nested loops: an update
of 500 orders compared each with each, and again for each. A row that has changed stands in both tables with different
values, so what stands there once has changed: one pass, whatever the plan.
"""

from django.db import migrations

from staff.walls import build

COUNTED = (
    "id, company_id, shop_id, point_id, stage, fault, approved_at, cancelled_at, handed_at, courier_planned_at,"
    " completed_at, returned_at, return_for_quality, mark, mark_on"
)

COUNT_UPDATE = f"""
CREATE OR REPLACE FUNCTION orders_count_update() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO orders_shelfcount (company_id, shop_id, point_id, stage, orders)
  SELECT company_id, shop_id, point, stage, sum(sign) FROM (
    SELECT 1 AS sign, company_id, shop_id, coalesce(point_id, 0) AS point, stage FROM fresh
    UNION ALL
    SELECT -1 AS sign, company_id, shop_id, coalesce(point_id, 0) AS point, stage FROM gone) change
  GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0 ORDER BY 1, 2, 3, 4
  ON CONFLICT (company_id, shop_id, point_id, stage) DO UPDATE SET orders = orders_shelfcount.orders + excluded.orders;

  INSERT INTO orders_shoppulse (company_id, shop_id, version, changed_at)
  SELECT DISTINCT company_id, shop_id, 1, now() FROM fresh ORDER BY 1, 2
  ON CONFLICT (company_id, shop_id) DO UPDATE SET version = orders_shoppulse.version + 1, changed_at = now();

  INSERT INTO orders_changedday (company_id, shop_id, day)
  SELECT DISTINCT company_id, shop_id, day FROM (
    SELECT {COUNTED} FROM (SELECT {COUNTED} FROM fresh UNION ALL SELECT {COUNTED} FROM gone) one
    GROUP BY {COUNTED} HAVING count(*) = 1) change
  CROSS JOIN LATERAL (VALUES (orders_almaty_day(approved_at)), (orders_almaty_day(cancelled_at)),
    (orders_almaty_day(handed_at)), (orders_almaty_day(completed_at)), (orders_almaty_day(returned_at)), (mark_on)) d (day)
  WHERE day IS NOT NULL ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $body$;
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_due_acceptances")]

    operations = [build(COUNT_UPDATE)]
