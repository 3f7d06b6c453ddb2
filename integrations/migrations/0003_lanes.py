"""Claims that no shop can crowd: slots in two lanes, attempts that end, and when Kaspi last said yes to a send."""

from django.db import migrations, models

from staff.walls import build, definer

# As in 0002_walls, but the number of attempts stops before its column is full: an overflow would fail every claim.
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
  SET attempts = least(a.attempts + 1, 30000), lease_until = now() + p_lease, lease_token = gen_random_uuid(),
      state = CASE a.state WHEN 'queued' THEN 'sending' ELSE 'unknown' END
  FROM picked WHERE a.id = picked.id
  RETURNING a.id, a.company_id, a.shop_id, a.lease_token
"""

# One slot of a lane at a time: NEW in a lane of its own, so that nothing of the shop makes it wait, and all the rest
# in the other, so that a shop that hangs or imports holds two places and no more. NEW counts as due a minute earlier,
# so it goes first, and what waits longer than that goes before it: nothing starves.
# A refused token is probed by the NEW slot only, whose due time is then five minutes ahead.
CLAIM_SLOTS = """
  WITH waiting AS (
    SELECT DISTINCT ON (c.company_id, c.shop_id, c.kind = 'new') c.id,
      c.due_at - CASE c.kind WHEN 'new' THEN interval '60 s' WHEN 'lookup' THEN interval '30 s'
                             ELSE interval '0 s' END AS place
    FROM integrations_pollslot c
    JOIN integrations_kaspiaccount k ON k.company_id = c.company_id AND k.shop_id = c.shop_id
    WHERE c.due_at <= now() AND coalesce(c.lease_until, '-infinity') < now()
      AND (k.state = 'ok' OR c.kind = 'new') AND coalesce(k.quiet_until, '-infinity') <= now()
      AND (c.kind = 'new' OR NOT EXISTS (
        SELECT 1 FROM integrations_pollslot busy
        WHERE busy.company_id = c.company_id AND busy.shop_id = c.shop_id AND busy.kind <> 'new'
          AND busy.lease_until >= now()))
    ORDER BY c.company_id, c.shop_id, c.kind = 'new', place, c.id
  )
  UPDATE integrations_pollslot s
  SET lease_until = now() + p_lease, lease_token = gen_random_uuid()
  FROM (
    SELECT p.id FROM integrations_pollslot p JOIN waiting w ON w.id = p.id
    WHERE p.due_at <= now() AND coalesce(p.lease_until, '-infinity') < now()
    ORDER BY w.place, p.id LIMIT p_limit FOR UPDATE OF p SKIP LOCKED
  ) picked
  WHERE s.id = picked.id
  RETURNING s.id, s.company_id, s.shop_id, s.kind, s.lease_token
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_walls")]

    operations = [
        migrations.AddField("kaspiaction", "taken_at", models.DateTimeField(null=True)),
        build(
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
        ),
    ]
