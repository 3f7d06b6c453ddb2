"""The simulator as a server of the tests: real sockets on loopback, one per test session, empty at the start of each test."""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Generator
from typing import Any

import pytest
import uvicorn

from integrations.kaspi.simulator import scenarios
from integrations.kaspi.simulator.app import build_app
from integrations.kaspi.simulator.server import listen
from integrations.kaspi.simulator.world import World


class KaspiServer:
    """The simulator's address and its control door."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}/shop/api"

    def control(self, path: str, body: object = None, *, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_control/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def order(self, merchant: str, **attributes: Any) -> str:
        """One new order; answers its code."""
        made = self.control("orders", {"merchant": merchant, "orders": [attributes]})
        return str(made["orders"][0]["code"])

    def writes(self, code: str, *, status: str = "ACCEPTED_BY_MERCHANT") -> list[dict[str, Any]]:
        """What reached Kaspi about an order: the only judge of what was sent."""
        return list(self.control(f"log?code={code}&status={status}")["writes"])


@pytest.fixture(scope="session")
def kaspi_running() -> Generator[KaspiServer]:
    world = scenarios.begin(World(), "empty")
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(build_app(world), log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    yield KaspiServer(listener.getsockname()[1])
    server.should_exit = server.force_exit = True
    thread.join(5)


@pytest.fixture
def kaspi_server(kaspi_running: KaspiServer, settings: Any) -> KaspiServer:
    """A fresh empty world, and the product pointed at it."""
    kaspi_running.control("reset", {"scenario": "empty"})
    kaspi_running.control("faults", method="DELETE")
    settings.KASPI_BASE_URL = kaspi_running.base_url
    return kaspi_running
