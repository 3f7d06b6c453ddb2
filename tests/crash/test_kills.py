"""A sender killed (-9) at every message it sends or receives between claiming and settling: accepted once, never twice."""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from integrations.models import ActionState, KaspiAction
from orders import actions
from orders.models import Order
from staff.clock import database_now
from staff.scoping import company_scope
from tests.crash.proxy import Crash, Proxy
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop, make_shop

# Longer than all the killing, so that a run meets only its own action; what is left is then waited for.
LEASE = 45.0
PATIENCE = 120.0
SHOPS = 10
OPEN = (ActionState.QUEUED, ActionState.SENDING, ActionState.UNKNOWN)


@dataclass
class Senders:
    """Starts senders, through proxies that may kill them or straight."""

    process: "subprocess.Popen[str]"
    kaspi_server: KaspiServer

    def run(self, crash: Crash | None = None) -> int:
        database = {
            key: connections["default"].settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        }
        crash = crash or Crash(at=0, after=False)
        proxies = [Proxy(_connector(database["HOST"], database["PORT"]), crash), Proxy(self._kaspi_socket, crash)]
        command = {
            "database": {**database, "HOST": "127.0.0.1", "PORT": str(proxies[0].port)},
            "kaspi": f"http://127.0.0.1:{proxies[1].port}/shop/api",
            "lease": LEASE,
        }
        crash.victim = int(self._ask(command))
        crash.ready.set()
        code = int(self._hear())
        for proxy in proxies:
            proxy.close()
        return code

    def _kaspi_socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.kaspi_server.port))

    def _ask(self, command: dict[str, Any]) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def _connector(host: str, port: str) -> Any:
    def connect() -> socket.socket:
        if host.startswith("/"):
            unix = socket.socket(socket.AF_UNIX)
            unix.connect(f"{host}/.s.PGSQL.{port or 5432}")
            return unix
        return socket.create_connection((host, int(port or 5432)))

    return connect


@pytest.fixture
def senders(kaspi_server: KaspiServer, transactional_db: None) -> Generator[Senders]:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.zygote"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    yield Senders(process, kaspi_server)
    process.kill()
    process.wait()


@dataclass
class Decision:
    """A person's decision to accept an order, and how its sender was killed."""

    shop: TestShop
    code: str
    action_id: int = 0

    def make(self) -> None:
        with company_scope(self.shop.company_id):
            order = Order.objects.get(code=self.code)
            self.action_id = actions.accept(order, by=self.shop.owner, now=database_now()).pk

    def rest(self) -> None:
        """What died before it was claimed is due at once and would join the next run: let it wait as long as a lease."""
        with company_scope(self.shop.company_id):
            later = database_now() + timedelta(seconds=LEASE)
            KaspiAction.objects.filter(pk=self.action_id, state=ActionState.QUEUED).update(due_at=later)

    def state(self) -> str:
        with company_scope(self.shop.company_id):
            return str(KaspiAction.objects.values_list("state", flat=True).get(pk=self.action_id))


def _orders(kaspi_server: KaspiServer, *, shops: int) -> Iterator[Decision]:
    """Orders of several shops, so that the calls of one token do not wait for each other."""
    all_shops = [make_shop(kaspi_server) for _ in range(shops)]
    for shop in all_shops:
        kaspi_server.control("orders", {"merchant": shop.merchant_uid, "count": 30})
        shop.poll()
    for number in itertools.count():
        shop = all_shops[number % shops]
        with company_scope(shop.company_id):
            code = Order.objects.order_by("id").values_list("code", flat=True)[number // shops]
        yield Decision(shop, code)


def _kill_at_every_message(senders: Senders, orders: Iterator[Decision]) -> list[Decision]:
    """One decision per message and side of it, until a sender lives through all of its messages."""
    killed = []
    for after in (False, True):
        for at in itertools.count(1):
            decision = next(orders)
            decision.make()
            crash = Crash(at=at, after=after)
            senders.run(crash)
            if not crash.killed:
                break
            decision.rest()
            killed.append(decision)
    return killed


def _finish(senders: Senders, decisions: list[Decision]) -> None:
    """Let unharmed senders work until every action is closed."""
    end = time.monotonic() + PATIENCE
    while waiting := [one for one in decisions if one.state() in OPEN]:
        assert time.monotonic() < end, f"{len(waiting)} actions stayed open"
        _wait_until_due(waiting)
        senders.run()


def _wait_until_due(decisions: list[Decision]) -> None:
    """Until a lease of the dead has ended or a pause after a try is over, by the database's own clock."""
    waits = []
    for one in decisions:
        with company_scope(one.shop.company_id), connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM greatest(due_at, lease_until) - clock_timestamp())::float8"
                " FROM integrations_kaspiaction WHERE id = %s",
                [one.action_id],
            )
            waits.append(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [min(10.0, max(0.0, min(waits) + 0.05))])


@pytest.mark.timeout(600)
def test_a_sender_killed_at_any_message_accepts_once_and_never_twice(
    senders: Senders, kaspi_server: KaspiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    decisions = _kill_at_every_message(senders, _orders(kaspi_server, shops=SHOPS))
    _finish(senders, decisions)
    writes = [kaspi_server.writes(one.code) for one in decisions]
    lost = sum(not any(write["applied"] for write in of_one) for of_one in writes)
    twice = sum(sum(write["applied"] for write in of_one) > 1 for of_one in writes)
    repeats = sum(not write["applied"] for of_one in writes for write in of_one)
    with capsys.disabled():
        print(f"\nkills {len(decisions)}, never sent {lost}, sent twice {twice}, repeats that Kaspi refused {repeats}")
    assert len(decisions) >= 40
    assert {one.state() for one in decisions} == {ActionState.DONE}
    assert (lost, twice, repeats) == (0, 0, 0)


def test_the_judge_can_fail_what_is_marked_done_before_sending_never_arrives(
    senders: Senders, kaspi_server: KaspiServer
) -> None:
    """With the order of things turned round (settled first, sent after) the same judge sees a lost decision."""
    decision = next(_orders(kaspi_server, shops=1))
    decision.make()
    with company_scope(decision.shop.company_id):
        KaspiAction.objects.filter(pk=decision.action_id).update(state=ActionState.DONE, settled_at=database_now())
    senders.run()
    assert decision.state() == ActionState.DONE
    assert kaspi_server.writes(decision.code) == []
