"""What only a real connection shows, over the transport the office uses."""

import asyncio
import gzip
import json
import socket
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import (
    Congested,
    KaspiError,
    NoInformation,
    RateLimited,
    Transient,
    UnknownOutcome,
    Unsent,
)
from integrations.kaspi.http import open_http, retry_after
from integrations.kaspi.limits import Limiter
from tests.integrations.kaspi_client.conversation import TOKEN, accepted, answering, client, new_orders, sample, talk
from tests.integrations.kaspi_client.wire import Serve, Wire, always, listening, reply

PAGE = json.dumps(sample("orders")).encode()
ECHO = json.dumps(sample("accept_echo")).encode()
Ask = Callable[[KaspiClient], Coroutine[None, None, Any]]


def over_the_wire(serve: Serve, ask: Ask, **changes: Any) -> tuple[Any, Wire]:
    async def conversation() -> tuple[Any, Wire]:
        async with listening(serve) as wire, open_http(connections=4) as http:
            return await ask(client(http, base_url=wire.base, **changes)), wire

    return asyncio.run(conversation())


def failing(serve: Serve, ask: Ask, **changes: Any) -> KaspiError:
    with pytest.raises(KaspiError) as caught:
        over_the_wire(serve, ask, **changes)
    return caught.value


def test_a_page_arrives() -> None:
    page, wire = over_the_wire(always(reply(PAGE)), new_orders)
    assert page.orders[0].code == "712345678"
    assert f"X-Auth-Token: {TOKEN}".lower() in wire.heads[0].lower()


def test_the_brackets_of_filters_stay_escaped_on_the_wire() -> None:
    _, wire = over_the_wire(always(reply(PAGE)), new_orders)
    assert not set("[]") & set(wire.heads[0].splitlines()[0])


def test_a_packed_page_is_unpacked() -> None:
    page, wire = over_the_wire(always(reply(gzip.compress(PAGE), "Content-Encoding: gzip")), new_orders)
    assert page.total_count == 1
    assert "accept-encoding: gzip\r\n" in wire.heads[0].lower()


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"[" + b" " * 11_000_000 + b"]"),
        reply(gzip.compress(b" " * 200_000_000, 1), "Content-Encoding: gzip"),
        reply(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip"),
        reply(PAGE, "Content-Encoding: gzip"),
        reply(PAGE, "Content-Encoding: br"),
    ],
    ids=["large", "bomb", "cut", "not packed", "packed otherwise"],
)
def test_a_body_out_of_bounds_says_nothing(answer: bytes) -> None:
    assert type(failing(always(answer), new_orders)) is NoInformation


class OneChunk(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body


def test_a_bomb_is_not_unpacked_beyond_the_limit() -> None:
    bomb = OneChunk(gzip.compress(b" " * 200_000_000, 1))
    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=bomb)
    tracemalloc.start()
    with pytest.raises(NoInformation):
        talk(answering(answer), new_orders)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(reply(b"", length=len(PAGE)), PAGE, writer)


async def slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(b"", reply(PAGE), writer)


