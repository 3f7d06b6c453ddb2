"""Wake a worker early. Only a wake-up: what is due stands in the database, and is found there when this fails."""

import logging

from celery import current_app

log = logging.getLogger(__name__)

# duty → queue. The task is one for all: kaspi_office.tasks.run_duty.
WAKES = {
    "deliver": "act",
    "poll": "poll",
    "check tokens": "poll",
    "expire": "act",
    "auto accept": "act",
    "recount": "quality",
    "cabinet imports": "bulk",
    "feeds": "bulk",
    "price lists": "bulk",
    "competitor prices": "bulk",
    "repricing": "bulk",
    "card dictionaries": "bulk",
    "card uploads": "bulk",
    "supplier lists": "bulk",
}


def wake(duty: str) -> None:
    """Ask for a duty now. Without a broker the ticker finds the work within two seconds (reliability.md §1.3, M 7)."""
    try:
        current_app.send_task(
            "office.run_duty", args=[duty], queue=WAKES[duty], expires=30, retry=False, ignore_result=True
        )
    except Exception as problem:
        log.warning("wake-up of %s not sent: %s", duty, type(problem).__name__)
