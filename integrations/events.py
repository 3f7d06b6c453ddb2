"""The feed of what happened: read by cursor, in order, without a gap (contract.md §5, reliability.md §5.2, M 16).

Rows are written in the transaction of what they tell of; for events of orders a trigger does it, so no writer can forget
to (orders/migrations/0015_radar.py). A plain id is no watermark: a slow transaction may hold a small one and commit after
a reader has passed it. So a row's position is (`xid`, `id`), the transaction that wrote it first, and only rows are told
whose transaction is older than every one that still runs: nothing can appear before them any more. The price is that the
feed waits for the oldest running write of the database, usually some milliseconds.
"""

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import BigIntegerField, Func, Q, QuerySet

from integrations.models import FeedEvent
from staff.access import Actor

POSITION: Final = ("xid", "id")
# A cursor lives as long as rows are promised to be kept. They are kept a little longer, so that who comes back with a
# cursor in its last hour misses nothing.
CURSOR_LIFE: Final = timedelta(days=30)
KEPT: Final = timedelta(days=35)


class OldestRunning(Func):
    """Every transaction with a smaller id is over, and what it wrote is visible."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


def settled(by: Actor) -> "QuerySet[FeedEvent]":
    """The rows that the actor may see and that nothing can come before any more; in no order."""
    rows: QuerySet[FeedEvent] = FeedEvent.objects.filter(xid__lt=OldestRunning())
    if by.points is None:
        return rows
    here = Q(point_id__in=by.points)
    return rows.filter(here | Q(point_id=None, shop_id__in=by.shops))


def forget_old() -> int:
    """Throw away what is older than KEPT, in all companies; answers how many rows."""
    with connection.cursor() as cursor:
        values: list[Any] = [KEPT]
        cursor.execute("SELECT office_forget_feed(%s)", values)
        return int(cursor.fetchone()[0])
