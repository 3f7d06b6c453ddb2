"""Who writes holds his place until his transaction ends; who ends that place waits for him (reliability.md §2, 19).

So what a dismissed person or a revoked key has begun lands before the dismissal or not at all. Advisory locks, for a row's
own lock would stand in the way of whoever only notes something on it.
"""

from enum import IntEnum

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from staff.errors import Refused

PATIENCE = "10s"


class Place(IntEnum):
    """What is held: a kind of row. The number is the upper half of the lock's name."""

    MEMBER = 0x0FF1CE10
    API_KEY = 0x0FF1CE11


def hold(place: Place, row_id: int) -> None:
    """Until the transaction ends nobody can `take` it. Ask afterwards whether the place is still there."""
    _lock("pg_advisory_xact_lock_shared", place, row_id)


def take(place: Place, row_id: int) -> None:
    """Wait for the writes that are under way; those that come later wait for us. Raises Refused (409) after 10 s."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        _lock("pg_advisory_xact_lock", place, row_id)
    except OperationalError as failure:
        raise Refused("busy", _("Человек как раз что-то записывает. Повторите через минуту")) from failure


def _lock(function: str, place: Place, row_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [(place << 31) | (row_id & 0x7FFFFFFF)])
