"""Prices of others, the rules that follow them, their decisions, and what waits for a person."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, definer, same_company, wall

TABLES = (
    "competitorprice", "cardlink", "competitorfile", "pricerule", "repricingstate", "pricedecision", "waitingprice",
)
WITH_SHOP = tuple(name for name in TABLES if name != "cardlink")
WITH_OFFER = ("competitorprice", "cardlink", "pricerule", "pricedecision", "waitingprice")

# Whoever died over a file is given another try; after the third it is told that the file cannot be read.
CLAIM_FILES = """
UPDATE catalog_competitorfile taken SET attempts = attempts + 1, lease_until = clock_timestamp() + p_lease,
  state = CASE WHEN attempts >= 3 THEN 'failed' ELSE 'reading' END
WHERE taken.id IN (
  SELECT waiting.id FROM catalog_competitorfile waiting
  WHERE waiting.state IN ('queued', 'reading') AND (waiting.lease_until IS NULL OR waiting.lease_until <= clock_timestamp())
  ORDER BY waiting.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
RETURNING taken.company_id, taken.id, taken.lease_until, taken.state
"""
# Shops whose rules are to be run, unless somebody stopped them or the whole company.
CLAIM_SHOPS = """
UPDATE catalog_repricingstate taken SET lease_until = clock_timestamp() + p_lease, due_at = clock_timestamp() + p_period
WHERE taken.id IN (
  SELECT one.id FROM catalog_repricingstate one
  WHERE one.shop_id IS NOT NULL AND one.due_at <= clock_timestamp() AND one.stopped_at IS NULL
    AND (one.lease_until IS NULL OR one.lease_until <= clock_timestamp())
    AND EXISTS (SELECT FROM catalog_pricerule rule
      WHERE rule.company_id = one.company_id AND rule.shop_id = one.shop_id AND rule.switched_on)
    AND NOT EXISTS (SELECT FROM catalog_repricingstate whole
      WHERE whole.company_id = one.company_id AND whole.shop_id IS NULL AND whole.stopped_at IS NOT NULL)
  ORDER BY one.due_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
RETURNING taken.company_id, taken.shop_id, taken.lease_until
"""
FORGET = "DELETE FROM catalog_competitorprice WHERE told_at < now() - p_age"


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_cards'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='CardLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('unknown', 'ещё не смотрели'), ('alive', 'открывается'), ('broken', 'не открывается')], default='unknown', max_length=8)),
                ('told_at', models.DateTimeField(null=True)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'offer'), name='card_link_once')],
            },
        ),
        migrations.CreateModel(
            name='CompetitorFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('queued', 'в очереди'), ('reading', 'читаем файл'), ('done', 'прочитан'), ('failed', 'не прочитан')], default='queued', max_length=8)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('content', models.BinaryField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('problems', models.JSONField(default=list)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('taken', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('unknown', models.PositiveIntegerField(default=0)),
                ('unread', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('read_at', models.DateTimeField(null=True)),
                ('actor_label', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'shop', '-id'], name='competitor_file_newest'), models.Index(condition=models.Q(('state__in', ('queued', 'reading'))), fields=['id'], name='competitor_file_waiting')],
            },
        ),
        migrations.CreateModel(
            name='CompetitorPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('source', models.CharField(choices=[('file', 'файл'), ('api', 'программа по API')], max_length=8)),
                ('merchant_uid', models.CharField(blank=True, max_length=30)),
                ('seller', models.CharField(blank=True, max_length=200)),
                ('price', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'shop', 'source', '-seen_at'], name='competitor_price_fresh'), models.Index(fields=['told_at'], name='competitor_price_age')],
                'constraints': [models.UniqueConstraint(fields=('company', 'offer', 'seen_at', 'source', 'merchant_uid', 'seller'), name='competitor_price_once'), models.CheckConstraint(condition=models.Q(('price__isnull', True), ('price__gt', 0), _connector='OR'), name='competitor_price_positive')],
            },
        ),
        migrations.CreateModel(
            name='PriceDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('outcome', models.CharField(choices=[('changed', 'цена изменена'), ('kept', 'цена оставлена'), ('waiting', 'ждёт человека')], max_length=8)),
                ('reason', models.CharField(max_length=20)),
                ('before', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('wanted', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('floor', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('top', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('leader', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('place', models.PositiveIntegerField(null=True)),
                ('sellers', models.PositiveIntegerField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'offer', '-id'], name='price_decision_of_offer'), models.Index(fields=['company', 'shop', 'outcome', '-id'], name='price_decision_of_shop')],
            },
        ),
        migrations.CreateModel(
            name='PriceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('category', models.CharField(blank=True, max_length=256)),
                ('switched_on', models.BooleanField(default=False)),
                ('strategy', models.CharField(choices=[('first', 'быть первым'), ('equal', 'как у первого'), ('place', 'держать место'), ('follow', 'идти за первым с задержкой')], max_length=8)),
                ('step', models.DecimalField(decimal_places=4, default=1, max_digits=14)),
                ('step_is_share', models.BooleanField(default=False)),
                ('place', models.PositiveSmallIntegerField(default=1)),
                ('lag_minutes', models.PositiveIntegerField(default=0)),
                ('floor', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('ceiling', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('most_changes', models.PositiveSmallIntegerField(default=6)),
                ('most_move', models.DecimalField(decimal_places=3, max_digits=4)),
                ('ignored', models.JSONField(default=list)),
                ('rise_back', models.BooleanField(default=True)),
                ('only_in_stock', models.BooleanField(default=True)),
                ('min_interval_minutes', models.PositiveIntegerField(default=60)),
                ('stale_minutes', models.PositiveIntegerField(default=180)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('offer__isnull', True)), fields=('company', 'shop', 'category'), name='price_rule_once'), models.UniqueConstraint(condition=models.Q(('offer__isnull', False)), fields=('company', 'offer'), name='price_rule_of_offer_once'), models.CheckConstraint(condition=models.Q(('offer__isnull', True), ('category', ''), _connector='OR'), name='price_rule_one_scope'), models.CheckConstraint(condition=models.Q(('floor__isnull', True), ('ceiling__isnull', True), ('floor__lte', models.F('ceiling')), _connector='OR'), name='price_rule_floor_below_ceiling')],
            },
        ),
        migrations.CreateModel(
            name='RepricingState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_by', models.CharField(blank=True, max_length=200)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('ran_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('shop__isnull', False)), fields=['due_at'], name='repricing_state_due')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shop'), name='repricing_state_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='WaitingPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('rule_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'ждёт'), ('confirmed', 'разрешена'), ('declined', 'отклонена'), ('gone', 'больше не нужна')], default='waiting', max_length=10)),
                ('before', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('wanted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('reason', models.CharField(max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['company', 'shop', 'id'], name='waiting_price_of_shop')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('company', 'offer'), name='waiting_price_once'), models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'gone')), ('settled_at__isnull', False), _connector='OR'), name='waiting_price_settled')],
            },
        ),
        build(
            *(wall(f"catalog_{name}") for name in TABLES),
            *(same_company(f"catalog_{name}", "shop_id", "staff_shop") for name in WITH_SHOP),
            *(same_company(f"catalog_{name}", "offer_id", "catalog_offer") for name in WITH_OFFER),
            append_only("catalog_competitorprice"),
            definer(
                "office_claim_competitor_files(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz, state varchar)",
                CLAIM_FILES,
                volatile=True,
            ),
            definer(
                "office_claim_repricing(p_limit integer, p_lease interval, p_period interval)",
                "TABLE (company_id bigint, shop_id bigint, lease_until timestamptz)",
                CLAIM_SHOPS,
                volatile=True,
            ),
            definer("office_forget_competitor_prices(p_age interval)", "void", FORGET, volatile=True),
        ),
    ]
