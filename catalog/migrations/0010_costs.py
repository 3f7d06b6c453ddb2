"""What goods cost: receipts in layers, tariffs of the company, how a shop orders anew."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, same_company, target, wall


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_repricing'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='CostLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('receipts', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CostLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('pieces', models.PositiveIntegerField()),
                ('unit_cost', models.DecimalField(decimal_places=2, max_digits=14)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('reverses', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.costlayer')),
                ('load', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.costload')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SupplySetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(blank=True, max_length=64)),
                ('lead_days', models.PositiveSmallIntegerField()),
                ('review_days', models.PositiveSmallIntegerField()),
                ('level', models.DecimalField(decimal_places=3, max_digits=4)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Tariff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commission', 'Комиссия Kaspi, без НДС'), ('kaspi_pay', 'Kaspi Pay'), ('vat', 'НДС'), ('tax', 'Налог с оборота'), ('vat_payer', 'Компания платит НДС'), ('fees_back', 'При возврате Kaspi возвращает комиссию'), ('delivery_kept', 'При возврате доставка остаётся расходом'), ('delivery', 'Kaspi Доставка, без НДС')], max_length=20)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('since', models.DateField()),
                ('value', models.DecimalField(decimal_places=4, max_digits=14)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('state', 'shipped')), fields=['company', 'sku', 'changed_at', 'order_id', 'entry_number'], include=('quantity',), name='reservation_spent'),
        ),
        migrations.AddIndex(
            model_name='costload',
            index=models.Index(fields=['company', '-id'], name='cost_load_newest'),
        ),
        migrations.AddIndex(
            model_name='costlayer',
            index=models.Index(fields=['company', 'sku', 'day', 'id'], name='cost_layer_of_item'),
        ),
        migrations.AddIndex(
            model_name='costlayer',
            index=models.Index(condition=models.Q(('load__isnull', False)), fields=['company', 'load'], name='cost_layer_of_load'),
        ),
        migrations.AddConstraint(
            model_name='costlayer',
            constraint=models.CheckConstraint(condition=models.Q(('pieces__gt', 0), ('unit_cost__gte', 0)), name='cost_layer_of_something'),
        ),
        migrations.AddConstraint(
            model_name='costlayer',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('company', 'reverses'), name='cost_layer_back_once'),
        ),
        migrations.AddConstraint(
            model_name='supplysetting',
            constraint=models.UniqueConstraint(fields=('company', 'shop', 'sku'), name='supply_setting_once'),
        ),
        migrations.AddConstraint(
            model_name='supplysetting',
            constraint=models.CheckConstraint(condition=models.Q(('level__gt', 0), ('level__lt', 1)), name='supply_level_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='supplysetting',
            constraint=models.CheckConstraint(condition=models.Q(('lead_days__lte', 180), ('review_days__range', (1, 90))), name='supply_days_few'),
        ),
        migrations.AddIndex(
            model_name='tariff',
            index=models.Index(fields=['company', 'kind', 'key', 'since', 'id'], name='tariff_by_day'),
        ),
        migrations.AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='tariff_not_negative'),
        ),
        build(
            *(wall(f"catalog_{name}") for name in ("costload", "costlayer", "tariff", "supplysetting")),
            *(target(f"catalog_{name}") for name in ("costload", "costlayer")),
            same_company("catalog_costlayer", "load_id", "catalog_costload"),
            same_company("catalog_costlayer", "reverses_id", "catalog_costlayer"),
            same_company("catalog_supplysetting", "shop_id", "staff_shop"),
            *(append_only(f"catalog_{name}") for name in ("costload", "costlayer", "tariff")),
        ),
    ]
