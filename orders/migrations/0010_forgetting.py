"""Buyers are forgotten: which orders that is due for, and what it leaves of an order's history."""

from django.db import migrations, models

from staff.walls import app_role, build, definer

# A shop at a time, for its writers take turns. The same conditions as in orders.buyers.forgetting.
DUE = """
  SELECT s.company_id, s.id FROM staff_shop s JOIN staff_company c ON c.id = s.company_id
  WHERE EXISTS (
    SELECT FROM orders_order o WHERE o.company_id = s.company_id AND o.shop_id = s.id AND o.shelf = 'archive'
      AND o.forgotten_at IS NULL AND o.closed_at < now() - make_interval(days => c.buyers_kept_days))
  OR EXISTS (
    SELECT FROM orders_order o WHERE o.company_id = s.company_id AND o.shop_id = s.id AND o.shelf = 'archive'
      AND o.forget_asked_at IS NOT NULL AND o.forgotten_at IS NULL
      AND (o.stage <> 'expired' OR o.closed_at < now() - interval '3 days'))
  OR EXISTS (
    SELECT FROM integrations_parkedorder p WHERE p.company_id = s.company_id AND p.shop_id = s.id AND p.raw_text <> ''
      AND p.last_seen_at < now() - make_interval(days => c.buyers_kept_days))
  ORDER BY s.company_id, s.id LIMIT p_limit
"""

# The history is only added to. What may hold a person's words goes with the person, for the scope's own company and for
# orders that are forgotten already; what happened and when stays.
FORGET_WORDS = """
CREATE FUNCTION office_forget_words(p_orders bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  UPDATE orders_orderevent e SET details = e.details - ARRAY['problem', 'text', 'comment']
  WHERE e.company_id = app_company() AND e.order_id = ANY(p_orders) AND e.details ?| ARRAY['problem', 'text', 'comment']
    AND EXISTS (SELECT FROM orders_order o
      WHERE o.company_id = e.company_id AND o.id = e.order_id AND o.forgotten_at IS NOT NULL)
$body$;
"""
WORDS = "office_forget_words(bigint[])"


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_courier_wall"), ("integrations", "0003_lanes")]

    operations = [
        migrations.AddField("order", "forget_asked_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["company", "shop", "closed_at"],
                condition=models.Q(shelf="archive", forgotten_at__isnull=True),
                name="order_to_forget",
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["company", "shop"],
                condition=models.Q(forget_asked_at__isnull=False, forgotten_at__isnull=True),
                name="order_asked_to_forget",
            ),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=models.Q(forgotten_at__isnull=True)
                | models.Q(
                    buyer_kaspi_id="",
                    buyer_first_name="",
                    buyer_last_name="",
                    buyer_search="",
                    phone="",
                    phone_state="absent",
                    recipient_name="",
                    recipient_phone="",
                    phone_alias="",
                    address="",
                    waybill_url="",
                    raw={},
                ),
                name="order_forgotten_is_blank",
            ),
        ),
        build(
            definer("office_shops_to_forget(p_limit integer)", "TABLE (company_id bigint, shop_id bigint)", DUE),
            FORGET_WORDS,
            f"REVOKE ALL ON FUNCTION {WORDS} FROM PUBLIC;",
            f"GRANT EXECUTE ON FUNCTION {WORDS} TO {app_role()};",
        ),
    ]