async def drip(at_once: bytes, bit_by_bit: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(at_once)
    for position in range(len(bit_by_bit)):
        writer.write(bit_by_bit[position : position + 1])
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("serve", [silence, slow_body, slow_head])
def test_a_slow_answer_is_cut_at_the_total_time(serve: Serve) -> None:
    started = time.perf_counter()
    assert type(failing(serve, new_orders, total_timeout=0.3)) is Transient
    assert 0.25 < time.perf_counter() - started < 1.5


@pytest.mark.parametrize("serve", [silence, slow_body, slow_head])
def test_a_write_cut_at_the_total_time_has_an_unknown_outcome(serve: Serve) -> None:
    assert type(failing(serve, accepted, total_timeout=0.3)) is UnknownOutcome


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize(
    "serve",
    [
        reset,
        hang_up,
        always(reply(ECHO[:20], "Connection: close", length=len(ECHO))),
        always(b"no http at all\r\n\r\n"),
    ],
    ids=["reset", "hang up", "nonsense length", "nonsense"],
)
def test_a_write_whose_answer_is_lost_has_an_unknown_outcome(serve: Serve) -> None:
    async def and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        await writer.drain()
        writer.close()

    assert type(failing(and_hang_up, accepted, total_timeout=2)) is UnknownOutcome


def test_a_write_is_sent_once_whatever_becomes_of_it() -> None:
    async def conversation() -> Wire:
        async with listening(reset) as wire, open_http(connections=4) as http:
            with pytest.raises(UnknownOutcome):
                await accepted(client(http, base_url=wire.base))
            return wire

    assert len(asyncio.run(conversation()).heads) == 1


@pytest.mark.parametrize("ask", [new_orders, accepted])
def test_a_refused_connection_sent_nothing(ask: Ask) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        async def conversation() -> None:
            async with open_http(connections=1) as http:
                await ask(client(http, base_url=f"http://127.0.0.1:{nobody.getsockname()[1]}/shop/api"))

        with pytest.raises(Unsent):
            asyncio.run(conversation())


def test_a_write_that_found_no_room_in_the_pool_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.kaspi.http.POOL_SECONDS", 0.1)

    async def conversation() -> Wire:
        async with listening(silence) as wire, open_http(connections=1) as http:
            first = asyncio.ensure_future(new_orders(client(http, base_url=wire.base)))
            while not wire.heads:
                await asyncio.sleep(0.01)
            with pytest.raises(Unsent):
                await accepted(client(http, base_url=wire.base))
            first.cancel()
            return wire

    assert len(asyncio.run(conversation()).heads) == 1


@pytest.mark.parametrize(("ask", "family"), [(new_orders, NoInformation), (accepted, UnknownOutcome)])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_refused_and_the_second_host_sees_nothing(
    ask: Ask, family: type[KaspiError], status: str
) -> None:
    async def conversation() -> Wire:
        async with listening(always(reply(PAGE))) as second, open_http(connections=4) as http:
            elsewhere = reply(b"", f"Location: {second.base}/v2/orders", status=status)
            async with listening(always(elsewhere)) as first:
                with pytest.raises(family):
                    await ask(client(http, base_url=first.base))
            return second

    assert asyncio.run(conversation()).heads == []


def test_cookies_are_not_kept() -> None:
    async def conversation() -> Wire:
        cookie = "Set-Cookie: session=of-shop-1; Path=/"
        async with listening(always(reply(PAGE, cookie))) as wire, open_http(connections=4) as http:
            # By name: for a bare address the transport would keep no cookies anyhow.
            shop = client(http, base_url=wire.base.replace("127.0.0.1", "localhost"))
            await new_orders(shop)
            await new_orders(shop)
            return wire

    assert [("cookie:" in head.lower()) for head in asyncio.run(conversation()).heads] == [False, False]


def test_an_empty_security_code_reaches_the_wire() -> None:
    _, wire = over_the_wire(always(reply(ECHO)), lambda shop: shop.send_code("NzEyMzQ1Njc4", "712345678"))
    assert "x-security-code: \r\n" in wire.heads[0].lower()


def test_a_call_without_a_turn_in_time_sends_nothing_and_is_not_unknown() -> None:
    limiter = Limiter(rate=0.01, burst=1)
    limiter.pause(60)
    error = failing(always(reply(ECHO)), accepted, limiter=limiter)
    assert isinstance(error, Congested)
    assert error.retry_after == pytest.approx(60, abs=1)


def test_after_a_429_the_next_call_comes_no_sooner_than_asked() -> None:
    async def scene(shop: KaspiClient) -> float:
        with pytest.raises(RateLimited):
            await new_orders(shop)
        started = time.perf_counter()
        with pytest.raises(RateLimited):
            await new_orders(shop)
        return time.perf_counter() - started

    waited, wire = over_the_wire(always(reply(b"", "Retry-After: 1", status="429 Too Many Requests")), scene)
    assert len(wire.heads) == 2
    assert waited >= 0.99


NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("10", 10),
        (" 10 ", 10),
        ("0", 1),
        ("-1", 1),
        ("1000000000", 300),
        ("Thu, 01 Jan 2026 12:00:42 GMT", 42),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 1),
        ("Thu, 01 Jan 2099 11:00:00 GMT", 300),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("1e9", None),
        ("Thu, 99 Jan 2026 12:00:42 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date_within_bounds(header: str, seconds: float | None) -> None:
    assert retry_after(header, now=NOW) == seconds
