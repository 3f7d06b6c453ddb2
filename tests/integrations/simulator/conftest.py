"""A simulator in process, at a fixed hour: Wednesday, 16 September 2026, 11:00 in Almaty."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from integrations.kaspi.simulator import ids, scenarios
from integrations.kaspi.simulator.app import build_app
from integrations.kaspi.simulator.clock import DAY, Clock
from integrations.kaspi.simulator.tokens import token_for
from integrations.kaspi.simulator.world import World

SHOP = "30000001"
WEDNESDAY_11 = 1_789_538_400_000
Json = dict[str, Any]


class Simulator:
    """A client of one simulated shop, with the control door beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.headers = {"X-Auth-Token": token_for(SHOP), "Accept": "application/vnd.api+json"}

    def send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(build_app(self.world))
            async with httpx.AsyncClient(transport=transport, base_url="http://kaspi.test", timeout=5) as client:
                return await client.request(method, path, **rest)

        return asyncio.run(once())

    def get(self, path: str, *, headers: Any = None, **query: object) -> httpx.Response:
        params = {name: str(value) for name, value in query.items()}
        return self.send(
            "GET", f"/shop/api/v2/{path}", params=params, headers=self.headers if headers is None else headers
        )

    def listed(self, **filters: object) -> httpx.Response:
        """A list of the last days: names are the inner ones of `filter[orders][…]`, `number` and `size` page it."""
        now = self.world.clock.now()
        query: Json = {
            "filter[orders][creationDate][$ge]": filters.pop("ge", now - 10 * DAY),
            "filter[orders][creationDate][$le]": filters.pop("le", now + DAY),
            "page[number]": filters.pop("number", 0),
            "page[size]": filters.pop("size", 100),
        }
        include = filters.pop("include", None)
        query |= {"include[orders]": include} if include else {}
        query |= {f"filter[orders][{name}]": value for name, value in filters.items()}
        return self.get("orders", **query)

    def codes(self, **filters: object) -> list[str]:
        return [order["attributes"]["code"] for order in self.listed(**filters).json()["data"]]

    def make(self, **spec: Any) -> str:
        """A new order by the control door; its number."""
        answer = self.control("POST", "orders", {"orders": [spec]})
        return str(answer["codes"][0])

    def attributes(self, code: str) -> Json:
        attributes: Json = self.get(f"orders/{ids.encode(code)}").json()["data"]["attributes"]
        return attributes

    def where(self, code: str) -> tuple[str, str]:
        attributes = self.attributes(code)
        return attributes["state"], attributes["status"]

    def write(self, order: str, status: str, /, *, headers: Any = None, **attributes: object) -> httpx.Response:
        body = {
            "data": {
                "type": "orders",
                "id": ids.encode(order),
                "attributes": {"code": order, "status": status} | attributes,
            }
        }
        return self.send("POST", "/shop/api/v2/orders", json=body, headers=self.headers | (headers or {}))

    def control(self, method: str, path: str, body: object = None, *, expect: int = 200) -> Json:
        response = (
            self.send(method, f"/_control/{path}", json=body)
            if body is not None
            else self.send(method, f"/_control/{path}")
        )
        assert response.status_code == expect, response.text
        answer: Json = response.json()
        return answer

    def advance(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self.control("POST", "advance", {"seconds": minutes * 60 + hours * 3600 + days * 86400})

    def log(self, query: str = "") -> list[Json]:
        writes: list[Json] = self.control("GET", f"log{query}")["writes"]
        return writes


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """One shop with point PP1 (Mon–Fri 9–18, Sat 10–15) and no orders."""
    world = scenarios.begin(World(clock=Clock(source=lambda: WEDNESDAY_11)), "empty")
    made = Simulator(world)
    made.control(
        "POST", "merchants", {"uid": SHOP, "name": "Алма Техника", "token": token_for(SHOP), "points": ["PP1", "PP2"]}
    )
    yield made
