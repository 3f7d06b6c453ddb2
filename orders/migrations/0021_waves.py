"""Hand-over waves: where points bring their parcels, and what they say they have handed over."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0020_keys'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='DropPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('road_minutes', models.PositiveSmallIntegerField(default=30)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'point'), name='drop_point_once')],
            },
        ),
        migrations.CreateModel(
            name='HandedOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField()),
                ('batch', models.UUIDField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'batch'], name='handed_over_batch')],
                'constraints': [models.UniqueConstraint(fields=('company', 'order'), name='handed_over_once')],
            },
        ),
        build(
            wall("orders_droppoint"),
            same_company("orders_droppoint", "point_id", "staff_pointofsale"),
            wall("orders_handedover"),
            same_company("orders_handedover", "shop_id", "staff_shop"),
            same_company("orders_handedover", "order_id", "orders_order"),
        ),
    ]
