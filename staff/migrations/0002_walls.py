"""Row security of the staff tables, and the functions that policies stand on."""

from django.db import migrations

from staff.walls import append_only, build, definer, same_company, target, wall

FUNCTIONS = """
CREATE FUNCTION app_company() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.company', true), '')::bigint $$;
CREATE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.user', true), '')::bigint $$;
"""

# A person sees his own memberships in every company (to be let in), and writes none of them.
MEMBERS = """
ALTER TABLE staff_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_member FORCE ROW LEVEL SECURITY;
CREATE POLICY company_wall ON staff_member
  USING (company_id = (SELECT app_company()) OR user_id = (SELECT app_user()))
  WITH CHECK (company_id = (SELECT app_company()));
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        build(
            FUNCTIONS,
            wall("staff_company", rule="id = (SELECT app_company())"),
            *(wall(f"staff_{name}") for name in ("shop", "pointofsale", "memberpoint", "apikey", "auditentry")),
            wall("staff_idempotentrequest"),
            MEMBERS,
            *(target(f"staff_{name}") for name in ("shop", "pointofsale", "member", "apikey")),
            same_company("staff_pointofsale", "shop_id", "staff_shop"),
            same_company("staff_memberpoint", "member_id", "staff_member"),
            same_company("staff_memberpoint", "point_id", "staff_pointofsale"),
            same_company("staff_idempotentrequest", "api_key_id", "staff_apikey"),
            append_only("staff_auditentry"),
            definer(
                "office_api_key(p_prefix text)",
                "TABLE (id bigint, company_id bigint, digest varchar)",
                "SELECT id, company_id, digest FROM staff_apikey WHERE prefix = p_prefix AND revoked_at IS NULL",
            ),
            definer(
                "office_forget_idempotent(p_age interval)",
                "void",
                "DELETE FROM staff_idempotentrequest WHERE created_at < now() - p_age",
                volatile=True,
            ),
        )
    ]
