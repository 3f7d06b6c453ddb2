"""The simulated Kaspi in the process of a test: no socket, no port, the same answers."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeVar

import httpx

from integrations.kaspi.breaker import Breaker
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.limits import Limiter
from integrations.kaspi.simulator.app import build_app
from integrations.kaspi.simulator.tokens import token_for
from integrations.kaspi.simulator.world import World

Answer = TypeVar("Answer")
BASE = "http://127.0.0.1:9/shop/api"
CONTROL = "http://127.0.0.1:9/_control"


class Kaspi:
    """A world of the simulator, its shop API through our own client, and its control door."""

    def __init__(self) -> None:
        self.world = World()
        self.app = build_app(self.world)

    def open_shop(self, merchant_uid: str, *, points: list[str]) -> None:
        """A merchant that is open day and night, so that deadlines do not hang on the hour a test runs at."""
        hours = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        shop = {"uid": merchant_uid, "token": token_for(merchant_uid), "points": points, "schedule": hours}
        self.control("POST", "merchants", shop)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        async def knock() -> dict[str, Any]:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app)) as http:
                answer = await http.request(method, f"{CONTROL}/{path}", json=body)
                assert answer.status_code == 200, answer.text
                told: dict[str, Any] = answer.json()
                return told

        return wait_for(knock)

    def call(self, merchant_uid: str, work: Callable[[KaspiClient], Awaitable[Answer]]) -> Answer:
        """Run some calls of our client as this merchant."""

        async def calls() -> Answer:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app)) as http:
                client = KaspiClient(
                    http,
                    base_url=BASE,
                    token=token_for(merchant_uid),
                    merchant_uid=merchant_uid,
                    limiter=Limiter(rate=10_000, burst=10_000),
                    breaker=Breaker(),
                )
                return await work(client)

        return wait_for(calls)


def wait_for(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Run a coroutine in a thread of its own: the thread of a browser test has a loop already."""

    async def awaited() -> Answer:
        return await work()

    return asyncio.run_coroutine_threadsafe(awaited(), _loop()).result()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for the whole run: to begin and end a loop costs more than most calls."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kaspi-of-tests", daemon=True).start()
    return loop
