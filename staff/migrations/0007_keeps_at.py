"""One warehouse behind several points."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations

from staff.walls import build, same_company


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.AddField(
            model_name='pointofsale',
            name='keeps_at',
            field=staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale'),
        ),
        build(same_company("staff_pointofsale", "keeps_at_id", "staff_pointofsale")),
    ]
