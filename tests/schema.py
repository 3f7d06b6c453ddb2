"""The schema of the test database, made once: what the migrations say to PostgreSQL is written down and said again.

Going through the migrations costs some fifteen seconds of a processor, almost all of it in Django's picture of the models
between two of them; the statements themselves take one. They are kept in pytest's cache under a digest of everything that
they follow from, and the first of several runners makes them while the others wait. What came out is
described in the file too, and a database that is made from it must be the same in every column, rule and right.
"""

import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT: Final = Path(__file__).resolve().parents[1]
APPS: Final = ("staff", "integrations", "catalog", "orders", "quality", "kaspi_office")
PACKAGES: Final = ("django", "django-allauth", "psycopg2-binary")
Statement = tuple[str, list[Any] | None]


def digest(connection: BaseDatabaseWrapper) -> str:
    """Of the code of ours that migrations follow from, the versions of the others', the server's and the roles."""
    said = [str(connection.pg_version), *(str(one["USER"]) for one in settings.DATABASES.values())]  # type: ignore[attr-defined]
    found = sha256(" ".join([*(version(name) for name in PACKAGES), *said]).encode())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if (
                "migrations" in path.parts
                or "models" in path.parts
                or path.name in ("models.py", "walls.py", "apps.py")
            ):
                found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    found.update((ROOT / "kaspi_office/settings.py").read_bytes())
    return found.hexdigest()[:24]


@contextmanager
def kept(folder: Path, connection: BaseDatabaseWrapper) -> Iterator[Path]:
    """The file of the present digest, while no other runner is at it; older ones are thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{digest(connection)}.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for old in folder.glob("*.json"):
            if old != path:
                old.unlink()
        yield path


class Recorder:
    """Wraps the execution of a connection's statements and keeps those that change something."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).lstrip().upper().startswith(("SELECT", "SET CONSTRAINTS")):
            rows: Sequence[Any] = params if many else [params]
            self.statements += [(str(sql), None if row is None else list(row)) for row in rows]
        return execute(sql, params, many, context)

    def write(self, path: Path, connection: BaseDatabaseWrapper) -> None:
        """In one move, so that nobody reads half of it."""
        part = path.with_suffix(".part")
        made = {"statements": self.statements, "description": describe(connection)}
        part.write_text(json.dumps(made, default=str))
        part.replace(path)


def replay(path: Path, connection: BaseDatabaseWrapper) -> None:
    """Say to an empty database what was said when the file was written. Raises AssertionError if another one comes out."""
    made = json.loads(path.read_text())
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for sql, params in made["statements"]:
            cursor.execute(sql, params)
    found = json.loads(json.dumps(describe(connection), default=str))
    for name, rows in made["description"].items():
        assert found[name] == rows, f"{name} differ from those that the migrations made"


def describe(connection: BaseDatabaseWrapper) -> dict[str, list[Any]]:
    """Everything of the schema that tests may meet, in PostgreSQL's own words."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in _DESCRIBED.items():
            cursor.execute(sql)
            found[name] = [list(row) for row in cursor.fetchall()]
    return found


_DESCRIBED: Final = {
    "columns": """SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable,
        column_default, is_identity FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": """SELECT pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t WHERE NOT tgisinternal ORDER BY 1""",
    "functions": """SELECT pg_get_functiondef(oid), proacl::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' ORDER BY 1""",
    "tables": """SELECT relname, relkind, relrowsecurity, relforcerowsecurity, relacl::text, reloptions::text
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p') ORDER BY 1""",
    "policies": "SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "migrations": "SELECT app, name FROM django_migrations ORDER BY id",
    "permissions": "SELECT id, codename, content_type_id FROM auth_permission ORDER BY 1",
}
