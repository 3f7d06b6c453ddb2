"""(i) The four numbers of a shop after one event: the changed days counted again, then the sums over day buckets."""

from datetime import timedelta
from statistics import median

from kaspi_office.bench.databases import SMALL, inside
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.timing import MS, WARM_UP, clocked
from kaspi_office.bench.world import Home, home_of
from orders.models import Order
from quality import buckets, reading
from quality.formulas import Metric
from staff.clock import database_now
from staff.scoping import company_scope


def measure(scale: Scale) -> list[Figure]:
    home, rounds = home_of(1), scale.times(45)
    _count_everything(home)
    with inside(SMALL):
        _count_everything(home)
    now, before = [], []
    for number in range(WARM_UP + rounds):
        now.append(_after_one_event(home, number))
        with inside(SMALL):
            before.append(_after_one_event(home, number))
    late, early = median(now[WARM_UP:]), median(before[WARM_UP:])
    age = f"{scale.small:,} to {scale.orders:,}".replace(",", " ")
    return [
        at_most("the four numbers of the top shop after one event", late * MS, 10, no=7, unit="ms"),
        told(f"  the same from {age} orders", late / early, "×"),
    ]


def _count_everything(home: Home) -> None:
    buckets.recount(home.company_id, home.shop_id)


def _after_one_event(home: Home, number: int) -> float:
    """Seconds from an order's change to the new numbers; the change itself is not counted."""
    with company_scope(home.company_id):
        now = database_now()
        ended = Order.objects.filter(stage="completed", completed_at__gt=now - timedelta(days=25))
        order = ended.order_by("id")[number]
        Order.objects.filter(pk=order.pk).update(returned_at=now, return_for_quality=True)
    return clocked(lambda: _read(home))


def _read(home: Home) -> None:
    buckets.recount(home.company_id, home.shop_id)
    with company_scope(home.company_id):
        found = reading.numbers([home.shop_id], now=database_now())
    assert found[Metric.QUALITY_RETURNS].preview.numerator > 0
