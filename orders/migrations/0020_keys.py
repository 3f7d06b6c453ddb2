"""Search also by the number of a waybill, by IMEI, and by a name with a slip of the pen in it."""

from django.db import migrations

from staff.walls import build

# As in 0011, and three ways more. A number may be a waybill's, or, of fifteen digits and for whoever may find by a phone, an
# IMEI's. A name that nobody has by its letters is looked for by its
# likeness among the orders on the shelves, of which there are few enough to be read one by one; the archive is not.
SEARCH = """
CREATE INDEX order_waybill_prefix ON orders_order (company_id, waybill_number text_pattern_ops) WHERE waybill_number <> '';
CREATE INDEX line_devices_imeis ON orders_linedevices USING gin (imeis jsonb_path_ops);
CREATE OR REPLACE FUNCTION office_search(
  p_code text, p_phone text, p_name text, p_sku text, p_shop bigint, p_on_shelves boolean, p_limit integer,
  p_points bigint[] DEFAULT NULL, p_whole bigint[] DEFAULT NULL, p_courier bigint DEFAULT NULL)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
  place text := format('o.company_id = %L::bigint', app_company())
    || CASE WHEN p_on_shelves THEN ' AND o.shelf <> ''archive''' ELSE '' END
    || CASE WHEN p_shop IS NULL THEN '' ELSE format(' AND o.shop_id = %s', p_shop) END
    || CASE WHEN p_points IS NULL THEN '' ELSE format(
      ' AND (o.point_id = ANY(%L::bigint[]) OR (o.point_id IS NULL AND o.shop_id = ANY(%L::bigint[])))',
      p_points, coalesce(p_whole, '{}')) END
    || CASE WHEN p_courier IS NULL THEN '' ELSE format(' AND o.courier_id = %s', p_courier) END;
  still text := CASE WHEN p_courier IS NULL THEN '' ELSE format(' AND (o.closed_at IS NULL OR o.closed_at >= %L::timestamptz)',
    date_trunc('day', now() AT TIME ZONE 'Asia/Almaty') AT TIME ZONE 'Asia/Almaty') END;
  ways text[] := ARRAY[]::text[];
  hit boolean := false;
BEGIN
  IF app_company() IS NULL THEN RETURN; END IF;
  IF p_code <> '' THEN
    ways := ways || format('o.code LIKE %L', p_code || '%');
    ways := ways || format('o.waybill_number <> '''' AND o.waybill_number LIKE %L', p_code || '%');
  END IF;
  IF p_phone <> '' THEN
    ways := ways || (format('o.phone <> '''' AND reverse(o.phone) LIKE %L', reverse(p_phone) || '%') || still);
  END IF;
  IF p_name <> '' THEN ways := ways || (format('o.buyer_search LIKE %L', '%' || p_name || '%') || still); END IF;
  FOR i IN 1 .. coalesce(array_length(ways, 1), 0) LOOP
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_order o WHERE %s AND %s ORDER BY o.id DESC LIMIT %s',
      place, ways[i], p_limit);
    hit := hit OR FOUND;
  END LOOP;
  IF p_sku <> '' THEN
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_orderentry e JOIN orders_order o'
      ' ON o.company_id = e.company_id AND o.id = e.order_id'
      ' WHERE e.company_id = %L::bigint AND e.sku LIKE %L AND %s ORDER BY o.id DESC LIMIT %s',
      app_company(), p_sku || '%', place, p_limit);
    hit := hit OR FOUND;
  END IF;
  IF p_phone ~ '^[0-9]{15}$' THEN
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_linedevices d JOIN orders_order o'
      ' ON o.company_id = d.company_id AND o.id = d.order_id'
      ' WHERE d.company_id = %L::bigint AND d.imeis @> %L::jsonb AND %s%s ORDER BY o.id DESC LIMIT %s',
      app_company(), jsonb_build_array(jsonb_build_array(p_phone)), place, still, p_limit);
    hit := hit OR FOUND;
  END IF;
  IF NOT hit AND length(p_name) >= 4 THEN
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_order o WHERE %s AND o.shelf <> ''archive'''
      ' AND word_similarity(%L, o.buyer_search) >= 0.5 ORDER BY word_similarity(%L, o.buyer_search) DESC, o.id DESC'
      ' LIMIT %s', place, p_name, p_name, p_limit);
  END IF;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0019_writes")]

    operations = [build(SEARCH)]
