"""The deadline radar: alerts and whom they were told, which orders are due for one, and the feed of what happens to orders."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

# Whose rung has come, by the index of the watch; and what has changed lately, if its deadline is another one than that of
# its watch. Every change of a deadline moves changed_at; a quarter of an hour holds the longest transaction by far.
DUE = """
  SELECT w.company_id, o.shop_id, w.order_id FROM orders_deadlinewatch w
  JOIN orders_order o ON o.company_id = w.company_id AND o.id = w.order_id WHERE w.next_at <= now()
  UNION
  SELECT o.company_id, o.shop_id, o.id FROM staff_company c
  CROSS JOIN LATERAL (
    SELECT company_id, shop_id, id, point_id, due_kind, due_at FROM orders_order
    WHERE company_id = c.id AND changed_at > now() - interval '15 minutes' AND shelf <> 'archive' AND due_at IS NOT NULL
    ORDER BY changed_at, id) o
  LEFT JOIN orders_deadlinewatch w ON w.company_id = o.company_id AND w.order_id = o.id
  WHERE w.id IS NULL OR w.due_at <> o.due_at OR w.due_kind <> o.due_kind OR w.point_id IS DISTINCT FROM o.point_id
  LIMIT p_limit
"""
# The same of everything that stands: of every company by the index of its shelves (burns_at is due_at where there is one)
# what runs out within the longest ladder of a shelf (orders.radar.ladder.RUNGS; a test compares them), and what has just
# run out. Working time may stand still for days, so of new orders all are looked at.
UNWATCHED = """
  SELECT o.company_id, o.shop_id, o.id FROM staff_company c
  CROSS JOIN (VALUES ('new', interval '60 days'), ('signing', interval '1 day'), ('pickup', interval '1 day'),
    ('delivery', interval '3 hours'), ('kaspi_delivery', interval '7 days')) reach (shelf, ahead)
  CROSS JOIN LATERAL (
    SELECT company_id, shop_id, id, point_id, due_kind, due_at FROM orders_order
    WHERE company_id = c.id AND shelf = reach.shelf AND shelf <> 'archive' AND due_at IS NOT NULL
      AND burns_at > now() - interval '2 hours' AND burns_at <= now() + reach.ahead) o
  LEFT JOIN orders_deadlinewatch w ON w.company_id = o.company_id AND w.order_id = o.id
  WHERE w.id IS NULL OR w.due_at <> o.due_at OR w.due_kind <> o.due_kind OR w.point_id IS DISTINCT FROM o.point_id
  LIMIT p_limit
"""
FORGET = """
  WITH watched AS (DELETE FROM orders_deadlinewatch WHERE due_at < now() - interval '1 day' RETURNING 1),
    raised AS (DELETE FROM orders_deadlinealert WHERE raised_at < now() - p_age RETURNING 1)
  SELECT (SELECT count(*) FROM watched) + (SELECT count(*) FROM raised)
"""

# Whoever writes an event of an order tells the feed, in the same transaction and the same statement. Named one by one:
# what programs may read is a list, so nothing of a buyer gets there by a new kind or a new detail. What was over before
# we saw it is history, not news: a first import of 90 days stays silent.
TELL_FEED = """
CREATE FUNCTION orders_tell_feed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO integrations_feedevent (company_id, shop_id, point_id, kind, subject, code, at, payload)
  SELECT e.company_id, e.shop_id, o.point_id, told.kind, o.public_id, o.code, e.learned_at,
    jsonb_strip_nulls(jsonb_build_object(
      'stage_before', nullif(e.stage_before, ''), 'stage_after', nullif(e.stage_after, ''),
      'kaspi_at', to_char(e.kaspi_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'reason', nullif(e.details ->> 'reason', ''), 'provisional', e.details -> 'provisional',
      'action', e.details -> 'action', 'action_id', e.details -> 'action_id', 'outcome', e.details -> 'outcome',
      'deadline', e.details -> 'deadline', 'due_at', e.details -> 'due_at', 'rung_minutes', e.details -> 'rung',
      'minutes_left', e.details -> 'minutes_left', 'sending', nullif(e.details ->> 'sending', '')))
  FROM fresh e
  JOIN (VALUES ('seen', 'order.seen'), ('moved', 'order.moved'), ('expired', 'order.expired'),
    ('overdue', 'order.overdue'), ('taken_back', 'order.taken_back'), ('confirmed', 'action.settled'),
    ('refused', 'action.settled'), ('alert', 'deadline.alert')) told (event, kind) ON told.event = e.kind
  JOIN orders_order o ON o.company_id = e.company_id AND o.id = e.order_id
  WHERE NOT (e.kind = 'seen' AND o.shelf = 'archive')
  ORDER BY e.id;
  RETURN NULL;
END $body$;
CREATE TRIGGER orders_events_told AFTER INSERT ON orders_orderevent
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION orders_tell_feed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0005_events'),
        ('orders', '0014_word_templates'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_kind', models.CharField(max_length=16)),
                ('due_at', models.DateTimeField()),
                ('rung', models.PositiveIntegerField()),
                ('left_seconds', models.IntegerField()),
                ('told', models.BooleanField(default=True)),
                ('sending', models.CharField(blank=True, max_length=8)),
                ('raised_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.pointofsale')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DeadlineWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_kind', models.CharField(max_length=16)),
                ('due_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.pointofsale')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('alert', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.deadlinealert')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('member', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='deadlinealert',
            index=models.Index(fields=['raised_at'], name='alert_age'),
        ),
        migrations.AddConstraint(
            model_name='deadlinealert',
            constraint=models.UniqueConstraint(fields=('company', 'order', 'due_kind', 'due_at', 'rung'), name='alert_once'),
        ),
        migrations.AddIndex(
            model_name='deadlinewatch',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='watch_next'),
        ),
        migrations.AddIndex(
            model_name='deadlinewatch',
            index=models.Index(fields=['due_at'], name='watch_age'),
        ),
        migrations.AddConstraint(
            model_name='deadlinewatch',
            constraint=models.UniqueConstraint(fields=('company', 'order'), name='watch_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['company', 'member', '-id'], name='notice_of_member'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['company', 'member', '-at'], name='notice_unseen'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('company', 'alert', 'member'), name='notice_once'),
        ),
        build(
            *(wall(f"orders_{name}") for name in ("deadlinealert", "deadlinewatch", "notice")),
            target("orders_deadlinealert"),
            same_company("orders_deadlinealert", "shop_id", "staff_shop"),
            same_company("orders_notice", "member_id", "staff_member"),
            same_company("orders_notice", "alert_id", "orders_deadlinealert"),
            *(
                same_company(f"orders_{name}", "point_id", "staff_pointofsale", on_delete="SET NULL (point_id)")
                for name in ("deadlinealert", "deadlinewatch")
            ),
            *(
                same_company(f"orders_{name}", "order_id", "orders_order")
                for name in ("deadlinealert", "deadlinewatch")
            ),
            definer(
                "office_alerts_due(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE
            ),
            definer(
                "office_deadlines_unwatched(p_limit integer)",
                "TABLE (company_id bigint, shop_id bigint, id bigint)",
                UNWATCHED,
            ),
            definer("office_forget_alerts(p_age interval)", "bigint", FORGET, volatile=True),
            TELL_FEED,
        ),
    ]
