"""The XML price list: addresses, marks of what has changed, files, and who fetched them."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

# Who changes what a price list says, by whichever way, leaves a mark for each shop whose list says it, if it is pulled. Marks
# are only added, so two writers never wait for each other by them. `changed` are the rows of the statement.
MARKS = """
CREATE FUNCTION office_mark_feeds_of_offers() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO catalog_feedmark (company_id, shop_id)
  SELECT DISTINCT feed.company_id, feed.shop_id FROM changed
  JOIN catalog_feed feed ON feed.company_id = changed.company_id AND feed.shop_id = changed.shop_id AND feed.is_on;
  RETURN NULL;
END
$body$;
CREATE FUNCTION office_mark_feeds_of_details() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO catalog_feedmark (company_id, shop_id)
  SELECT DISTINCT feed.company_id, feed.shop_id FROM changed
  JOIN catalog_offer offer ON offer.company_id = changed.company_id AND offer.id = changed.offer_id
  JOIN catalog_feed feed ON feed.company_id = offer.company_id AND feed.shop_id = offer.shop_id AND feed.is_on;
  RETURN NULL;
END
$body$;
CREATE FUNCTION office_mark_feeds_of_stock() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO catalog_feedmark (company_id, shop_id)
  SELECT DISTINCT feed.company_id, feed.shop_id FROM (SELECT DISTINCT company_id, point_id FROM changed) one
  JOIN staff_pointofsale point ON point.company_id = one.company_id AND one.point_id IN (point.id, point.keeps_at_id)
  JOIN catalog_feed feed ON feed.company_id = point.company_id AND feed.shop_id = point.shop_id AND feed.is_on;
  RETURN NULL;
END
$body$;
"""
MARKED = {
    "catalog_offer": "offers",
    "staff_pointofsale": "offers",
    "catalog_cityprice": "details",
    "catalog_offerpoint": "details",
    "catalog_stockitem": "stock",
}
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
# A trigger with the rows of its statement is of one event.
TRIGGERS = "\n".join(
    f"CREATE TRIGGER mark_feeds_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
    f" FOR EACH STATEMENT EXECUTE FUNCTION office_mark_feeds_of_{what}();"
    for table, what in MARKED.items()
    for event, rows in EVENTS.items()
)
# Due: at once when somebody asked; else not before a minute has passed, when something has changed or the last attempt
# failed, and each hour.
CLAIM = """
  UPDATE catalog_feed feed SET lease_until = now() + p_lease
  WHERE feed.id IN (
    SELECT one.id FROM catalog_feed one
    WHERE one.is_on AND (one.lease_until IS NULL OR one.lease_until < now())
      AND (one.looked_at IS NULL OR (one.looked_at < now() - interval '1 minute' AND (
        one.problem <> '' OR one.looked_at < now() - interval '1 hour'
        OR EXISTS (SELECT FROM catalog_feedmark mark
          WHERE mark.company_id = one.company_id AND mark.shop_id = one.shop_id))))
    ORDER BY one.looked_at NULLS FIRST, one.id LIMIT p_limit FOR UPDATE SKIP LOCKED
  ) RETURNING feed.company_id, feed.id, feed.lease_until
"""
FIND = "SELECT id, company_id FROM catalog_feed WHERE digest = p_digest AND is_on"
FIGURES = """
  SELECT 'feed_oldest', coalesce(max(extract(epoch FROM now() - coalesce(checked_at, opened_at))), 0)::float
    FROM catalog_feed WHERE is_on
  UNION ALL SELECT 'feeds_held', count(*)::float FROM catalog_feedversion WHERE state = 'held'
"""



class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_price_lists'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('secret_cipher', models.BinaryField()),
                ('is_on', models.BooleanField(default=True)),
                ('opened_at', models.DateTimeField()),
                ('renewed_at', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('left_out', models.JSONField(default=list)),
                ('problem', models.CharField(blank=True, max_length=20)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FeedFetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField()),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('agent', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('feed', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.feed')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FeedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FeedVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('published', 'отдаём Kaspi'), ('held', 'придержана'), ('past', 'отдавали раньше'), ('dropped', 'не выпущена')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('content', models.BinaryField(null=True)),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('offers', models.PositiveIntegerField()),
                ('available', models.PositiveIntegerField()),
                ('left_out', models.PositiveIntegerField(default=0)),
                ('changes', models.JSONField(default=dict)),
                ('held_for', models.CharField(blank=True, choices=[('shorter', 'пропали предложения'), ('empty', 'ни одного предложения в наличии')], max_length=10)),
                ('baseline', models.PositiveIntegerField(default=0)),
                ('confirmed_by', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('feed', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.feed')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.UniqueConstraint(fields=('company', 'shop'), name='feed_once'),
        ),
        migrations.AddIndex(
            model_name='feedfetch',
            index=models.Index(fields=['company', 'feed', '-id'], name='feed_fetch_newest'),
        ),
        migrations.AddIndex(
            model_name='feedmark',
            index=models.Index(fields=['company', 'shop', 'id'], name='feed_mark_of_shop'),
        ),
        migrations.AddIndex(
            model_name='feedversion',
            index=models.Index(fields=['company', 'feed', '-id'], name='feed_version_newest'),
        ),
        migrations.AddConstraint(
            model_name='feedversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('company', 'feed'), name='feed_version_published_once'),
        ),
        migrations.AddConstraint(
            model_name='feedversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'held')), fields=('company', 'feed'), name='feed_version_held_once'),
        ),
        migrations.AddConstraint(
            model_name='feedversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('published', 'held')), _negated=True), ('content__isnull', False), _connector='OR'), name='feed_version_whole'),
        ),
        migrations.AddConstraint(
            model_name='feedversion',
            constraint=models.CheckConstraint(condition=models.Q(('available__lte', models.F('offers'))), name='feed_version_available_of_offers'),
        ),
        # Packed already: a second try would only cost time.
        migrations.RunSQL(
            "ALTER TABLE catalog_feedversion ALTER COLUMN content SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
        migrations.RunSQL(MARKS + TRIGGERS, migrations.RunSQL.noop),
        build(
            target("catalog_feed"),
            *(wall(f"catalog_{name}") for name in ("feed", "feedmark", "feedversion", "feedfetch")),
            *(same_company(f"catalog_{name}", "shop_id", "staff_shop") for name in ("feed", "feedmark")),
            *(same_company(f"catalog_{name}", "feed_id", "catalog_feed") for name in ("feedversion", "feedfetch")),
            definer(
                "office_claim_feeds(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz)",
                CLAIM,
                volatile=True,
            ),
            definer("office_feed(p_digest text)", "TABLE (id bigint, company_id bigint)", FIND),
            definer("office_feed_figures()", "TABLE (name text, value double precision)", FIGURES),
        ),
    ]
