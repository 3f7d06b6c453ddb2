"""Row security of the orders, the trigger that keeps the counters, the indexes of search, the questions of all companies."""

from django.db import migrations

from staff.walls import app_role, append_only, build, definer, same_company, target, wall

TABLES = ("order", "orderentry", "orderevent", "shelfcount", "shoppulse", "changedday")

SEARCH_INDEXES = """
CREATE INDEX order_code_prefix ON orders_order (company_id, code text_pattern_ops);
CREATE INDEX order_phone_end ON orders_order (company_id, reverse(phone) text_pattern_ops) WHERE phone <> '';
CREATE INDEX order_buyer_on_shelves ON orders_order USING gin (company_id, buyer_search gin_trgm_ops) WHERE shelf <> 'archive';
CREATE INDEX order_buyer ON orders_order USING gin (company_id, buyer_search gin_trgm_ops);
CREATE INDEX entry_by_sku ON orders_orderentry (company_id, sku text_pattern_ops, order_id);
CREATE INDEX order_first_sku ON orders_order (company_id, first_sku text_pattern_ops) WHERE shelf <> 'archive';
"""

# Shop and shelf are not independent: without this the planner took two partial indexes together (performance.md §2).
STATISTICS = """
CREATE STATISTICS orders_shop_shelf (mcv) ON company_id, shop_id, shelf FROM orders_order;
ALTER STATISTICS orders_shop_shelf SET STATISTICS 300;
"""

# One statement, one pass over what it changed: badges, the pulse of the shop, the days whose quality counts change.
# Writers of one shop come one after another (orders.turn), so the counters' rows are never fought over.
ALMATY_DAY = """
CREATE FUNCTION orders_almaty_day(moment timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (moment AT TIME ZONE 'Asia/Almaty')::date $$;
"""


def _trigger(operation: str, table: str, transitions: str) -> str:
    return f"""
    CREATE TRIGGER orders_counted_{operation.lower()} AFTER {operation} ON {table}
    REFERENCING {transitions} FOR EACH STATEMENT EXECUTE FUNCTION orders_count_{operation.lower()}();
    """


ADD_COUNTS = """
  INSERT INTO orders_shelfcount (company_id, shop_id, point_id, stage, orders)
  SELECT company_id, shop_id, point, stage, sum(sign) FROM ({rows}) change
  GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0 ORDER BY 1, 2, 3, 4
  ON CONFLICT (company_id, shop_id, point_id, stage) DO UPDATE SET orders = orders_shelfcount.orders + excluded.orders;
"""
BUMP = """
  INSERT INTO orders_shoppulse (company_id, shop_id, version, changed_at)
  SELECT DISTINCT company_id, shop_id, 1, now() FROM ({rows}) change ORDER BY 1, 2
  ON CONFLICT (company_id, shop_id) DO UPDATE SET version = orders_shoppulse.version + 1, changed_at = now();
"""
MARK_DAYS = """
  INSERT INTO orders_changedday (company_id, shop_id, day)
  SELECT DISTINCT company_id, shop_id, day FROM ({rows}) change
  CROSS JOIN LATERAL (VALUES (orders_almaty_day(approved_at)), (orders_almaty_day(cancelled_at)),
    (orders_almaty_day(handed_at)), (orders_almaty_day(completed_at)), (orders_almaty_day(returned_at)), (mark_on)) d (day)
  WHERE day IS NOT NULL ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
"""

FRESH = "SELECT 1 AS sign, company_id, shop_id, coalesce(point_id, 0) AS point, stage FROM fresh"
GONE = "SELECT -1 AS sign, company_id, shop_id, coalesce(point_id, 0) AS point, stage FROM gone"
COUNTED = (
    "company_id, shop_id, point_id, stage, fault, approved_at, cancelled_at, handed_at, courier_planned_at,"
    " completed_at, returned_at, return_for_quality, mark, mark_on"
)
CHANGED = " UNION ALL ".join(
    f"SELECT {COUNTED} FROM {one} WHERE id IN (SELECT f.id FROM fresh f JOIN gone g USING (id) WHERE "
    f"({', '.join('f.' + c.strip() for c in COUNTED.split(','))}) IS DISTINCT FROM "
    f"({', '.join('g.' + c.strip() for c in COUNTED.split(','))}))"
    for one in ("fresh", "gone")
)


