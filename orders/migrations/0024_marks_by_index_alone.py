"""Marks of a large shop are counted from their index alone; and lines that come later have the days of their order
counted again, for one reading of the quality returns counts lines.
"""

from importlib import import_module

from django.db import migrations, models

from staff.walls import build

_earlier = import_module("orders.migrations.0005_changed_days")
COUNT_UPDATE = _earlier.COUNT_UPDATE.replace(_earlier.COUNTED, f"{_earlier.COUNTED}, items_count")


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0023_lessons'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='order_mark_day',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('mark_on__isnull', False)), fields=['company', 'shop', 'mark_on'], include=('mark', 'returned_at', 'point'), name='order_mark_day'),
        ),
        build(COUNT_UPDATE),
    ]
