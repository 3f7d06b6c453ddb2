"""Figures of the orders for Prometheus (contract.md §3)."""

from prometheus_client import Histogram

ORDER_TO_SHELF = Histogram(
    "office_order_to_shelf_seconds",
    "From Kaspi's time of arrival to our shelf.",
    buckets=(1, 2.5, 5, 10, 15, 25, 45, 60, 120, 300, 900, 3600),
)
