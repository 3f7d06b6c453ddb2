"""Gunicorn as `manage.py up` runs it: synchronous workers, for pages are bound by the processor (stack, addendum)."""

import os
import signal

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from kaspi_office.local.spawn import die_with_parent

wsgi_app = "kaspi_office.wsgi:application"
workers = max(2, min(3, os.cpu_count() or 2))
worker_class = "sync"
# Imported once for all workers: half the processor time of a start, and the memory is shared.
preload_app = True
timeout = 30
graceful_timeout = 2
control_socket_disable = True
MASTER = os.getpid()


def post_fork(server: Arbiter, worker: Worker) -> None:
    """A killed master must not leave workers that hold its port."""
    die_with_parent(signal.SIGKILL, parent=MASTER)()


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Gauges of a process that has ended are no longer counted."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
