"""The two roles of the database, and what every database of the product needs before its first migration.

`kaspi_owner` owns the tables, migrates, dumps and creates the test database; it passes row security, which dumps and
data migrations need. `kaspi_app` is what the web and the workers are: it owns nothing and passes nothing
(reliability §5.1).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment

DATABASE = "office"
OWNER = "kaspi_owner"
APP = "kaspi_app"
EXTENSIONS = ("pg_trgm", "btree_gin")
# A stopped or cut-off process must not hold locks: the server ends it (reliability §1.3 row 14).
APP_LIMITS = {"idle_in_transaction_session_timeout": "15s", "statement_timeout": "20s", "lock_timeout": "3s"}
ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER BYPASSRLS CREATEDB NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
}


def prepare_server(superuser_url: str, *, owner_password: str, app_password: str) -> None:
    """Make both roles and the database, once or again: nothing that is there is lost.

    `superuser_url` is of a role that may create roles and extensions; it is used for nothing else.
    """
    with connect(superuser_url) as connection:
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            _prepare_role(connection, role, password)
        for name, limit in APP_LIMITS.items():
            _run(connection, "ALTER ROLE {} SET {} = %s", APP, name, values=[limit])
    # Databases that the owner creates later (the test database) are copies of template1.
    with connect(superuser_url, database="template1") as connection:
        prepare_database(connection)
    with connect(superuser_url) as connection:
        if not _found(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            _run(connection, "CREATE DATABASE {} OWNER {}", DATABASE, OWNER)
    with connect(superuser_url, database=DATABASE) as connection:
        prepare_database(connection)


def prepare_database(connection: Connection) -> None:
    """Extensions and rights inside one database. Both roles must exist, the connection must be a superuser's."""
    for extension in EXTENSIONS:
        _run(connection, "CREATE EXTENSION IF NOT EXISTS {}", extension)
    _run(connection, "GRANT USAGE, CREATE ON SCHEMA public TO {}", OWNER)
    _run(connection, "GRANT USAGE ON SCHEMA public TO {}", APP)
    _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT "
    _run(connection, defaults + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}", OWNER, APP)
    _run(connection, defaults + "USAGE, SELECT ON SEQUENCES TO {}", OWNER, APP)


@contextmanager
def connect(url: str, *, database: str | None = None) -> Iterator[Connection]:
    """A connection in autocommit, closed at the end. Raises WrongEnvironment when the server does not let us in."""
    try:
        connection = psycopg2.connect(**_parameters(url, database), connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise WrongEnvironment(f"The database does not let us in: {str(error).strip()}") from None
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def answers(url: str) -> bool:
    """Whether the server takes connections now."""
    try:
        with connect(url):
            return True
    except WrongEnvironment:
        return False


def _parameters(url: str, database: str | None) -> dict[str, Any]:
    settings = environment.parse_database("the superuser's URL", url)
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: settings[key] for name, key in names.items() if settings[key]}
    return {**settings["OPTIONS"], **given, "dbname": database or settings["NAME"]}


def _prepare_role(connection: Connection, role: str, password: str) -> None:
    if not _found(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        _run(connection, "CREATE ROLE {}", role)
    _run(connection, "ALTER ROLE {} " + ATTRIBUTES[role] + " PASSWORD %s", role, values=[password])


def _found(connection: Connection, query: str, value: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        return cursor.fetchone() is not None


def _run(connection: Connection, statement: str, *names: str, values: list[str] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)
