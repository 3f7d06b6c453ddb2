"""What came back and what became of it: stock states beside what lies on the shelf."""

import django.db.models.deletion
import django.db.models.expressions
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, wall


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_walls'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='ComeBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_id', models.BigIntegerField()),
                ('entry_number', models.PositiveSmallIntegerField()),
                ('sku', models.CharField(max_length=64)),
                ('most', models.PositiveIntegerField()),
                ('restocked', models.PositiveIntegerField(default=0)),
                ('repacked', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0)),
                ('written_off', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='movement',
            name='quarantine_change',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='movement',
            name='written_off_change',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='quarantine',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='written_off',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.CheckConstraint(condition=models.Q(('quarantine__gte', 0), ('written_off__gte', 0)), name='stock_aside_not_negative'),
        ),
        migrations.AddField(
            model_name='comeback',
            name='company',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company'),
        ),
        migrations.AddField(
            model_name='comeback',
            name='point',
            field=staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale'),
        ),
        migrations.AddConstraint(
            model_name='comeback',
            constraint=models.UniqueConstraint(fields=('company', 'order_id', 'entry_number'), name='come_back_once'),
        ),
        migrations.AddConstraint(
            model_name='comeback',
            constraint=models.CheckConstraint(condition=models.Q(('most__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('restocked'), '+', models.F('repacked')), '+', models.F('quarantined')), '+', models.F('written_off')))), name='come_back_not_more'),
        ),
        build(
            wall("catalog_comeback"),
            same_company("catalog_comeback", "point_id", "staff_pointofsale"),
        ),
    ]
