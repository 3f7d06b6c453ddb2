"""Row security of the new tables; the narrow questions that are asked before anybody's company is known."""

from django.db import migrations

from staff.walls import append_only, build, definer, same_company, target, wall

TABLES = (
    "companyrole",
    "membershop",
    "invitation",
    "shift",
    "counterdesk",
    "apikeyshop",
    "auditseal",
    "disclosure",
    "exportfile",
)
APPEND_ONLY = ("staff_auditentry", "staff_auditseal", "staff_disclosure")

# Grants keep the application from changing the journal; this keeps the owner from doing it by mistake
# (reliability.md §5.14). The chain of seals is what shows a change on purpose.
REFUSE = """
CREATE FUNCTION office_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$body$;
"""


def refuse(table: str) -> str:
    return f"""
    CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION office_refuse_change();
    CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION office_refuse_change();
    """


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_people_and_safety")]

    operations = [
        build(
            *(wall(f"staff_{name}") for name in TABLES),
            target("staff_counterdesk"),
            same_company("staff_membershop", "member_id", "staff_member"),
            same_company("staff_membershop", "shop_id", "staff_shop"),
            same_company("staff_invitation", "invited_by_id", "staff_member"),
            same_company("staff_invitation", "accepted_by_id", "staff_member", on_delete="SET NULL (accepted_by_id)"),
            same_company("staff_shift", "member_id", "staff_member"),
            same_company("staff_shift", "point_id", "staff_pointofsale"),
            same_company("staff_counterdesk", "point_id", "staff_pointofsale"),
            same_company("staff_counterdesk", "opened_by_id", "staff_member"),
            same_company("staff_apikeyshop", "api_key_id", "staff_apikey"),
            same_company("staff_apikeyshop", "shop_id", "staff_shop"),
            same_company("staff_apikey", "made_by_id", "staff_member", on_delete="SET NULL (made_by_id)"),
            same_company("staff_exportfile", "member_id", "staff_member"),
            *(append_only(table) for table in APPEND_ONLY),
            REFUSE,
            *(refuse(table) for table in APPEND_ONLY),
            definer(
                "office_api_key(p_prefix text)",
                "TABLE (id bigint, company_id bigint, digest varchar)",
                "SELECT id, company_id, digest FROM staff_apikey WHERE prefix = p_prefix AND revoked_at IS NULL"
                " AND (expires_at IS NULL OR expires_at > now())",
            ),
            definer(
                "office_invitation(p_digest text)",
                "TABLE (id bigint, company_id bigint)",
                "SELECT id, company_id FROM staff_invitation WHERE digest = p_digest",
            ),
            definer(
                "office_counter_desk(p_digest text)",
                "TABLE (id bigint, company_id bigint)",
                "SELECT id, company_id FROM staff_counterdesk WHERE digest = p_digest AND ended_at IS NULL"
                " AND created_at > now() - interval '180 days'",
            ),
            # Of other companies a person is told the names of those that let him in: whoever `app.user` is at the moment.
            definer(
                "office_own_companies()",
                "TABLE (id bigint, public_id uuid, name varchar)",
                "SELECT c.id, c.public_id, c.name FROM staff_company c JOIN staff_member m ON m.company_id = c.id"
                " WHERE m.user_id = app_user() AND m.is_active ORDER BY c.name, c.id",
            ),
            definer("office_companies()", "TABLE (id bigint)", "SELECT id FROM staff_company ORDER BY id"),
        )
    ]
