"""(a) The shelf page of 50 rows against its floor, for a large, a usual and a small shop, and as orders pile up."""

from functools import partial

from django.db import connection

from kaspi_office.bench.asking import Asker, owner_of
from kaspi_office.bench.databases import SMALL, inside
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.floor import Statements
from kaspi_office.bench.timing import MS, interleaved
from kaspi_office.bench.world import WATCHED

PAGE, FLOOR = "/orders/{}/", "/bench/floor/{}/"
# Session, person, membership, the settings of the wall, the member and his rights: what any page of a member asks.
DOOR = ("django_session", "staff_user", "FROM staff_member", "SELECT set_config", "SAVEPOINT", "SET TRANSACTION")
SHELVES = ((1, "new"), (20, "new"), (100, "new"), (1, "kaspi-delivery"), (1, "archive"))
NAMES = {1: "the top shop", 20: "the 20th shop", 100: "the middle shop"}


def measure(scale: Scale) -> list[Figure]:
    rounds = scale.times(90)
    askers = {rank: owner_of(rank) for rank in WATCHED}
    figures = _queries(askers[1])
    for rank, slug in SHELVES:
        figures += _against_floor(askers[rank], slug, NAMES[rank], rounds)
    return figures + _growth(scale, askers, rounds)


def _queries(asker: Asker) -> list[Figure]:
    heard = Statements([])
    with connection.execute_wrapper(heard):
        asker.ask(PAGE.format("new"))
    page = [sql for sql, _ in heard.kept if not any(word in sql for word in DOOR)]
    return [
        at_most("queries of «Новые», 50 rows", len(page), 6, no=1, unit=""),
        told("queries of the door (session, person, membership, walls)", len(heard.kept) - len(page), ""),
    ]


def _against_floor(asker: Asker, slug: str, whose: str, rounds: int) -> list[Figure]:
    page, floor = PAGE.format(slug), FLOOR.format(slug)
    found = interleaved({"page": lambda: asker.ask(page), "floor": lambda: asker.ask(floor)}, rounds=rounds)
    body = asker.ask(page)
    rows = body.count(b'<tr class="order-row')
    return [
        at_most(f"shelf {slug} of {whose}, {rows} rows, to its floor", found["page"] / found["floor"], 1.5, no=1),
        told(f"  that page, p50 ({len(body) // 1024} kB)", found["page"] * MS, "ms"),
    ]


def _growth(scale: Scale, now: dict[int, Asker], rounds: int) -> list[Figure]:
    """The same page in two databases, asked in turns."""
    with inside(SMALL):
        before = {rank: owner_of(rank) for rank in WATCHED}

    def ask_before(rank: int, path: str) -> bytes:
        with inside(SMALL):
            return before[rank].ask(path)

    figures = []
    for rank, slug in SHELVES:
        path = PAGE.format(slug)
        found = interleaved(
            {"now": partial(now[rank].ask, path), "before": partial(ask_before, rank, path)}, rounds=rounds
        )
        age = f"{scale.small:,} to {scale.orders:,} orders".replace(",", " ")
        figures.append(at_most(f"shelf {slug} of {NAMES[rank]} from {age}", found["now"] / found["before"], 1.15, no=1))
    return figures
