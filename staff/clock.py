"""The one clock: the database's. Leases, due times and deadlines are judged by it, whatever a worker's own clock says."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from django.db import connection


def database_now() -> datetime:
    """The present by the database, aware. Read once at the edge and passed down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The database's time carried on where it cannot be asked. Counts monotonic seconds, so a worker's wall clock may
    be wrong or be set meanwhile (reliability.md §3, row 15).
    """

    started: datetime = field(default_factory=database_now)
    tick: Callable[[], float] = time.monotonic
    _at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_at", self.tick())

    def now(self) -> datetime:
        """The present by the database, behind it by at most the time one question takes."""
        return self.started + timedelta(seconds=self.tick() - self._at)
