"""Orders with an accept on its way are not due to expire."""

from django.db import migrations

from staff.walls import build, definer

# Three minutes: orders.actions.LAST_WORD.
DUE = """
  SELECT o.company_id, o.shop_id, o.id FROM orders_order o
  WHERE o.stage = 'new' AND o.overdue_at IS NULL AND o.accept_by <= now()
    AND NOT EXISTS (
      SELECT 1 FROM integrations_kaspiaction a
      WHERE a.company_id = o.company_id AND a.subject_id = o.id AND a.kind = 'accept'
        AND a.state IN ('queued', 'sending', 'unknown') AND a.give_up_at > now() - interval '3 minutes')
  ORDER BY o.accept_by, o.id LIMIT p_limit
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_waybill"), ("integrations", "0003_lanes")]

    operations = [
        build(
            definer(
                "office_due_acceptances(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE
            ),
        )
    ]
