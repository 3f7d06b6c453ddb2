"""What workers do for the numbers over time; when, stands in `kaspi_office.duties`."""

from quality import buckets
from quality.history import alerts, nightly, snapshots
from quality.history.beside import BESIDE


def recount_due() -> int:
    """Recount what has changed, and look at each shop for warnings."""
    return buckets.recount_due(then=alerts.look_at)


def snap_due() -> int:
    """Keep the numbers of the day, and look at each shop once: the days go by also where nothing happens."""
    return snapshots.snap_due(beside=BESIDE, then=alerts.look_at)


def recompute() -> int:
    """The full recompute of the night."""
    return nightly.recompute()
