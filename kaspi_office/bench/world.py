"""The world that is measured: 200 shops whose volumes fall as 1/rank, 95 % of their orders in the archive.

Counters, pulses and changed days are filled by the trigger, as always; only the secondary indexes are laid aside while
the rows come in.
"""

import io
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connections

from catalog.models import StockItem
from integrations.kaspi.simulator import people
from integrations.kaspi.simulator.tokens import token_for
from integrations.models import KaspiAccount
from kaspi_office.bench.databases import EMPTY, SMALL, copy_as
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.samples import ARCHIVED, NEW, ON_SHELVES, Mould, Sample, moulds
from kaspi_office.provisioning import find_company, provision
from orders.facts.storing import COLUMNS, ENTRY_COLUMNS
from orders.facts.sync import place_of
from orders.lifecycle import Stage
from staff.clock import database_now
from staff.ids import uuid7
from staff.models import PointOfSale, Shop
from staff.scoping import company_scope

# The top shop, the 20th and the middle one, each with so many new orders from the first load on: its page of them is
# full and the same, however many orders come later.
WATCHED: Mapping[int, int] = {1: 250, 20: 100, 100: 60}
ACTIVE = 0.05
CHUNK = 20_000
SKUS = 400
# Two spans a day, so that deadlines cost what they cost in life, at whatever hour it runs.
HOURS = {day: [["00:00", "13:00"], ["13:30", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
LOAD_SECONDS = 240
Moulds = Mapping[Stage, Sequence[Mould]]


class Home(NamedTuple):
    """A shop by its rank, and where its rows belong."""

    rank: int
    company_id: int
    shop_id: int
    points: tuple[int, int]


def measure(scale: Scale) -> list[Figure]:
    """Make the three databases."""
    provision({"companies": [company(rank) for rank in range(1, scale.shops + 1)]})
    homes = [home_of(rank) for rank in range(1, scale.shops + 1)]
    for home in homes:
        _settle(home)
    copy_as(EMPTY)
    started = time.perf_counter()
    with company_scope(homes[0].company_id):
        made = moulds(place_of(Shop.objects.get()), now=database_now())
    chance = random.Random(1)
    loaded = load(homes, made, scale.small, after=0, chance=chance)
    copy_as(SMALL)
    loaded = load(homes, made, scale.orders - loaded, after=loaded, chance=chance)
    seconds = time.perf_counter() - started
    return [
        told("orders loaded by COPY, counters by the trigger", loaded, ""),
        at_most("loading them", seconds, LOAD_SECONDS, no=0, unit="s"),
    ]


def slug_of(rank: int) -> str:
    return f"shop-{rank:03}"


def uid_of(rank: int) -> str:
    return str(40_000_000 + rank)


def email_of(rank: int) -> str:
    return f"{slug_of(rank)}@bench.example"


def company(rank: int) -> dict[str, Any]:
    """A company of one shop; a watched one has an owner who can sign in."""
    points = [
        {"code": code, "name": name, "city": "750000000", "schedule": HOURS}
        for code, name in (("PP1", "Склад Абая 52"), ("PP2", "Розыбакиева 247"))
    ]
    slug, uid = slug_of(rank), uid_of(rank)
    shop = {"slug": slug, "name": f"Магазин {rank}", "merchant_uid": uid, "token": token_for(uid), "points": points}
    owner = {"email": email_of(rank), "password": f"the password of {slug}", "name": "Айгерим", "role": "owner"}
    return {"slug": slug, "name": f"ТОО {rank}", "shops": [shop], "members": [owner] if rank in WATCHED else []}


def home_of(rank: int) -> Home:
    company_id = find_company(slug_of(rank))
    assert company_id is not None, "the world is built first"
    with company_scope(company_id):
        first, second = PointOfSale.objects.order_by("code").values_list("pk", flat=True)
        return Home(rank, company_id, Shop.objects.get().pk, (first, second))


def _settle(home: Home) -> None:
    """A shop that has been connected for long; its goods are counted where pages are looked at."""
    with company_scope(home.company_id):
        KaspiAccount.objects.update(last_ok_at=database_now(), import_finished_at=database_now())
        if home.rank in WATCHED:
            StockItem.objects.bulk_create(
                StockItem(company_id=home.company_id, point_id=point, sku=sku_of(number), on_hand=number % 9)
                for point in home.points
                for number in range(SKUS)
            )


def shares(homes: Sequence[Home], orders: int) -> list[int]:
    """How many orders each shop gets: 1/rank of what the first gets."""
    whole = sum(1 / home.rank for home in homes)
    return [round(orders / home.rank / whole) for home in homes]


def load(homes: Sequence[Home], made: Moulds, orders: int, *, after: int, chance: random.Random) -> int:
    """COPY so many orders with their entries, numbered on from `after`; answers the last number."""
    with indexes_aside("orders_order", "orders_orderentry"), ThreadPoolExecutor(1) as copying:
        last: Future[None] = copying.submit(_copy, "", "")
        for chunk in _chunks(_orders(homes, made, orders, after, chance)):
            last.result()
            # The next chunk is written while the server takes this one.
            last = copying.submit(_copy, *chunk)
        last.result()
        copying.submit(connections.close_all).result()
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) orders_order, orders_orderentry, orders_shelfcount, orders_changedday")
        cursor.execute("SELECT setval(pg_get_serial_sequence('orders_order', 'id'), max(id)) FROM orders_order")
        return int(cursor.fetchone()[0])


def _orders(
    homes: Sequence[Home], made: Moulds, orders: int, after: int, chance: random.Random
) -> Iterator[tuple[str, str]]:
    number = after
    for home, share in zip(homes, shares(homes, orders), strict=True):
        for sample in _stages(home, share, chance, first=after == 0):
            number += 1
            mould = chance.choice(made[sample.stage])
            values = _values(home, number, chance)
            entries = mould.entries[: 1 + (number % 3 == 0)]
            yield mould.order % values, "".join([entry % values for entry in entries])


def _stages(home: Home, orders: int, chance: random.Random, *, first: bool) -> list[Sample]:
    """Stages of a shop's orders, mixed, so that shelves lie among the archive as they do in life."""
    watched = home.rank in WATCHED
    found = [NEW] * WATCHED[home.rank] if watched and first else []
    kinds = [sample for sample in ON_SHELVES if not (watched and sample is NEW)]
    found += chance.choices(kinds, [sample.share for sample in kinds], k=round(orders * ACTIVE))
    found += chance.choices(ARCHIVED, [sample.share for sample in ARCHIVED], k=max(0, orders - len(found)))
    chance.shuffle(found)
    return found


def _values(home: Home, number: int, chance: random.Random) -> dict[str, object]:
    buyer = people.customer(chance)
    return {
        "id": number,
        "company": home.company_id,
        "shop": home.shop_id,
        "point": home.points[number % 4 == 0],
        "uuid": uuid7(),
        "code": 500_000_000 + number,
        "first": buyer.first_name,
        "last": buyer.last_name,
        "search": f"{buyer.last_name} {buyer.first_name}".lower(),
        "phone": f"+7{buyer.phone}",
        "price": 1000 + number * 37 % 200_000,
        "sku": sku_of(number * 7919 % SKUS),
    }


def sku_of(number: int) -> str:
    return f"BEN-{number:04}"


def _chunks(lines: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    orders, entries = io.StringIO(), io.StringIO()
    for number, (order, entry) in enumerate(lines, start=1):
        orders.write(order)
        entries.write(entry)
        if number % CHUNK == 0:
            yield orders.getvalue(), entries.getvalue()
            orders, entries = io.StringIO(), io.StringIO()
    yield orders.getvalue(), entries.getvalue()


def _copy(orders: str, entries: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.copy_expert(f"COPY orders_order (id, {', '.join(COLUMNS)}) FROM STDIN", io.StringIO(orders))
        cursor.copy_expert(f"COPY orders_orderentry ({', '.join(ENTRY_COLUMNS)}) FROM STDIN", io.StringIO(entries))


@contextmanager
def indexes_aside(*tables: str) -> Iterator[None]:
    """Without the indexes that no constraint needs, which are built anew at the end in a fraction of the time."""
    wanted = """
      SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
      WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(wanted, [list(tables)])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        try:
            yield
        finally:
            for _, definition in indexes:
                cursor.execute(definition)
