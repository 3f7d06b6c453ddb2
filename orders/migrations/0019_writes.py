"""Writes about lines and dates: devices of a line, moved dates behind the wall of their company, and the order's own moved date."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, same_company, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0018_cabinet'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='moved_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='moved_to',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='DateMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promised_at', models.DateTimeField()),
                ('planned_at', models.DateTimeField()),
                ('moved_to', models.DateTimeField()),
                ('asked_by', models.CharField(choices=[('buyer', 'Покупатель'), ('shop', 'Мы не успеваем')], max_length=8)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('told_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('consent', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.evidence')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'order', 'id'], name='move_of_order'), models.Index(fields=['company', 'told_at'], name='move_by_day')],
            },
        ),
        migrations.CreateModel(
            name='LineDevices',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_number', models.PositiveSmallIntegerField()),
                ('imeis', models.JSONField(default=list)),
                ('read_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'order', 'entry_number'), name='line_devices_once')],
            },
        ),
        build(
            wall("orders_linedevices"),
            same_company("orders_linedevices", "order_id", "orders_order"),
            wall("orders_datemove"),
            same_company("orders_datemove", "shop_id", "staff_shop"),
            same_company("orders_datemove", "order_id", "orders_order"),
            same_company("orders_datemove", "consent_id", "orders_evidence"),
            append_only("orders_datemove"),
        ),
    ]
