"""What was paid beside orders, and what Kaspi Pay took of each."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, same_company, target, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0025_auto_accept'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ads', 'Реклама'), ('fine', 'Штраф'), ('other', 'Прочее')], max_length=8)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('sku', models.CharField(blank=True, max_length=64)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('reverses', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.expense')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'shop', '-last', '-id'], name='expense_of_shop')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('last__gte', models.F('first'))), name='expense_of_some_days'), models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('company', 'reverses'), name='expense_back_once')],
            },
        ),
        migrations.CreateModel(
            name='PayOperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(blank=True, max_length=60)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('commission', models.DecimalField(decimal_places=2, max_digits=14)),
                ('kaspi_pay', models.DecimalField(decimal_places=2, max_digits=14)),
                ('delivery', models.DecimalField(decimal_places=2, max_digits=14)),
                ('told_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'shop', 'code', 'at', 'kind', 'amount'), name='pay_operation_once')],
            },
        ),
        build(
            *(wall(f"orders_{name}") for name in ("expense", "payoperation")),
            target("orders_expense"),
            same_company("orders_expense", "reverses_id", "orders_expense"),
            *(same_company(f"orders_{name}", "shop_id", "staff_shop") for name in ("expense", "payoperation")),
            *(append_only(f"orders_{name}") for name in ("expense", "payoperation")),
        ),
    ]
