"""What workers do for the numbers over time; when, stands in `kaspi_office.duties`."""

from datetime import timedelta
from typing import Final

from orders.models import Order
from quality import buckets
from quality.history import alerts, nightly, snapshots
from quality.history.beside import BESIDE
from quality.queries import NOT_HANDED
from staff.clock import database_now
from staff.scoping import company_scope

# A little longer than the duty waits, so that nothing falls between two runs.
OVERDUE_SINCE: Final = timedelta(minutes=15)


def recount_due() -> int:
    """Recount what has changed, and look at each shop for warnings."""
    return buckets.recount_due(then=alerts.look_at)


def snap_due() -> int:
    """Keep the numbers of the day, and look at each shop once: the days go by also where nothing happens."""
    return snapshots.snap_due(beside=BESIDE, then=alerts.look_at)


def look_at_overdue() -> int:
    """Look at the shops in which a hand-over has just become late: the clock alone does it, and no order changes."""
    looked = 0
    for company_id in snapshots.companies():
        with company_scope(company_id):
            now = database_now()
            late = Order.objects.filter(stage__in=NOT_HANDED, courier_planned_at__range=(now - OVERDUE_SINCE, now))
            shops = set(late.values_list("shop_id", flat=True))
        for shop_id in shops:
            looked += alerts.look_at(company_id, shop_id)
    return looked


def recompute() -> int:
    """The full recompute of the night."""
    return nightly.recompute()
