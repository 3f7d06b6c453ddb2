"""Which offers come back on sale today, asked over all companies."""

from django.db import migrations

from staff.walls import build, definer

# By the index of those that are to come back at all: few, whatever a shop sells. A day is Almaty's.
COMING_BACK = """
  SELECT company_id, id FROM catalog_offer
  WHERE off_until <= (now() AT TIME ZONE 'Asia/Almaty')::date AND NOT on_sale ORDER BY off_until LIMIT p_limit
"""


class Migration(migrations.Migration):

    dependencies = [("catalog", "0010_costs")]

    operations = [
        build(
            definer(
                "office_offers_coming_back(p_limit integer)", "TABLE (company_id bigint, id bigint)", COMING_BACK
            ),
        ),
    ]
