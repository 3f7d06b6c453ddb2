"""A shop's client whose other end is a function of the test."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from integrations.kaspi.breaker import Breaker
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.facts import OrderPage
from integrations.kaspi.limits import Limiter

BASE = "https://kaspi.kz/shop/api"
TOKEN = "dG9rZW4tdGhhdC1ub2JvZHktbWF5LXNlZS1pbi1sb2dz="
ORDER_ID, CODE = "NzEyMzQ1Njc4", "712345678"
SAMPLES = Path(__file__).parent / "samples"

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
Result = TypeVar("Result")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def client(http: httpx.AsyncClient, **changes: Any) -> KaspiClient:
    parts: dict[str, Any] = {
        "base_url": BASE,
        "token": TOKEN,
        "merchant_uid": "30000001",
        "limiter": Limiter(rate=10_000, burst=1_000),
        "breaker": Breaker(),
    }
    return KaspiClient(http, **(parts | changes))


def talk(handler: Handler, ask: Callable[[KaspiClient], Coroutine[None, None, Result]], **changes: Any) -> Result:
    """What `ask` gets when Kaspi answers with `handler`."""

    async def conversation() -> Result:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
            return await ask(client(http, **changes))

    return asyncio.run(conversation())


def answering(response: httpx.Response | Exception) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    return handler


async def new_orders(shop: KaspiClient, *, page: int = 0, size: int = 100) -> OrderPage:
    end = datetime(2026, 1, 10, tzinfo=UTC)
    return await shop.list_orders(
        state="NEW", created_from=end - timedelta(days=14), created_to=end, page=page, size=size
    )


async def accepted(shop: KaspiClient) -> None:
    await shop.accept(ORDER_ID, CODE)
