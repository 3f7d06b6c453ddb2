"""The one clock: the database's. Leases, due times and deadlines are judged by it, whatever a worker's own clock says."""

from datetime import datetime
from typing import cast

from django.db import connection


def database_now() -> datetime:
    """The present by the database, aware. Read once at the edge and passed down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])
