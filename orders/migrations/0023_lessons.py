"""Which training cards a member has read."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0022_cells'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.CreateModel(
            name='LearnedLesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson', models.CharField(max_length=20)),
                ('learned_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('member', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'member', 'lesson'), name='lesson_learned_once')],
            },
        ),
        build(wall("orders_learnedlesson"), same_company("orders_learnedlesson", "member_id", "staff_member")),
    ]
