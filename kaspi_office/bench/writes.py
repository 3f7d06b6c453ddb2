"""(d) Storing fresh and unchanged orders by pages of 100, against COPY of the very same rows into the same tables."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from django.db import connections

from integrations.kaspi.facts import KaspiOrder
from integrations.loop import DATABASE_THREADS
from kaspi_office.bench import kaspi
from kaspi_office.bench.figures import Figure, Scale, at_least, told
from kaspi_office.bench.timing import clocked
from kaspi_office.bench.world import home_of
from orders.facts import sync
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

SHOPS = 20
_threads = ThreadPoolExecutor(DATABASE_THREADS)
FIRST = 900_000_000
# What an observation of an order leaves behind, and the column that names the order.
TABLES = {
    "orders_order": "id",
    "orders_orderentry": "order_id",
    "orders_orderevent": "order_id",
    "catalog_reservation": "order_id",
    "catalog_movement": "order_id",
}


class Stall(NamedTuple):
    """A shop as a poller holds it while it reads."""

    company_id: int
    place: sync.ShopPlace


def measure(scale: Scale) -> list[Figure]:
    pages = [kaspi.read(body).orders for body in kaspi.bodies(SHOPS * kaspi.PAGE)]
    stalls = [_stall(rank) for rank in range(1, SHOPS + 1)]
    taken: dict[str, list[float]] = {"fresh": [], "copy": [], "unchanged": []}
    for number in range(1 + scale.times(9)):
        batch = [_numbered(page, number * SHOPS + n) for n, page in enumerate(pages)]
        for name, seconds in _round(stalls, batch).items():
            taken[name] += [seconds] if number else []
    found = {name: median(seconds) for name, seconds in taken.items()}
    orders = SHOPS * kaspi.PAGE
    return [
        at_least("fresh orders stored, of the speed of COPY", 100 * found["copy"] / found["fresh"], 50, no=6, unit="%"),
        at_least(
            "unchanged orders, of the speed of COPY", 100 * found["copy"] / found["unchanged"], 100, no=6, unit="%"
        ),
        told("  COPY itself", orders / found["copy"], "orders/s"),
        told("  fresh", orders / found["fresh"], "orders/s"),
        told("  unchanged", orders / found["unchanged"], "orders/s"),
    ]


def _stall(rank: int) -> Stall:
    company_id = home_of(rank).company_id
    with company_scope(company_id):
        return Stall(company_id, sync.place_of(Shop.objects.get()))


def _numbered(page: Sequence[KaspiOrder], place: int) -> list[KaspiOrder]:
    return [kaspi.renumbered(order, FIRST + place * kaspi.PAGE + n) for n, order in enumerate(page)]


def _round(stalls: Sequence[Stall], batch: Sequence[Sequence[KaspiOrder]]) -> dict[str, float]:
    """The same orders stored, taken out, copied in again, and observed once more without a change."""
    found = {"fresh": clocked(lambda: _store_all(stalls, batch, fresh=True))}
    rows = _take_out()
    found["copy"] = clocked(lambda: _copy_in(rows))
    found["unchanged"] = clocked(lambda: _store_all(stalls, batch, fresh=False))
    _take_out()
    return found


def _store_all(stalls: Sequence[Stall], batch: Sequence[Sequence[KaspiOrder]], *, fresh: bool) -> None:
    """A page of each shop, in the threads that a poller stores with."""
    for stored, facts in zip(_threads.map(_store, stalls, batch), batch, strict=True):
        assert (stored.fresh if fresh else stored.unchanged) == len(facts), stored


def _store(stall: Stall, facts: Sequence[KaspiOrder]) -> sync.Stored:
    with company_scope(stall.company_id):
        return sync.store(stall.place, facts, observed_at=database_now() - timedelta(milliseconds=1))


def _take_out() -> dict[str, str]:
    """The rows of the batch as COPY writes them; they are gone from the tables afterwards."""
    rows = {}
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT min(id) FROM orders_order WHERE kaspi_id >= %s", [f"b{FIRST}"])
        (first,) = cursor.fetchone()
        for table, key in TABLES.items():
            written = io.StringIO()
            mine = f"SELECT * FROM {table} WHERE {key} >= {int(first)}"  # noqa: S608  our own tables
            cursor.copy_expert(f"COPY ({mine}) TO STDOUT", written)
            rows[table] = written.getvalue()
        for table, key in reversed(TABLES.items()):
            cursor.execute(f"DELETE FROM {table} WHERE {key} >= %s", [first])  # noqa: S608  our own tables
    return rows


def _copy_in(rows: dict[str, str]) -> None:
    with connections["owner"].cursor() as cursor:
        for table, text in rows.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))
