"""Row security of the day buckets."""

from django.db import migrations

from staff.walls import build, definer, same_company, wall


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial"), ("orders", "0002_walls")]

    operations = [
        build(
            wall("quality_qualityday"),
            same_company("quality_qualityday", "shop_id", "staff_shop"),
            definer(
                "office_changed_shops(p_limit integer)",
                "TABLE (company_id bigint, shop_id bigint)",
                "SELECT DISTINCT company_id, shop_id FROM orders_changedday LIMIT p_limit",
            ),
        )
    ]
