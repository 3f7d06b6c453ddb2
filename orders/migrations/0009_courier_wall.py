"""A courier is a member of the same company."""

from django.db import migrations

from staff.walls import build, same_company


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_people_and_safety"), ("staff", "0005_walls_of_people")]

    operations = [
        build(same_company("orders_order", "courier_id", "staff_member", on_delete="SET NULL (courier_id)")),
    ]
