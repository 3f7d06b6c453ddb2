"""What was promised beside what was done is judged from an index alone; changes of a promised day that stood already are
found without reading the past of every order.
"""

from django.db import migrations, models

CHANGES = """
CREATE INDEX change_of_promise ON orders_orderchange (company_id, order_id, id)
WHERE facts->'planned_delivery_at'->>0 IS NOT NULL OR facts->'courier_planned_at'->>0 IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0027_promised'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('handed_at__isnull', False), ('is_kaspi_delivery', True), ('pre_order', False)), fields=['company', 'shop', 'handed_at'], include=('id', 'point', 'courier', 'approved_at', 'accepted_at', 'first_seen_at', 'planned_delivery_at', 'courier_planned_at', 'moved_to', 'express', 'pre_order', 'is_kaspi_delivery', 'delivery_mode', 'town', 'completed_at'), name='order_handed_promise'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('completed_at__isnull', False), ('is_kaspi_delivery', False), ('pre_order', False)), fields=['company', 'shop', 'completed_at'], include=('id', 'point', 'courier', 'approved_at', 'accepted_at', 'first_seen_at', 'planned_delivery_at', 'courier_planned_at', 'moved_to', 'express', 'pre_order', 'is_kaspi_delivery', 'delivery_mode', 'town'), name='order_brought_promise'),
        ),
        migrations.RunSQL(CHANGES, 'DROP INDEX change_of_promise'),
    ]
