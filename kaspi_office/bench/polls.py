"""(c) Polling 200 shops at 100 ms latency, against what so many places at once allow: requests × latency / places."""

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
from django.conf import settings
from django.db import connections

from integrations.figures import REQUESTS
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.simulator.tokens import token_for
from integrations.loop import client_for, run
from kaspi_office.bench.figures import Figure, Scale, at_least, told
from kaspi_office.bench.house import MANAGE
from kaspi_office.bench.timing import MS, clocked
from kaspi_office.bench.world import HOURS, uid_of
from kaspi_office.local import spawn
from orders.facts import polling

LATENCY = 0.1
PLACES = polling.SLOTS_AT_ONCE
# New orders of the top shop at one moment; the others have 1/rank of it, and most pages hold none or one.
NEW_OF_TOP = 40
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_DUE = "UPDATE integrations_pollslot SET due_at = CASE kind WHEN 'new' THEN now() END, lease_until = NULL"


def measure(scale: Scale) -> list[Figure]:
    with simulator() as (address, pid):
        settings.KASPI_BASE_URL = f"{address}/shop/api"
        _open_shops(address, scale.shops)
        narrow = _without_storing(scale, 16)
        wide, ours, theirs = _spent(pid, lambda: _without_storing(scale, PLACES))
        fresh, *_ = _with_storing(1)
        later, turns, _ = _spent(pid, lambda: median(_with_storing(scale.times(9))))
    return [
        at_least(f"requests without storing, {PLACES} at once, of latency × places", 100 * wide, 90, no=5, unit="%"),
        at_least("  requests a second of one process", wide * PLACES / LATENCY, 400, no=5, unit="/s"),
        told("  the same, 16 at once", 100 * narrow, "%"),
        told("  CPU of a request in our process", ours * MS, "ms"),
        told("  CPU of a request in the simulator, which has the other core", theirs * MS, "ms"),
        at_least(f"polling with storing, {PLACES} at once, nothing changed", 100 * later, 80, no=5, unit="%"),
        told("  requests a second, nothing changed", later * PLACES / LATENCY, "/s"),
        told("  CPU of a turn in our process", turns * MS, "ms"),
        told("  the first round, every order fresh", 100 * fresh, "%"),
    ]


def _spent(simulator: int, work: Callable[[], float]) -> tuple[float, float, float]:
    """What `work` answers, and the CPU seconds a request in this process and in the simulator's."""
    asked, ours, theirs = _requests(), time.process_time(), cpu_of(simulator)
    found = work()
    requests = _requests() - asked
    return found, (time.process_time() - ours) / requests, (cpu_of(simulator) - theirs) / requests


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used. The 14th and 15th field of Linux's account, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def simulator() -> Iterator[tuple[str, int]]:
    """Kaspi as a process of its own; its address and number."""
    process = subprocess.Popen(
        [*MANAGE, "kaspi_simulator", "--port", "0", "--scenario", "empty"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=spawn.die_with_parent(9),
    )
    try:
        assert process.stdout is not None
        found = ADDRESS.search(process.stdout.readline())
        assert found is not None, "the simulator says where it listens"
        yield found[0], process.pid
    finally:
        process.kill()
        process.wait()


def _open_shops(address: str, shops: int) -> None:
    for rank in range(1, shops + 1):
        uid = uid_of(rank)
        merchant = {"uid": uid, "token": token_for(uid), "points": ["PP1", "PP2"], "schedule": HOURS}
        _control(address, "merchants", merchant)
        if count := NEW_OF_TOP // rank:
            _control(address, "orders", {"merchant": uid, "count": count})
    _control(address, "settings", {"latency_ms": LATENCY * 1000})


def _control(address: str, path: str, body: object) -> None:
    httpx.post(f"{address}/_control/{path}", json=body, timeout=30, trust_env=False).raise_for_status()


def _without_storing(scale: Scale, places: int) -> float:
    """Share of the ideal: every shop is read several times over, as far as there are places."""
    clients = [
        client_for(rank, token=token_for(uid_of(rank)), merchant_uid=uid_of(rank)) for rank in range(1, scale.shops + 1)
    ]
    # Connections are opened before the clock starts: a worker keeps them.
    run(_read(clients, places))
    times = scale.times(12)
    seconds = clocked(lambda: run(_read(clients * times, places)))
    return len(clients) * times * LATENCY / places / seconds


async def _read(clients: Sequence[KaspiClient], places: int) -> None:
    """Every client once, in so many places. These begin spread over one latency, as shops in life are not in step: all
    at once, the answers of all would come at once and wait for each other, round after round."""
    now = datetime.now(UTC)
    waiting = iter(clients)

    async def place(number: int) -> None:
        await asyncio.sleep(LATENCY * number / places)
        for client in waiting:
            await client.list_orders(state="NEW", created_from=now - timedelta(days=13), created_to=now, page=0)

    await asyncio.gather(*map(place, range(places)))


def _with_storing(rounds: int) -> list[float]:
    """Share of the ideal of each round; only in the first of all is anything new."""
    return [_round() for _ in range(rounds)]


def _round() -> float:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_DUE)
        cursor.execute("SELECT count(*) FROM integrations_pollslot WHERE due_at IS NOT NULL")
        (due,) = cursor.fetchone()
    asked = _requests()
    seconds = clocked(lambda: _poll(due))
    return (_requests() - asked) * LATENCY / PLACES / seconds


def _poll(turns: int) -> None:
    """So many turns: a slot that is due again meanwhile belongs to the next round."""
    while turns > 0:
        turns -= polling.poll_due()
    assert polling._flight.wait_until_empty(60), "every turn ends"


def _requests() -> float:
    return sum(
        sample.value
        for metric in REQUESTS.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["outcome"] == "ok"
    )
