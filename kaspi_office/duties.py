"""What workers do again and again: a table. When each is due stands in the database.

Celery's beat sends a tick for each queue; if the broker is gone, a ticker inside each worker makes the same tick by itself.
Whoever comes first moves the due time and runs; so neither a lost message nor a second scheduler does harm
(architecture.md §3, reliability.md §5.4).
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from catalog.buffers import hold_back_all
from catalog.cards import dictionaries, sending
from catalog.feed.making import make_due as make_feeds
from catalog.matching import reading
from catalog.offers.returning import put_back_due
from catalog.price_calendar.carrying import carry_due
from catalog.price_list import reading as price_lists
from catalog.repricing import files as competitor_files
from catalog.repricing.running import run_due as reprice_due
from integrations.models import Duty
from integrations.token_checks import check_due
from kaspi_office import housekeeping, rotation
from kaspi_office.queues import ACT, BULK, POLL, QUALITY
from orders.auto_accept.deciding import accept_due
from orders.buyers.forgetting import forget_due
from orders.buyers.gathering import gather_due
from orders.cabinet.reading import read_due
from orders.documents.waybills import fetch_due
from orders.expiry import expire_due
from orders.facts.polling import poll_due
from orders.radar.alerts import raise_due, watch_all
from orders.returns.silence import settle_due
from orders.sending import deliver_due
from quality.history.duties import look_at_overdue, recompute, recount_due, snap_due
from staff.clock import database_now
from staff.exports.making import make_due
from staff.formats import ALMATY
from staff.journal.sealing import seal_due, tell_heads
from staff.letters import send_due

log = logging.getLogger(__name__)

_lock = threading.Lock()
# The duties that a thread of this process is at; True: called for meanwhile.
_called_again: dict[str, bool] = {}


@dataclass(frozen=True, slots=True)
class Task:
    """One duty: how often, on which queue, and the function, which answers how much it did.

    With an `hour` it is done once a day, at this hour of Almaty; `period` is how soon it is tried again when it failed.
    """

    period: timedelta
    queue: str
    work: Callable[[], int]
    hour: int | None = None


# A duty that is never done, by a flood or by a mistake, must not keep its queue for ever.
MOST_ROUNDS = 20

DUTIES: dict[str, Task] = {
    "deliver": Task(timedelta(seconds=2), ACT, deliver_due),
    "expire": Task(timedelta(seconds=5), ACT, expire_due),
    "auto accept": Task(timedelta(seconds=5), ACT, accept_due),
    "returns": Task(timedelta(seconds=30), ACT, settle_due),
    "poll": Task(timedelta(seconds=2), POLL, poll_due),
    "check tokens": Task(timedelta(seconds=2), POLL, check_due),
    "waybills": Task(timedelta(seconds=5), POLL, fetch_due),
    # Beside the queues of the exchange: what they are stuck in is what people are to be told of.
    "alerts": Task(timedelta(seconds=15), QUALITY, raise_due),
    "hold back": Task(timedelta(minutes=30), BULK, hold_back_all),
    "watch": Task(timedelta(minutes=10), QUALITY, watch_all),
    "recount": Task(timedelta(seconds=2), QUALITY, recount_due),
    "late parcels": Task(timedelta(minutes=10), QUALITY, look_at_overdue),
    "snapshots": Task(timedelta(minutes=10), QUALITY, snap_due),
    "recompute": Task(timedelta(hours=1), BULK, recompute, hour=3),
    "offers back": Task(timedelta(minutes=1), BULK, put_back_due),
    "price calendar": Task(timedelta(seconds=5), BULK, carry_due),
    "feeds": Task(timedelta(seconds=5), BULK, make_feeds),
    "exports": Task(timedelta(seconds=2), BULK, make_due),
    "cabinet imports": Task(timedelta(seconds=2), BULK, read_due),
    "price lists": Task(timedelta(seconds=2), BULK, price_lists.read_due),
    "competitor prices": Task(timedelta(seconds=2), BULK, competitor_files.read_due),
    "repricing": Task(timedelta(seconds=30), BULK, reprice_due),
    "card dictionaries": Task(timedelta(seconds=2), BULK, dictionaries.read_due),
    "card uploads": Task(timedelta(seconds=2), BULK, sending.send_due),
    "supplier lists": Task(timedelta(seconds=2), BULK, reading.read_due),
    "seal": Task(timedelta(seconds=10), BULK, seal_due),
    "heads": Task(timedelta(days=1), BULK, tell_heads),
    "letters": Task(timedelta(seconds=5), BULK, send_due),
    "buyers": Task(timedelta(seconds=10), BULK, gather_due),
    "forget": Task(timedelta(minutes=10), BULK, forget_due),
    "seal anew": Task(timedelta(hours=1), BULK, rotation.seal_anew),
    "housekeeping": Task(timedelta(hours=1), BULK, housekeeping.sweep),
}


def ensure_rows() -> None:
    """A row for each duty; a new one is due at once."""
    with connection.cursor() as cursor:
        for name in DUTIES:
            cursor.execute(
                "INSERT INTO integrations_duty (name, due_at, last_problem) VALUES (%s, now(), '') ON CONFLICT DO NOTHING",
                [name],
            )


def run_due(queue: str) -> int:
    """Run the duties of a queue that are due; answers how many ran."""
    return sum(run(name) for name, task in DUTIES.items() if task.queue == queue and _claim(name, task.period))


def run(name: str) -> bool:
    """Run one duty now, again while it finds something to do. False: another thread is at it and looks once more.

    So one duty takes one thread of a worker, however often it is called for. What it meets is logged and shown.
    """
    if not _begin(name):
        return False
    try:
        for _ in range(MOST_ROUNDS):
            if not DUTIES[name].work() and not _is_called_again(name):
                break
        _put_off(name, DUTIES[name].hour)
    except Exception as problem:
        log.exception("duty %s failed", name)
        if not transaction.get_connection().in_atomic_block:
            Duty.objects.filter(pk=name).update(last_problem=f"{type(problem).__name__}"[:300])
    finally:
        with _lock:
            _called_again.pop(name)
    return True


def _put_off(name: str, hour: int | None) -> None:
    """What is done once a day is due again at its next hour."""
    if hour is not None:
        Duty.objects.filter(pk=name).update(due_at=next_at(hour, now=database_now()))


def next_at(hour: int, *, now: datetime) -> datetime:
    """The next moment of this hour in Almaty, a whole one."""
    local = now.astimezone(ALMATY)
    first = datetime.combine(local.date(), time(hour), ALMATY)
    return first if first > now else datetime.combine(local.date() + timedelta(days=1), time(hour), ALMATY)


def _begin(name: str) -> bool:
    with _lock:
        if name in _called_again:
            _called_again[name] = True
            return False
        _called_again[name] = False
        return True


def _is_called_again(name: str) -> bool:
    with _lock:
        again, _called_again[name] = _called_again[name], False
        return again


def _claim(name: str, period: timedelta) -> bool:
    with connection.cursor() as cursor:
        values: list[Any] = [name, period]
        cursor.execute("SELECT office_claim_duty(%s, %s)", values)
        return cursor.fetchone() is not None
