"""Celery carries the work and wakes it early; what is due stands in PostgreSQL (reliability.md §5.4)."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaspi_office.settings")

from kaspi_office.queues import QUEUES

app = Celery("kaspi_office")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["kaspi_office"])
app.conf.beat_schedule = {
    # A tick that waited longer than the next one takes is of no use.
    f"tick-{queue}": {
        "task": "office.tick",
        "schedule": 2.0,
        "args": [queue],
        "options": {"queue": queue, "expires": 2},
    }
    for queue in QUEUES
}


@worker_init.connect
def prepare(**_: Any) -> None:
    from kaspi_office import duties, tasks  # noqa: F401  the tasks bring their ticker along

    duties.ensure_rows()
