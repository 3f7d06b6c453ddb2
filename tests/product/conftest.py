"""One running product for the tests of this folder, its demo read from Kaspi, and keys to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from integrations.kaspi.simulator.tokens import token_for
from kaspi_office.local import places
from tests.cast import ROUND_THE_CLOCK
from tests.product.running import Product, running

OWNERS = ("owner@alma.example", "owner@bereke.example")
# The promise of the README: from the first answer of a page to full shelves.
FILL_SECONDS = 90
# A company of our own beside the demo, at a merchant that nobody else touches.
MERCHANT = "39000001"
ORDERS = 12


class Filling(threading.Thread):
    """Looks, beside the tests, at how the demo comes in; seconds since the start command, None for not yet."""

    def __init__(self, product: Product) -> None:
        super().__init__(name="filling", daemon=True)
        self.product = product
        self.ready = product.seconds
        self.first_shelves: float | None = None
        self.imported: float | None = None

    def run(self) -> None:
        owners = [self.product.pages(email) for email in OWNERS]
        self.first_shelves = self._when(lambda: all(map(_has_new_orders, owners)))
        self.imported = self._when(lambda: all(map(_has_everything, owners)))

    def _when(self, condition: Callable[[], bool]) -> float | None:
        return self.product.seconds if places.wait_for(condition, seconds=FILL_SECONDS, pause=0.5) else None


def _has_new_orders(owner: httpx.Client) -> bool:
    return 'class="order-row' in owner.get("/orders/new/").text


def _has_everything(owner: httpx.Client) -> bool:
    return "<progress" not in owner.get("/integrations/").text


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    with running() as product:
        yield product
        product.stop()
        left = product.left()
    assert left == []


@pytest.fixture(scope="package", autouse=True)
def filling(product: Product) -> Iterator[Filling]:
    watcher = Filling(product)
    watcher.start()
    yield watcher
    watcher.join()


@pytest.fixture(scope="package")
def keys(product: Product) -> dict[str, str]:
    """API keys by company: of «Алма», which is there, and of one that `provision` makes beside the running product."""
    product.simulator("merchants", {"uid": MERCHANT, "token": token_for(MERCHANT), "schedule": ROUND_THE_CLOCK})
    product.simulator("orders", {"merchant": MERCHANT, "kind": "pickup", "count": ORDERS})
    answer = product.manage("provision", "--json", "-", given=json.dumps(_document()))
    assert answer.returncode == 0, answer.stderr
    return {made["slug"]: made["api_keys"][0]["secret"] for made in json.loads(answer.stdout)["companies"]}


def _document() -> dict[str, Any]:
    key = {"name": "tests", "scopes": ["orders:read", "orders:write"]}
    point = {"code": "PP1", "name": "Склад", "city": "750000000", "schedule": ROUND_THE_CLOCK}
    shop = {"slug": "sayran", "name": "Сайран", "merchant_uid": MERCHANT, "token": token_for(MERCHANT)}
    alma = {"slug": "alma", "name": "ТОО Алма", "shops": [], "members": [], "api_keys": [key]}
    sayran = {"slug": "sayran", "name": "ТОО Сайран", "shops": [shop | {"points": [point]}], "members": []}
    return {"companies": [alma, sayran | {"api_keys": [key]}]}
