"""Row security of the exchange, and the claims that workers make over all companies (reliability.md §5.2, §5.3)."""

from django.db import migrations

from staff.walls import build, definer, same_company, wall

TABLES = ("kaspiaccount", "pollslot", "kaspiaction", "parkedorder")

# One open action per order at a time, oldest first; no more than p_per_shop of one shop in flight, so that a flood
# of one shop does not hold the others. The claim is committed before any network call.
CLAIM_ACTIONS = """
  WITH waiting AS (
    SELECT DISTINCT a.company_id, a.shop_id
    FROM integrations_kaspiaction a
    JOIN integrations_kaspiaccount k ON k.company_id = a.company_id AND k.shop_id = a.shop_id
    WHERE a.state IN ('queued', 'sending', 'unknown') AND a.due_at <= now()
      AND coalesce(a.lease_until, '-infinity') < now()
      AND k.state = 'ok' AND coalesce(k.quiet_until, '-infinity') <= now()
  ), picked AS (
    SELECT turn.id FROM waiting w CROSS JOIN LATERAL (
      SELECT a.id, a.urgency, a.due_at FROM integrations_kaspiaction a
      WHERE a.company_id = w.company_id AND a.shop_id = w.shop_id
        AND a.state IN ('queued', 'sending', 'unknown') AND a.due_at <= now()
        AND coalesce(a.lease_until, '-infinity') < now()
        AND NOT EXISTS (
          SELECT 1 FROM integrations_kaspiaction older
          WHERE older.company_id = a.company_id AND older.subject_id = a.subject_id AND older.id < a.id
            AND older.state IN ('queued', 'sending', 'unknown'))
      ORDER BY a.urgency, a.due_at, a.id
      LIMIT greatest(0, p_per_shop - (
        SELECT count(*) FROM integrations_kaspiaction busy
        WHERE busy.company_id = w.company_id AND busy.shop_id = w.shop_id
          AND busy.state IN ('sending', 'unknown') AND busy.lease_until >= now()))
      FOR UPDATE OF a SKIP LOCKED
    ) turn ORDER BY turn.urgency, turn.due_at LIMIT p_limit
  )
  UPDATE integrations_kaspiaction a
  SET attempts = a.attempts + 1, lease_until = now() + p_lease, lease_token = gen_random_uuid(),
      state = CASE a.state WHEN 'queued' THEN 'sending' ELSE 'unknown' END
  FROM picked WHERE a.id = picked.id
  RETURNING a.id, a.company_id, a.shop_id, a.lease_token
"""

# A refused token is probed by the NEW slot only, whose due time is then five minutes ahead.
CLAIM_SLOTS = """
  UPDATE integrations_pollslot s
  SET lease_until = now() + p_lease, lease_token = gen_random_uuid()
  WHERE s.id IN (
    SELECT c.id FROM integrations_pollslot c
    JOIN integrations_kaspiaccount k ON k.company_id = c.company_id AND k.shop_id = c.shop_id
    WHERE c.due_at <= now() AND coalesce(c.lease_until, '-infinity') < now()
      AND (k.state = 'ok' OR c.kind = 'new') AND coalesce(k.quiet_until, '-infinity') <= now()
    ORDER BY c.due_at, c.id LIMIT p_limit FOR UPDATE OF c SKIP LOCKED)
  RETURNING s.id, s.company_id, s.shop_id, s.kind, s.lease_token
"""

# A duty runs for whoever moves its due time first: the beat's task or a worker's own ticker.
CLAIM_DUTY = """
  UPDATE integrations_duty SET due_at = now() + p_period, last_run_at = now()
  WHERE name = p_name AND due_at <= now() RETURNING true
"""

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
  UNION ALL SELECT 'actions_total', kind, state, count(*)::float8
    FROM integrations_kaspiaction WHERE state IN ('done', 'refused', 'parked') GROUP BY kind, state
  UNION ALL SELECT 'orders_parked', '', '', count(*)::float8 FROM integrations_parkedorder WHERE resolved_at IS NULL
  UNION ALL SELECT 'scheduler_last_tick', '', '',
    coalesce(extract(epoch FROM now() - max(last_run_at)), 1e9)::float8 FROM integrations_duty
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_initial"), ("staff", "0002_walls")]

    operations = [
        build(
            *(wall(f"integrations_{name}") for name in TABLES),
            *(same_company(f"integrations_{name}", "shop_id", "staff_shop") for name in TABLES),
            definer(
                "office_claim_actions(p_limit integer, p_lease interval, p_per_shop integer)",
                "TABLE (id bigint, company_id bigint, shop_id bigint, lease_token uuid)",
                CLAIM_ACTIONS,
                volatile=True,
            ),
            definer(
                "office_claim_slots(p_limit integer, p_lease interval)",
                "TABLE (id bigint, company_id bigint, shop_id bigint, kind varchar, lease_token uuid)",
                CLAIM_SLOTS,
                volatile=True,
            ),
            definer("office_claim_duty(p_name text, p_period interval)", "SETOF boolean", CLAIM_DUTY, volatile=True),
            definer(
                "office_figures()", "TABLE (name text, kind varchar, outcome varchar, value double precision)", FIGURES
            ),
        )
    ]
