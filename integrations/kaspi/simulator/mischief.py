"""What each fault does to a request (reliability §3, rows 16–27)."""

import asyncio
import json
import socket
import struct
import sys
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from . import http
from .faults import LISTING, Fault
from .http import Gone, Receive, Response, Send, html
from .log import Write
from .render import dump
from .titles import INVENTED


class Handle(Protocol):
    """Answers the request at hand: `lie` distorts a list, `late` (seconds) puts the effect of a write off."""

    def __call__(self, *, lie: str | None = None, late: float | None = None) -> Response: ...


@dataclass(slots=True)
class Scene:
    """One request with a fault on it."""

    fault: Fault
    handle: Handle
    receive: Receive
    send: Send
    write: Write | None

    async def say(self, response: Response) -> None:
        if self.write is not None:
            self.write.answer = response.status
        await http.answer(self.send, response)

    def forget_answer(self) -> None:
        if self.write is not None:
            self.write.answer = None


async def play(scene: Scene) -> None:
    """Plays the fault to its end. Raises Gone when the connection is to be dropped."""
    kind = scene.fault.kind
    if kind in _REFUSALS:
        await scene.say(_REFUSALS[kind](scene.fault))
    elif kind in _DISTORTIONS:
        await scene.say(_distorted(scene.handle(), _DISTORTIONS[kind]))
    elif kind in LISTING:
        await scene.say(scene.handle(lie=kind))
    else:
        await _PLAYS[kind](scene)


# Refusals: nothing is handled.


def _error(key: str, status: int) -> Callable[[Fault], Response]:
    return lambda fault: Response(status, dump({"errors": [{"title": INVENTED[key]}]}), headers=_retry_after(fault))


def _retry_after(fault: Fault) -> dict[str, str]:
    return {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}


def _redirect(fault: Fault) -> Response:
    return Response(302, b"", http.HTML, {"Location": fault.location or "http://elsewhere.example/shop/api/v2/orders"})


_REFUSALS: dict[str, Callable[[Fault], Response]] = {
    "401": _error("unauthorized", 401),
    "403": _error("forbidden", 403),
    "429": _error("too_many", 429),
    "500": lambda fault: html(500, "Internal Server Error"),
    "502html": lambda fault: html(502, "Bad Gateway"),
    "503": lambda fault: Response(503, b"", http.HTML, _retry_after(fault)),
    "html200": lambda fault: html(200, "Технические работы"),
    "redirect": _redirect,
}


# Distortions: the request is handled, its JSON is spoiled.


def _distorted(response: Response, spoil: Callable[[bytes], bytes]) -> Response:
    if response.status == 200 and "json" in response.kind:
        response.body = spoil(response.body)
    return response


def _with_data(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    def spoil(body: bytes) -> bytes:
        document = json.loads(body)
        if isinstance(document, dict) and "data" in document:
            document["data"] = change(document["data"])
        return dump(document)

    return spoil


def _with_first(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[bytes], bytes]:
    """Changes the attributes of the only or the first resource; its neighbours stay whole."""

    def first(data: Any) -> Any:
        if isinstance(data, dict):
            return data | {"attributes": change(data.get("attributes") or {})}
        return [first(data[0]), *data[1:]] if data else data

    return _with_data(first)


def _in_first_text(raw: bytes) -> Callable[[bytes], bytes]:
    """Puts raw bytes into a text of the first resource, past any JSON writer."""
    mark = "@mark@"
    name = _with_first(
        lambda attributes: attributes | {"customer": {"firstName": mark, "lastName": "", "cellPhone": mark}}
    )
    return lambda body: name(body).replace(mark.encode(), raw)


_BROKEN: dict[str, Any] = {
    "code": None,
    "creationDate": "вчера",
    "totalPrice": "много",
    "state": 7,
    "status": [],
    "customer": "аноним",
}
_UNKNOWN = {"state": "TELEPORT", "status": "TELEPORTED_BY_MERCHANT", "deliveryMode": "DELIVERY_TELEPORT"}
_USUAL = ("totalPrice", "creationDate", "status", "customer", "deliveryMode")

_DISTORTIONS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "wrong_type": _with_data(lambda data: "заказы"),
    "data_null": _with_data(lambda data: None),
    "nan": _with_first(lambda attributes: attributes | {"totalPrice": float("nan")}),
    "nul": _in_first_text(b"\\u0000"),
    "surrogate": _in_first_text(b"\\ud83d"),
    "unknown_enum": _with_first(lambda attributes: attributes | _UNKNOWN),
    "missing_field": _with_first(lambda attributes: {k: v for k, v in attributes.items() if k not in _USUAL}),
    "bad_order": _with_first(lambda attributes: attributes | _BROKEN),
}


