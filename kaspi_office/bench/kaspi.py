"""Answers of Kaspi made by the simulator in this process: what arrives, byte for byte, without the wire."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from integrations.kaspi import jsonapi, parse
from integrations.kaspi.facts import KaspiEntry, KaspiOrder, OrderPage
from integrations.kaspi.simulator import casting, making
from integrations.kaspi.simulator.app import build_app
from integrations.kaspi.simulator.tokens import token_for
from integrations.kaspi.simulator.world import World

UID = "30000001"
PAGE = 100
_HEADERS = {"X-Auth-Token": token_for(UID), "Accept": "application/vnd.api+json"}


def bodies(orders: int, *, kinds: Sequence[str] = tuple(making.KINDS)) -> list[bytes]:
    """Pages of so many new orders of one merchant, with buyers and entries, as the list of orders answers."""
    world = World()
    casting.put_merchant(world, {"uid": UID, "token": token_for(UID)})
    casting.new_orders(world, [{"merchant": UID, "kind": kinds[number % len(kinds)]} for number in range(orders)])
    return asyncio.run(_list(world, -(-orders // PAGE)))


async def _list(world: World, pages: int) -> list[bytes]:
    now = int(datetime.now(UTC).timestamp() * 1000)
    query = {
        "page[size]": str(PAGE),
        "filter[orders][state]": "NEW",
        "filter[orders][creationDate][$ge]": str(now - 86_400_000),
        "filter[orders][creationDate][$le]": str(now + 60_000),
        "include[orders]": "user,entries",
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=build_app(world)), headers=_HEADERS) as http:
        answers = [
            await http.get("http://kaspi/shop/api/v2/orders", params={**query, "page[number]": str(number)})
            for number in range(pages)
        ]
    for answer in answers:
        answer.raise_for_status()
    return [answer.content for answer in answers]


def read(body: bytes) -> OrderPage:
    """The page as the client reads it."""
    return parse.order_page(jsonapi.decode(body), page=0, size=PAGE, requested_at=datetime.now(UTC))


def renumbered(order: KaspiOrder, number: int) -> KaspiOrder:
    """The same order under another number."""
    code = str(number)
    entries: tuple[KaspiEntry, ...] | None = order.entries and tuple(
        replace(entry, kaspi_id=f"{code}##{entry.number}") for entry in order.entries
    )
    return replace(order, kaspi_id=f"b{code}", code=code, entries=entries)