def _function(operation: str, counted: str, pulsed: str, days: str) -> str:
    return f"""
    CREATE FUNCTION orders_count_{operation}() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      {ADD_COUNTS.format(rows=counted)}
      {BUMP.format(rows=pulsed)}
      {MARK_DAYS.format(rows=days)}
      RETURN NULL;
    END $body$;
    """


KEEP_COUNTS = "\n".join(
    (
        ALMATY_DAY,
        _function("insert", FRESH, "SELECT * FROM fresh", "SELECT * FROM fresh"),
        _function("update", f"{FRESH} UNION ALL {GONE}", "SELECT * FROM fresh", CHANGED),
        _function("delete", GONE, "SELECT * FROM gone", "SELECT * FROM gone"),
        _trigger("INSERT", "orders_order", "NEW TABLE AS fresh"),
        _trigger("UPDATE", "orders_order", "OLD TABLE AS gone NEW TABLE AS fresh"),
        _trigger("DELETE", "orders_order", "OLD TABLE AS gone"),
    )
)

# LIKE and trigrams are not leakproof, so under row security they lose their index (stack.md §7). This function runs as
# the owner, filters by the company of the transaction itself, and tells ids only. Each way is planned with its own
# literal, for a generic plan cannot use a prefix it does not know.
SEARCH = """
CREATE FUNCTION office_search(
  p_code text, p_phone text, p_name text, p_sku text, p_shop bigint, p_on_shelves boolean, p_limit integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
  place text := format('o.company_id = %L::bigint', app_company())
    || CASE WHEN p_on_shelves THEN ' AND o.shelf <> ''archive''' ELSE '' END
    || CASE WHEN p_shop IS NULL THEN '' ELSE format(' AND o.shop_id = %s', p_shop) END;
  ways text[] := ARRAY[]::text[];
BEGIN
  IF app_company() IS NULL THEN RETURN; END IF;
  IF p_code <> '' THEN ways := ways || format('o.code LIKE %L', p_code || '%'); END IF;
  IF p_phone <> '' THEN ways := ways || format('o.phone <> '''' AND reverse(o.phone) LIKE %L', reverse(p_phone) || '%'); END IF;
  IF p_name <> '' THEN ways := ways || format('o.buyer_search LIKE %L', '%' || p_name || '%'); END IF;
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
SEARCH_TYPES = "office_search(text, text, text, text, bigint, boolean, integer)"

DUE = """
  SELECT company_id, shop_id, id FROM orders_order
  WHERE stage = 'new' AND overdue_at IS NULL AND accept_by <= now() ORDER BY accept_by, id LIMIT p_limit
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("integrations", "0002_walls"), ("catalog", "0002_walls")]

    operations = [
        build(
            *(wall(f"orders_{name}") for name in TABLES),
            target("orders_order"),
            *(same_company(f"orders_{name}", "shop_id", "staff_shop") for name in TABLES if name != "orderentry"),
            same_company("orders_order", "point_id", "staff_pointofsale", on_delete="SET NULL (point_id)"),
            same_company("orders_orderentry", "order_id", "orders_order"),
            same_company("orders_orderevent", "order_id", "orders_order"),
            append_only("orders_orderevent"),
            SEARCH_INDEXES,
            STATISTICS,
            KEEP_COUNTS,
            SEARCH,
            f"REVOKE ALL ON FUNCTION {SEARCH_TYPES} FROM PUBLIC;",
            f"GRANT EXECUTE ON FUNCTION {SEARCH_TYPES} TO {app_role()};",
            definer(
                "office_due_acceptances(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE
            ),
        )
    ]
