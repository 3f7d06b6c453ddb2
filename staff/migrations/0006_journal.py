"""The order of the journal; what the sealer and the maker of files ask across companies."""

from django.db import migrations, models

from staff.walls import build, definer

# A transaction gets its own number before its entry gets one. So when every transaction older than now has ended, every
# entry up to the newest one seen now is either here or will never be, and can be sealed in order (reliability.md §1.3, M 16).
NUMBER = """
CREATE FUNCTION office_number_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM pg_current_xact_id();
  NEW.id := nextval('staff_auditentry_id_seq');
  RETURN NEW;
END
$body$;
CREATE TRIGGER number_entry BEFORE INSERT ON staff_auditentry FOR EACH ROW EXECUTE FUNCTION office_number_entry();
"""
UNSEALED = """
  SELECT company.id, newest.id FROM staff_company company
  CROSS JOIN LATERAL (
    SELECT entry.id FROM staff_auditentry entry WHERE entry.company_id = company.id ORDER BY entry.id DESC LIMIT 1
  ) newest
  LEFT JOIN LATERAL (
    SELECT seal.entry_id FROM staff_auditseal seal WHERE seal.company_id = company.id ORDER BY seal.seq DESC LIMIT 1
  ) sealed ON true
  WHERE newest.id > coalesce(sealed.entry_id, 0)
"""
# A maker that died leaves its lease: somebody else tries again, three times in all.
CLAIM_EXPORTS = """
  UPDATE staff_exportfile file
  SET state = CASE WHEN file.attempts < 3 THEN 'running' ELSE 'failed' END,
      attempts = file.attempts + 1, lease_until = now() + p_lease
  WHERE file.id IN (
    SELECT waiting.id FROM staff_exportfile waiting
    WHERE waiting.state = 'queued' OR (waiting.state = 'running' AND waiting.lease_until < now())
    ORDER BY waiting.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING file.company_id, file.id, file.lease_until, file.state
"""
FORGET_EXPORTS = """
  UPDATE staff_exportfile SET content = NULL WHERE content IS NOT NULL AND expires_at <= now() RETURNING id
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_walls_of_people")]

    operations = [
        migrations.AddField("exportfile", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddIndex(
            "exportfile",
            models.Index(fields=["id"], condition=models.Q(state__in=("queued", "running")), name="export_waiting"),
        ),
        migrations.AddIndex(
            "exportfile",
            models.Index(fields=["expires_at"], condition=models.Q(content__isnull=False), name="export_ending"),
        ),
        migrations.RemoveIndex("auditentry", "audit_by_time"),
        migrations.AddIndex("auditentry", models.Index(fields=["company", "-at", "-id"], name="audit_by_time")),
        migrations.AddIndex("auditentry", models.Index(fields=["company", "id"], name="audit_by_number")),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["company", "-at"], condition=models.Q(details__has_key="hint"), name="audit_hinted"),
        ),
        build(
            NUMBER,
            definer("office_unsealed()", "TABLE (company_id bigint, upto bigint)", UNSEALED),
            definer(
                "office_claim_exports(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz, state varchar)",
                CLAIM_EXPORTS,
                volatile=True,
            ),
            definer("office_forget_exports()", "SETOF bigint", FORGET_EXPORTS, volatile=True),
        ),
    ]
