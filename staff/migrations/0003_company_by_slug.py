"""Provisioning finds a company by its slug before it can be in its scope."""

from django.db import migrations

from staff.walls import build, definer


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_walls")]

    operations = [
        build(definer("office_company(p_slug text)", "bigint", "SELECT id FROM staff_company WHERE slug = p_slug"))
    ]
