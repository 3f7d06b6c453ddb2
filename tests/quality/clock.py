"""A clock that the database's own triggers go by: `now()` as the test says (fixture `database_clock`)."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

Clock = Callable[[datetime], None]


def set_clock(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('test.now', %s, true)", [now.isoformat()])
