"""The application never works with a role that row security does not hold (reliability.md §5.1).

Asked on every new connection, whichever process makes it: web, worker, shell. So it cannot be forgotten, and holds for
a role that is given more power while the product runs. `manage.py check --database default` asks as well.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

APPLICATION: Final = "default"
# Roles that pass row security, of those that this one is or may become.
POWER: Final = """
SELECT current_user, array_agg(rolname::text ORDER BY rolname) FROM pg_roles
WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
"""


def watch() -> None:
    """From now on no connection of the application is made with such a role."""
    connection_created.connect(_refuse, dispatch_uid="staff.startup")
    checks.register(check, checks.Tags.database)


def problem_of(connection: BaseDatabaseWrapper) -> str | None:
    """What is wrong with the role that signed in, as a sentence for the operator; None when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(POWER)
        name, powerful = cursor.fetchone()
    if not powerful:
        return None
    return (
        f"DATABASE_URL signs in as {name}, which passes row security (through {', '.join(powerful)}): the walls between"
        " companies would not hold. Give the application a role of its own: manage.py prepare_database makes one."
    )


def check(*, databases: Iterable[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """The same as a system check."""
    if APPLICATION not in (databases or ()):
        return []
    try:
        problem = problem_of(connections[APPLICATION])
    except ImproperlyConfigured as refusal:
        problem = str(refusal)
    return [checks.Critical(problem, id="staff.C001")] if problem else []


def _refuse(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.alias != APPLICATION or connection.vendor != "postgresql":
        return
    problem = problem_of(connection)
    if problem:
        # An open connection would be used by whoever comes next.
        connection.close()
        raise ImproperlyConfigured(problem)
