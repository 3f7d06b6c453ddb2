"""A press that may be taken back: until when, and that it was. The figures do not count it among Kaspi's refusals."""

from django.db import migrations, models

from staff.walls import build, definer

# As in 0002, with the outcome «withdrawn».
FIGURES = """
  SELECT 'slot_oldest_due', '', '',
    coalesce(extract(epoch FROM now() - min(s.due_at)), 0)::float8
    FROM integrations_pollslot s
    JOIN integrations_kaspiaccount k ON k.company_id = s.company_id AND k.shop_id = s.shop_id
    WHERE s.due_at <= now() AND k.state = 'ok' AND coalesce(k.quiet_until, '-infinity') <= now()
  UNION ALL SELECT 'actions_open', kind, '', count(*)::float8
    FROM integrations_kaspiaction WHERE state IN ('queued', 'sending', 'unknown') GROUP BY kind
  UNION ALL SELECT 'action_oldest', kind, '', extract(epoch FROM now() - min(created_at))::float8
    FROM integrations_kaspiaction WHERE state IN ('queued', 'sending', 'unknown') GROUP BY kind
  UNION ALL SELECT 'actions_total', kind, CASE WHEN withdrawn_at IS NULL THEN state ELSE 'withdrawn' END, count(*)::float8
    FROM integrations_kaspiaction WHERE state IN ('done', 'refused', 'parked') GROUP BY 2, 3
  UNION ALL SELECT 'orders_parked', '', '', count(*)::float8 FROM integrations_parkedorder WHERE resolved_at IS NULL
  UNION ALL SELECT 'scheduler_last_tick', '', '',
    coalesce(extract(epoch FROM now() - max(last_run_at)), 1e9)::float8 FROM integrations_duty
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0006_writes")]

    operations = [
        migrations.AddField("kaspiaction", "undo_until", models.DateTimeField(null=True)),
        migrations.AddField("kaspiaction", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "kaspiaction",
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(state="refused", attempts=0, undo_until__isnull=False),
                name="action_withdrawn_unsent",
            ),
        ),
        build(
            definer(
                "office_figures()", "TABLE (name text, kind varchar, outcome varchar, value double precision)", FIGURES
            ),
        ),
    ]
