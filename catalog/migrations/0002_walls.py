"""Row security of the catalogue; the ledger is added to, never changed."""

from django.db import migrations

from staff.walls import append_only, build, same_company, wall


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("staff", "0002_walls")]

    operations = [
        build(
            *(wall(f"catalog_{name}") for name in ("offer", "stockitem", "reservation", "movement")),
            same_company("catalog_offer", "shop_id", "staff_shop"),
            *(
                same_company(f"catalog_{name}", "point_id", "staff_pointofsale")
                for name in ("stockitem", "reservation", "movement")
            ),
            append_only("catalog_movement"),
        )
    ]
