"""(q) Profit of a quarter of the top shop, with costs by layers: each issued line is priced by what was received first."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from django.db import connections

from kaspi_office.bench.asking import owner_of
from kaspi_office.bench.figures import Figure, Scale, at_most
from kaspi_office.bench.timing import MS, interleaved
from kaspi_office.bench.world import SKUS, Home, home_of, sku_of, slug_of
from orders.models import Order
from staff.bulk import insert
from staff.clock import database_now
from staff.formats import ALMATY
from staff.scoping import company_scope

TOP: Final = 1
DAYS: Final = 92
# Of each item so many receipts, of so many pieces each: the last of them is not sold out.
RECEIPTS: Final = 12
_LAYER: Final = ("company_id", "sku", "day", "pieces", "unit_cost", "note", "at", "by")


def measure(scale: Scale) -> list[Figure]:
    home, today = home_of(TOP), database_now().astimezone(ALMATY).date()
    first = today - timedelta(days=DAYS - 1)
    sold = _sold(home, first)
    with company_scope(home.company_id):
        insert("catalog_costlayer", _LAYER, _receipts(home, sold, first - timedelta(days=1)))
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) catalog_costlayer")
    address = f"/profit/?shop={slug_of(TOP)}&from={first}&to={today}&by="
    asker = owner_of(TOP)
    found = interleaved({by: partial(asker.ask, address + by) for by in ("sku", "day")}, rounds=scale.times(9))
    told = f"profit of {sold} orders issued in {DAYS} days"
    return [
        at_most(f"{told}, by goods", found["sku"] * MS, 2 * MS, no=16, unit="ms"),
        at_most("  by days", found["day"] * MS, 2 * MS, no=16, unit="ms"),
    ]


def _sold(home: Home, first: date) -> int:
    with company_scope(home.company_id):
        return Order.objects.filter(shop_id=home.shop_id, completed_at__date__gte=first).count()


def _receipts(home: Home, sold: int, first: date) -> Iterator[tuple[object, ...]]:
    now, pieces = database_now(), sold * 2 // (SKUS * RECEIPTS) + 1
    for number in range(SKUS):
        for after in range(RECEIPTS):
            day = first + timedelta(days=after * DAYS // RECEIPTS)
            yield home.company_id, sku_of(number), day, pieces, 500 + number + after, "", now, "bench"
