"""The tenant wall of the database: row security, same-company keys, append-only tables, narrow functions.

Written as SQL that migrations run as the owner role (reliability.md §5.1). The application role owns nothing
and cannot bypass a policy; the few questions that concern all companies (what is due, whose key is this)
are SECURITY DEFINER functions that answer ids only.
"""

from django.conf import settings
from django.db import migrations


def app_role() -> str:
    """The role of web and workers, as configured."""
    return str(settings.DATABASES["default"].get("USER") or "kaspi_app")


def wall(table: str, *, rule: str = "company_id = (SELECT app_company())") -> str:
    """Row security, also for the owner unless it may bypass; both directions: what is seen and what is written."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY company_wall ON {table} USING ({rule}) WITH CHECK ({rule});
    """


def target(table: str) -> str:
    """Make (company_id, id) something that a foreign key can point at."""
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_company UNIQUE (company_id, id);"


def same_company(table: str, column: str, to: str, *, on_delete: str = "CASCADE") -> str:
    """A row can only point at a row of its own company; plain keys would let it (reliability.md §1.3, M 11)."""
    return f"""
    ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_company
      FOREIGN KEY (company_id, {column}) REFERENCES {to} (company_id, id)
      ON DELETE {on_delete} DEFERRABLE INITIALLY DEFERRED;
    """


def append_only(table: str) -> str:
    """The application may add and read, not change (reliability.md §5.14)."""
    return f"REVOKE UPDATE, DELETE ON {table} FROM {app_role()};"


def build(*statements: str) -> migrations.RunSQL:
    return migrations.RunSQL("\n".join(statements), migrations.RunSQL.noop)


def definer(signature: str, returns: str, body: str, *, volatile: bool = False) -> str:
    """A narrow function that sees across companies. Everything it may tell is in its `returns`."""
    name = signature.partition("(")[0]
    arguments = signature.partition("(")[2].removesuffix(")")
    types = ", ".join(part.split()[1] for part in arguments.split(",") if part.strip())
    return f"""
    CREATE OR REPLACE FUNCTION {signature} RETURNS {returns}
    LANGUAGE sql {"VOLATILE" if volatile else "STABLE"} SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    {body}
    $body$;
    REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION {name}({types}) TO {app_role()};
    """
