"""What was printed of which order, and the stop list that follows from it."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_desk'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrintedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.UUIDField()),
                ('paper', models.CharField(choices=[('waybill', 'Накладные'), ('pick_list', 'Лист сборки'), ('label', 'Этикетки'), ('slip', 'Вкладыш в посылку')], max_length=12)),
                ('layout', models.CharField(choices=[('as_is', 'как есть'), ('a4x4', 'A4, по четыре'), ('a6', 'A6'), ('thermal', '105×74 мм'), ('a4', 'A4'), ('a4_gift', 'A4 без цен'), ('a6_gift', 'A6 без цен'), ('piece', '58×40 мм на каждую штуку'), ('order', '58×40 мм на заказ')], max_length=12)),
                ('missing', models.BooleanField(default=False)),
                ('stage', models.CharField(max_length=20)),
                ('waybill_number', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('put_aside_at', models.DateTimeField(null=True)),
                ('put_aside_by', models.CharField(blank=True, max_length=160)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', '-at'], name='printed_by_time'), models.Index(fields=['company', 'batch'], name='printed_batch'), models.Index(condition=models.Q(('put_aside_at__isnull', True)), fields=['company', 'order'], name='printed_standing')],
            },
        ),
        build(
            wall("orders_printedpaper"),
            same_company("orders_printedpaper", "shop_id", "staff_shop"),
            same_company("orders_printedpaper", "order_id", "orders_order"),
        ),
    ]
