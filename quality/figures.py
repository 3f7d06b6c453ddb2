"""Figures of the numbers for Prometheus (contract.md §3)."""

from prometheus_client import Counter

DISAGREEMENTS = Counter(
    "office_quality_disagreements", "Day buckets that were not what the orders say, found and mended by night."
)
