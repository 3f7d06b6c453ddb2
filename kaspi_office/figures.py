"""Figures for Prometheus (contract.md §3). Counters and histograms live in processes, states are asked of the database."""

import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest, multiprocess

HTTP = Histogram(
    "office_http_request_seconds",
    "Time to answer a request.",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

# name in office_figures() → (metric, help, labels)
STATES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "slot_oldest_due": ("office_poll_slot_oldest_due_seconds", "How late the oldest due poll slot is.", ()),
    "actions_open": ("office_actions_open", "Actions not settled yet.", ("kind",)),
    "action_oldest": ("office_action_oldest_seconds", "Age of the oldest open action.", ("kind",)),
    "actions_total": ("office_actions_total", "Settled actions.", ("kind", "outcome")),
    "orders_parked": ("office_orders_parked", "Orders that could not be stored.", ()),
    "feed_oldest": (
        "office_feed_oldest_seconds",
        "Time since the stalest price list was found to be as the goods are.",
        (),
    ),
    "feeds_held": ("office_feeds_held", "Price lists that wait for a person, because too many offers are missing.", ()),
    "scheduler_last_tick": ("office_scheduler_last_tick_seconds", "Time since a duty last ran.", ()),
}

ASKED = """
SELECT name, kind, outcome, value FROM office_figures() UNION ALL SELECT name, '', '', value FROM office_feed_figures()
"""


class RequestFiguresMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "unknown"
        HTTP.labels(route, request.method, response.status_code).observe(time.perf_counter() - started)
        return response


def exposition(queue_lengths: dict[str, int]) -> bytes:
    """All figures as Prometheus text."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    states = CollectorRegistry()
    gauges = {name: Gauge(metric, text, labels, registry=states) for name, (metric, text, labels) in STATES.items()}
    with connection.cursor() as cursor:
        cursor.execute(ASKED)
        for name, kind, outcome, value in cursor.fetchall():
            labels = {"kind": kind, "outcome": outcome}
            wanted = [labels[label] for label in STATES[name][2]]
            (gauges[name].labels(*wanted) if wanted else gauges[name]).set(value)
    queues = Gauge("office_queue_length", "Messages waiting in a queue of the broker.", ["queue"], registry=states)
    for queue, length in queue_lengths.items():
        queues.labels(queue).set(length)
    return generate_latest(registry) + generate_latest(states)
