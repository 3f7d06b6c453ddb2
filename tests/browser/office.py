"""The whole product in the process of a test: pages by a real server, the workers' duties in threads, Kaspi by a socket."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext

from integrations.models import ActionKind, Duty, KaspiAccount, KaspiAction
from kaspi_office import duties
from kaspi_office.local import places
from kaspi_office.provisioning import find_company, provision
from orders import sending
from orders.facts import polling
from orders.models import Order
from staff.models import User
from staff.scoping import company_scope
from tests import cast
from tests.kaspi_server import KaspiServer

# «Алма Техника» and «Алма Дом» at Kaspi.
SHOP, OTHER_SHOP = "30000001", "30000002"
# As in the product, where one worker carries decisions and another one reads.
WORKERS = (
    ("deliver", "expire", "auto accept"),
    ("poll", "waybills", "recount"),
    ("exports", "seal", "price lists"),
)
PAUSE = 0.1
# A step that waits for Kaspi, on a machine that is busy with other tests.
PATIENCE = 30.0


class Worker(threading.Thread):
    """Does its duties over and over until it is told to stop, with a database connection of its own."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(name=f"worker-{names[0]}", daemon=True)
        self.names = names
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(PAUSE):
            for name in self.names:
                duties.run(name)
        connections.close_all()


@dataclass(frozen=True)
class Office:
    """Where the pages are, and the Kaspi behind them. All companies of the cast live here."""

    address: str
    kaspi: KaspiServer

    def new_order(self, *, kind: str = "pickup", point: str = "PP1", **attributes: Any) -> str:
        """An order comes to «Алма Техника»; answers its code. `attributes` are those of the simulator's control door."""
        return self.kaspi.order(SHOP, kind=kind, point=point, **attributes)

    def count(self) -> int:
        """How many orders «Алма» knows."""
        with company_scope(_alma()):
            return int(Order.objects.count())

    def wait_until_known(self, count: int) -> None:
        assert places.wait_for(lambda: self.count() >= count, seconds=PATIENCE), f"{self.count()} of {count} orders"

    def wait_until_imported(self) -> None:
        """Until the first read of the archive is over, and so nothing moves by itself any more."""

        def imported() -> bool:
            with company_scope(_alma()):
                return not KaspiAccount.objects.filter(import_finished_at=None).exists()

        assert places.wait_for(imported, seconds=PATIENCE)

    def applied(self, code: str, status: str = "ACCEPTED_BY_MERCHANT") -> int:
        """How often Kaspi applied this write to the order: once, whatever happened on the way."""
        return sum(write["applied"] for write in self.kaspi.writes(code, status=status))

    def accepts(self) -> dict[str, int]:
        """By code, how often somebody of «Алма» decided to accept."""
        with company_scope(_alma()):
            return dict(Counter(KaspiAction.objects.filter(kind=ActionKind.ACCEPT).values_list("code", flat=True)))

    def let_in(self, context: BrowserContext, email: str) -> None:
        """Give the browser the session of somebody who has just signed in."""
        client = cast.signed_in(User.objects.get(email=email))
        session = client.cookies["office_session"].value
        context.add_cookies([{"name": "office_session", "value": session, "url": self.address}])


@contextmanager
def opened(kaspi: KaspiServer) -> Iterator[Office]:
    """The product at work. What a duty has met is told at the end: none may have failed."""
    cache.clear()
    duties.ensure_rows()
    _move_in(kaspi)
    workers = [Worker(names) for names in WORKERS]
    with ExitStack() as stack:
        stack.callback(_rest, workers)
        address = stack.enter_context(_pages())
        for worker in workers:
            worker.start()
        yield Office(address, kaspi)
    problems = dict(Duty.objects.exclude(last_problem="").values_list("name", "last_problem"))
    assert problems == {}, problems


def _move_in(kaspi: KaspiServer) -> None:
    """The companies of the cast, and their merchants at Kaspi."""
    document = cast.document()
    for shop in (shop for company in document["companies"] for shop in company["shops"]):
        points = [{"code": point["code"], "name": point["name"]} for point in shop["points"]]
        hours = cast.ROUND_THE_CLOCK
        merchant = {"uid": shop["merchant_uid"], "token": shop["token"], "points": points, "schedule": hours}
        kaspi.control("merchants", merchant)
    kaspi.control("settings", {"waybill_seconds": 0.5})
    provision(document)


def _alma() -> int:
    company_id = find_company("alma")
    assert company_id is not None
    return company_id


@contextmanager
def _pages() -> Iterator[str]:
    """The application as gunicorn serves it, WhiteNoise and the policy of content included, on a free port."""
    from kaspi_office.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, args=(0.05,), name="pages", daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _rest(workers: list[Worker]) -> None:
    """Nobody may hold a row when the database is emptied after the test."""
    for worker in workers:
        worker.stopped.set()
    for worker in workers:
        worker.join(PATIENCE)
    assert polling._flight.wait_until_empty(PATIENCE)
    assert sending._flight.wait_until_empty(PATIENCE)
