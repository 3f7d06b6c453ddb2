"""A clock that the database's own triggers go by: `now()` as the test says."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from kaspi_office.local import roles

Clock = Callable[[datetime], None]


@pytest.fixture(scope="session")
def clock_schema(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Another `now()`, found by who searches here before PostgreSQL's own."""
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA test_clock; GRANT USAGE ON SCHEMA test_clock TO {roles.APP}")
        cursor.execute(
            "CREATE FUNCTION test_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS"
            " $$ SELECT current_setting('test.now')::timestamptz $$"
        )


@pytest.fixture
def database_clock(clock_schema: None, db: None) -> Clock:
    """Sets the triggers' `now()`; forgotten with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', 'test_clock, pg_catalog, public', true)")
    return set_clock


def set_clock(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('test.now', %s, true)", [now.isoformat()])
