"""Returns and claims behind the wall of their company, whose time is over, and the returns of orders that are here already."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

DUE = """
  SELECT c.company_id, c.shop_id, c.id FROM orders_returncase c
  WHERE c.due_at <= now() AND (c.state IN ('deciding', 'disputed') OR (c.state = 'at_point' AND c.kind = 'application'))
  ORDER BY c.due_at, c.id LIMIT p_limit
"""
# A calendar is not known here: the term of a decision is put right when it is over (orders.returns.silence), or with
# the next word about the return.
HERE_ALREADY = """
INSERT INTO orders_returncase (company_id, shop_id, order_id, public_id, kind, state, reason, opened_at, received_at,
  closed_at, sources, due_at, due_kind, burns_at, changed_at)
SELECT o.company_id, o.shop_id, o.id, gen_random_uuid(), one.kind, one.state, '', at, CASE WHEN one.got THEN at END,
  CASE WHEN one.state = 'accepted' THEN at END,
  jsonb_build_object('state', jsonb_build_object('by', 'kaspi', 'at', at)), at + one.term, one.due_kind,
  at + coalesce(one.term, interval '3650 days'), now()
FROM orders_order o
JOIN (VALUES ('kd_returning', 'undelivered', 'travelling', false, interval '30 days', 'return_home'),
  ('return_requested', 'application', 'travelling', false, NULL, ''),
  ('return_accepted', 'application', 'deciding', true, interval '3 days', 'return_decide'),
  ('returned', 'application', 'accepted', true, NULL, '')) AS one (stage, kind, state, got, term, due_kind)
  ON one.stage = o.stage
CROSS JOIN LATERAL (SELECT coalesce(o.returned_at, o.changed_at) AS at) t;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0015_radar'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('lost', 'Потерян'), ('damaged', 'Повреждён')], max_length=8)),
                ('state', models.CharField(choices=[('draft', 'Не подана'), ('filed', 'Подана'), ('asked', 'Ждут данные от вас'), ('refused', 'Отказ'), ('appealed', 'На втором рассмотрении'), ('paid', 'Возмещена'), ('closed', 'Закрыта без возмещения')], max_length=10)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('far', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('filed_at', models.DateTimeField(null=True)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('asked_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('share', models.PositiveSmallIntegerField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('due_kind', models.CharField(blank=True, max_length=16)),
                ('burns_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'shop', 'burns_at', 'id'], name='claim_by_due')],
                'constraints': [models.UniqueConstraint(fields=('company', 'order', 'kind'), name='claim_once'), models.CheckConstraint(condition=models.Q(('share__isnull', True), ('share__in', (10, 30, 100)), _connector='OR'), name='claim_share')],
            },
        ),
        migrations.CreateModel(
            name='ReturnCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('application', 'Заявка на возврат'), ('undelivered', 'Отменён при доставке')], max_length=12)),
                ('state', models.CharField(choices=[('new', 'Новая заявка'), ('travelling', 'В пути к вам'), ('at_point', 'Ждёт в пункте приёма'), ('deciding', 'Ждёт решения'), ('disputed', 'Спор'), ('accepted', 'Возврат принят'), ('silent', 'Принят молчанием'), ('rejected', 'Возврат отклонён'), ('won', 'Спор выигран'), ('lost', 'Спор проигран'), ('collected', 'Товар забрали'), ('withdrawn', 'Покупатель передумал'), ('missing', 'Потерян в пути'), ('destroyed', 'Утилизирован')], max_length=12)),
                ('reason', models.CharField(blank=True, choices=[('size_mismatch', 'Не подошёл размер'), ('short_delivery', 'Не всё в заказе'), ('unsuitable', 'Не подошёл'), ('wrong', 'Привезли другой товар'), ('defect', 'Брак'), ('not_as_described', 'Не соответствует описанию или фото'), ('damaged', 'Повреждён'), ('refused', 'Отказался при получении'), ('not_collected', 'Не забрал в срок'), ('other', 'Другая причина')], max_length=20)),
                ('opened_at', models.DateTimeField()),
                ('arrived_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('disputed_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('inspected_at', models.DateTimeField(null=True)),
                ('sources', models.JSONField(default=dict)),
                ('due_at', models.DateTimeField(null=True)),
                ('due_kind', models.CharField(blank=True, max_length=16)),
                ('burns_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'order', 'id'], name='return_of_order'), models.Index(condition=models.Q(('state__in', ['at_point', 'deciding', 'disputed', 'new', 'travelling'])), fields=['company', 'shop', 'burns_at', 'id'], name='return_open'), models.Index(condition=models.Q(('state__in', ['at_point', 'deciding', 'disputed', 'new', 'travelling']), _negated=True), fields=['company', 'shop', '-closed_at', '-id'], name='return_closed'), models.Index(condition=models.Q(('state', 'at_point')), fields=['company', 'shop'], name='return_at_point'), models.Index(condition=models.Q(('inspected_at__isnull', True), ('received_at__isnull', False)), fields=['company', 'shop', 'received_at', 'id'], name='return_to_inspect'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='return_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['at_point', 'deciding', 'disputed', 'new', 'travelling'])), fields=('company', 'order'), name='return_goes_on_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['at_point', 'deciding', 'disputed', 'new', 'travelling'])), ('closed_at__isnull', True)), models.Q(models.Q(('state__in', ['at_point', 'deciding', 'disputed', 'new', 'travelling']), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='return_closed_has_moment')],
            },
        ),
        build(
            *(
                statement
                for name in ("returncase", "claim")
                for statement in (
                    wall(f"orders_{name}"),
                    target(f"orders_{name}"),
                    same_company(f"orders_{name}", "shop_id", "staff_shop"),
                    same_company(f"orders_{name}", "order_id", "orders_order"),
                )
            ),
            definer("office_due_returns(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE),
        ),
        migrations.RunSQL(HERE_ALREADY, migrations.RunSQL.noop),
    ]
