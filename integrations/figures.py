"""Figures of the exchange for Prometheus (contract.md §3)."""

from prometheus_client import Counter

REQUESTS = Counter("office_kaspi_requests", "Calls to Kaspi.", ["call", "outcome"])


def count_call(call: str, outcome: str, seconds: float) -> None:
    """What KaspiClient tells of each call."""
    REQUESTS.labels(call, outcome).inc()
