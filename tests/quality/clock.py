"""A clock that the database's own triggers go by: `now()` as the test says (fixture `database_clock`)."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from staff.clock import database_now

Clock = Callable[[datetime], None]


def use_clock() -> None:
    """Let the triggers' `now()` be ours until the end of the transaction: the present until told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', 'test_clock, pg_catalog, public', true)")
    set_clock(database_now())


def set_clock(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('test.now', %s, true)", [now.isoformat()])
