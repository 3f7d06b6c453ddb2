"""Search keeps to what the one who asks may see: its limit counts his orders, not those around them. Couriers are news."""

from django.db import migrations, models

from staff.walls import app_role, build

# As in 0002, and with the reach of the actor. A courier finds by name and phone whom he may still see: buyers of orders
# that are open, or were closed today in Almaty.
SEARCH = """
DROP FUNCTION office_search(text, text, text, text, bigint, boolean, integer);
CREATE FUNCTION office_search(
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
BEGIN
  IF app_company() IS NULL THEN RETURN; END IF;
  IF p_code <> '' THEN ways := ways || format('o.code LIKE %L', p_code || '%'); END IF;
  IF p_phone <> '' THEN
    ways := ways || (format('o.phone <> '''' AND reverse(o.phone) LIKE %L', reverse(p_phone) || '%') || still);
  END IF;
  IF p_name <> '' THEN ways := ways || (format('o.buyer_search LIKE %L', '%' || p_name || '%') || still); END IF;
  FOR i IN 1 .. coalesce(array_length(ways, 1), 0) LOOP
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_order o WHERE %s AND %s ORDER BY o.id DESC LIMIT %s',
      place, ways[i], p_limit);
  END LOOP;
  IF p_sku <> '' THEN
    RETURN QUERY EXECUTE format('SELECT o.id FROM orders_orderentry e JOIN orders_order o'
      ' ON o.company_id = e.company_id AND o.id = e.order_id'
      ' WHERE e.company_id = %L::bigint AND e.sku LIKE %L AND %s ORDER BY o.id DESC LIMIT %s',
      app_company(), p_sku || '%', place, p_limit);
  END IF;
END $body$;
"""
TYPES = "office_search(text, text, text, text, bigint, boolean, integer, bigint[], bigint[], bigint)"


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_forgetting")]

    operations = [
        migrations.AlterField(
            "orderevent",
            "kind",
            models.CharField(
                max_length=12,
                choices=[
                    ("seen", "Заказ получен"),
                    ("moved", "Перешёл"),
                    ("changed", "Изменились данные"),
                    ("requested", "Решение принято"),
                    ("confirmed", "Kaspi подтвердил"),
                    ("refused", "Kaspi не принял"),
                    ("expired", "Не принят в срок"),
                    ("overdue", "Срок принятия прошёл"),
                    ("taken_back", "Отмена по сроку снята"),
                    ("vanished", "Пропал из списка Kaspi"),
                    ("note", "Заметка"),
                    ("courier", "Курьер"),
                ],
            ),
        ),
        build(
            SEARCH,
            f"REVOKE ALL ON FUNCTION {TYPES} FROM PUBLIC;",
            f"GRANT EXECUTE ON FUNCTION {TYPES} TO {app_role()};",
        ),
    ]