# Plays: time, sockets and sizes.


async def _hang(scene: Scene) -> None:
    await _wait(scene, scene.fault.seconds if scene.fault.seconds is not None else 3600.0)
    raise Gone("hung up")


async def _wait(scene: Scene, seconds: float) -> None:
    """Waits, or less when the caller leaves."""
    leaving = asyncio.ensure_future(_until_left(scene.receive))
    try:
        await asyncio.wait({leaving}, timeout=seconds)
    finally:
        leaving.cancel()


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset(scene: Scene) -> None:
    raise Gone("connection reset")


async def _lose_answer(scene: Scene) -> None:
    scene.handle()
    scene.forget_answer()
    raise Gone("the answer is lost")


async def _apply_late(scene: Scene) -> None:
    await scene.say(scene.handle(late=scene.fault.seconds if scene.fault.seconds is not None else 60.0))


async def _slow_body(scene: Scene) -> None:
    response = scene.handle()
    await scene.send(http.head(response))
    for position in range(len(response.body)):
        await scene.send(
            {"type": "http.response.body", "body": response.body[position : position + 1], "more_body": True}
        )
        await asyncio.sleep(_pause(scene.fault))
    await scene.send({"type": "http.response.body", "body": b""})


async def _slow_headers(scene: Scene) -> None:
    """Writes the head byte by byte past the server; in process, where there is no socket, it is plain waiting."""
    scene.handle()
    scene.forget_answer()
    transport = transport_of(scene.send)
    for byte in b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.api+json\r\nx-slow: " + b"." * 4096:
        if transport is not None:
            if transport.is_closing():
                break
            transport.write(bytes((byte,)))
        await asyncio.sleep(_pause(scene.fault))
    raise Gone("the head never ended")


def _pause(fault: Fault) -> float:
    return fault.seconds if fault.seconds is not None else 1.0


_BLOCK = b" " * (1 << 20)
_HUGE_BLOCKS = 50
_BOMB_BLOCKS = 200


async def _huge(scene: Scene) -> None:
    response = scene.handle()
    length = len(response.body) + _HUGE_BLOCKS * len(_BLOCK)
    start = http.head(response)
    start["headers"] = [(k, str(length).encode() if k == b"content-length" else v) for k, v in start["headers"]]
    await scene.send(start)
    for _ in range(_HUGE_BLOCKS):
        await scene.send({"type": "http.response.body", "body": _BLOCK, "more_body": True})
    await scene.send({"type": "http.response.body", "body": response.body})


@cache
def _bomb() -> bytes:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(
        [squeeze.compress(b'{"data":['), *(squeeze.compress(_BLOCK) for _ in range(_BOMB_BLOCKS)), squeeze.flush()]
    )


async def _gzip_bomb(scene: Scene) -> None:
    scene.handle()
    body = await asyncio.to_thread(_bomb)
    await scene.say(Response(200, body, http.JSON_API, {"Content-Encoding": "gzip"}))


_PLAYS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "hang": _hang,
    "reset": _reset,
    "lost_request": _reset,
    "lost_answer": _lose_answer,
    "late_apply": _apply_late,
    "slow_body": _slow_body,
    "slow_headers": _slow_headers,
    "huge": _huge,
    "gzip_bomb": _gzip_bomb,
}


# Sockets


def transport_of(send: Send) -> asyncio.Transport | None:
    """The connection behind a uvicorn `send`; None in process."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.Transport) else None


async def drop(send: Send, reason: Gone) -> None:
    """Closes the connection without an answer. In process the error is raised as the caller's own transport error."""
    transport = transport_of(send)
    if transport is None:
        raise _as_transport_error(reason)
    raw = transport.get_extra_info("socket")
    if raw is not None and not transport.is_closing():
        # Linger 0 makes the close a reset: the caller must not mistake it for the orderly end of an answer.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await asyncio.sleep(0.01)


def _as_transport_error(reason: Gone) -> Exception:
    """Under httpx.ASGITransport there is no socket to reset: httpx gets the error it would have made itself."""
    httpx = sys.modules.get("httpx")
    return httpx.ReadError(str(reason)) if httpx is not None else reason
