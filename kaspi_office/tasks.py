"""Celery's side of the duties: the tick of the beat, and the wake-up after a decision."""

import logging
import threading
import time
from typing import Any

from celery import bootsteps, shared_task
from django.db import OperationalError, close_old_connections

from kaspi_office import duties
from kaspi_office.celery import app

log = logging.getLogger(__name__)

TICK = 2.0
# How long the broker may be silent before a worker ticks by itself.
SILENCE = 4.0
_last_tick: dict[str, float] = {}


@shared_task(name="office.tick")
def tick(queue: str) -> None:
    """The beat's tick: run what is due on this queue."""
    _last_tick[queue] = time.monotonic()
    duties.run_due(queue)


@shared_task(name="office.run_duty")
def run_duty(name: str) -> None:
    """A wake-up: something of this duty was just stored."""
    if name in duties.DUTIES:
        duties.run(name)


class Ticker(bootsteps.StartStopStep):
    """A thread in each worker that runs the duties of its queues while nothing comes from the broker."""

    def __init__(self, parent: Any, **_: Any) -> None:
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None
        super().__init__(parent, **_)

    def start(self, parent: Any) -> None:
        queues = [queue.name for queue in parent.app.amqp.queues.consume_from.values()]
        self.thread = threading.Thread(target=self._run, args=(queues,), name="ticker", daemon=True)
        self.thread.start()

    def stop(self, parent: Any) -> None:
        self.stopped.set()

    def _run(self, queues: list[str]) -> None:
        while not self.stopped.wait(TICK):
            for queue in queues:
                if time.monotonic() - _last_tick.get(queue, 0.0) > SILENCE:
                    self._tick(queue)

    def _tick(self, queue: str) -> None:
        try:
            close_old_connections()
            duties.run_due(queue)
        except OperationalError as problem:
            log.warning("the database is away: %s", type(problem).__name__)


app.steps["worker"].add(Ticker)
