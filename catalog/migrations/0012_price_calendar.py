"""Prices that are planned, and which of them are due."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, wall

# Whoever died over a plan leaves it to be claimed again.
CLAIM = """
UPDATE catalog_plannedprice taken SET lease_until = clock_timestamp() + p_lease
WHERE taken.id IN (
  SELECT one.id FROM catalog_plannedprice one
  WHERE one.due_at <= clock_timestamp() AND (one.lease_until IS NULL OR one.lease_until <= clock_timestamp())
  ORDER BY one.due_at, one.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
RETURNING taken.company_id, taken.offer_id
"""

class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0011_coming_back'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('batch', models.UUIDField()),
                ('city_code', models.CharField(blank=True, max_length=12)),
                ('price', models.DecimalField(decimal_places=2, max_digits=14)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('word', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('planned', 'ждёт начала'), ('running', 'идёт'), ('done', 'закончен'), ('cancelled', 'отменён'), ('missed', 'не состоялся')], default='planned', max_length=10)),
                ('due_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('planned_at', models.DateTimeField()),
                ('planned_by', models.CharField(max_length=200)),
                ('begun_at', models.DateTimeField(null=True)),
                ('before', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('change_id', models.BigIntegerField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.CharField(blank=True, max_length=200)),
                ('why', models.CharField(blank=True, max_length=16)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='planned_price_due'), models.Index(fields=['company', 'shop', 'state', '-id'], name='planned_price_of_shop'), models.Index(fields=['company', 'shop', '-id'], name='planned_price_newest'), models.Index(fields=['company', 'offer', '-id'], name='planned_price_of_offer'), models.Index(condition=models.Q(('state__in', ('planned', 'running'))), fields=['company', 'shop', 'begins_at'], name='planned_price_open'), models.Index(condition=models.Q(('state', 'planned')), fields=['company', 'batch'], name='planned_price_batch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('price__gt', 0)), name='planned_price_positive'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('begins_at')), _connector='OR'), name='planned_price_forward'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('settled_at__isnull', True), ('state__in', ('planned', 'running'))), models.Q(models.Q(('state__in', ('planned', 'running')), _negated=True), ('due_at__isnull', True), ('settled_at__isnull', False)), _connector='OR'), name='planned_price_open_is_due'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('begun_at__isnull', False), ('ends_at__isnull', False)), _connector='OR'), name='planned_price_running_ends'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('company', 'offer', 'city_code'), name='planned_price_runs_once')],
            },
        ),
        build(
            wall("catalog_plannedprice"),
            same_company("catalog_plannedprice", "shop_id", "staff_shop"),
            same_company("catalog_plannedprice", "offer_id", "catalog_offer"),
            definer(
                "office_claim_price_plans(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, offer_id bigint)",
                CLAIM,
                volatile=True,
            ),
        ),
    ]
