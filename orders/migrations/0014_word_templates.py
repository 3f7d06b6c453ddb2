"""Word templates of the company, their versions, and the numbers of papers, behind the wall of their company."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, target, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0013_papers'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='WordTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('in_service', models.PositiveSmallIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PaperNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('given_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
                ('template', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.wordtemplate')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='WordVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('file', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('previewed_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('template', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.wordtemplate')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='wordtemplate',
            constraint=models.CheckConstraint(condition=models.Q(('removed_at__isnull', True), ('in_service__isnull', True), _connector='OR'), name='word_template_removed_is_off'),
        ),
        migrations.AddConstraint(
            model_name='papernumber',
            constraint=models.UniqueConstraint(fields=('company', 'shop', 'number'), name='paper_number_once'),
        ),
        migrations.AddConstraint(
            model_name='papernumber',
            constraint=models.UniqueConstraint(fields=('company', 'order', 'template'), name='paper_of_order_once'),
        ),
        migrations.AddConstraint(
            model_name='wordversion',
            constraint=models.UniqueConstraint(fields=('company', 'template', 'number'), name='word_version_once'),
        ),
        build(
            wall("orders_wordtemplate"),
            wall("orders_wordversion"),
            wall("orders_papernumber"),
            target("orders_wordtemplate"),
            same_company("orders_wordtemplate", "shop_id", "staff_shop"),
            same_company("orders_wordversion", "template_id", "orders_wordtemplate"),
            same_company("orders_papernumber", "shop_id", "staff_shop"),
            same_company("orders_papernumber", "order_id", "orders_order"),
            same_company("orders_papernumber", "template_id", "orders_wordtemplate"),
        ),
    ]
