"""The broker and a worker killed (-9) with decisions on their way: accepted once, never lost, never twice."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import httpx
import pytest

from kaspi_office.local import places
from tests.product.conftest import MERCHANT, ORDERS
from tests.product.running import Product

# A lease of the dead worker, and the calls of its successor at four a second.
SETTLE_SECONDS = 120
# After all else that asks this product (tests.runners).
TURN = 2
BACK_SECONDS = 2.0


@pytest.mark.timeout(400)
def test_decisions_outlive_the_broker_and_the_worker_that_holds_them(
    product: Product, keys: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    api = product.rest(keys["sayran"])
    codes = _new_orders(api)
    product.simulator("faults", {"kind": "hang", "merchant": MERCHANT, "method": "POST", "path": "/orders"})
    begun = time.monotonic()
    actions = [_accept(api, code) for code in codes[: ORDERS // 2]]
    broker = _kill_and_wait(product, "redis", product.rows("redis")[0]["pid"])
    actions += [_accept(api, code) for code in codes[ORDERS // 2 :]]
    assert places.wait_for(lambda: bool(_held(product)), seconds=30)
    worker = _kill_and_wait(product, "worker", product.worker("act"))
    assert places.wait_for(lambda: _states(api, actions) == {"done"}, seconds=SETTLE_SECONDS, pause=0.5)
    took, applied = time.monotonic() - begun, [product.applied(code) for code in codes]
    with capsys.disabled():
        print(f"\n{len(codes)} accepts, lost {applied.count(0)}, twice {sum(times > 1 for times in applied)};", end=" ")
        print(f"broker back in {broker:.1f} s, worker in {worker:.1f} s, all settled in {took:.0f} s")
    assert applied == [1] * ORDERS


def _new_orders(api: httpx.Client) -> list[str]:
    """Codes of the orders on «Новые», when the first reading has brought them all."""

    def codes() -> list[str]:
        return [order["code"] for order in api.get("/orders", params={"shelf": "new"}).json()["results"]]

    assert places.wait_for(lambda: len(codes()) >= ORDERS, seconds=60, pause=0.2)
    return codes()[:ORDERS]


def _accept(api: httpx.Client, code: str) -> str:
    answer = api.post(f"/orders/{code}/accept", headers={"Idempotency-Key": f"accept-{code}"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _held(product: Product) -> list[dict[str, Any]]:
    """Accepts that have reached Kaspi and are not answered: the worker holds them."""
    writes = product.simulator("log?status=ACCEPTED_BY_MERCHANT")["writes"]
    return [write for write in writes if write["fault"] == "hang" and write["answer"] is None]


def _kill_and_wait(product: Product, kind: str, pid: int) -> float:
    """Seconds until the supervisor's list holds a successor, which is there within two (contract §1)."""
    many, begun = len(product.rows(kind)), time.monotonic()
    os.kill(pid, signal.SIGKILL)

    def is_back() -> bool:
        pids = [row["pid"] for row in product.rows(kind)]
        return pid not in pids and len(pids) == many

    assert places.wait_for(is_back, seconds=BACK_SECONDS)
    return time.monotonic() - begun


def _states(api: httpx.Client, actions: list[str]) -> set[str]:
    return {api.get(f"/actions/{action}").json()["state"] for action in actions}
