"""The feed of what happened: its table, its wall, and the sweep of all companies."""

import django.db.models.deletion
import integrations.models
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, definer, same_company, wall

FORGET = """
  WITH gone AS (DELETE FROM integrations_feedevent WHERE at < now() - p_age RETURNING 1) SELECT count(*) FROM gone
"""


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0004_token_checks'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=integrations.models.RandomId(), editable=False)),
                ('kind', models.CharField(choices=[('order.seen', 'Заказ получен'), ('order.moved', 'Заказ перешёл на другой этап'), ('order.expired', 'Заказ не принят в срок'), ('order.overdue', 'Срок принятия прошёл, заказ ещё ждёт'), ('order.taken_back', 'Отмена по сроку снята'), ('action.settled', 'Решение выполнено или отклонено'), ('deadline.alert', 'Срок скоро выйдет')], max_length=20)),
                ('subject', models.UUIDField()),
                ('code', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('payload', models.JSONField(default=dict)),
                ('xid', models.BigIntegerField(db_default=integrations.models.ThisTransaction(), editable=False)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.pointofsale')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'xid', 'id'], name='feed_position'), models.Index(fields=['at'], name='feed_age')],
            },
        ),
        build(
            wall("integrations_feedevent"),
            same_company("integrations_feedevent", "shop_id", "staff_shop"),
            same_company(
                "integrations_feedevent", "point_id", "staff_pointofsale", on_delete="SET NULL (point_id)"
            ),
            append_only("integrations_feedevent"),
            definer("office_forget_feed(p_age interval)", "bigint", FORGET, volatile=True),
        ),
    ]
