"""A Kaspi of raw sockets, for what only a real connection shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """A listening server: its base address, and the heads of the requests it got."""

    base: str = ""
    heads: list[str] = field(default_factory=list)


def reply(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", "Content-Type: application/vnd.api+json", f"Content-Length: {size}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[Wire]:
    """A server that reads each request whole and lets `serve` answer it; closed with all its connections."""
    wire = Wire()
    open_writers: set[asyncio.StreamWriter] = set()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_writers.add(writer)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                wire.heads.append(head)
                length = next(
                    (int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length")), 0
                )
                await reader.readexactly(length)
                await serve(reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up
        finally:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, backlog=512)
    wire.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/shop/api"
    try:
        yield wire
    finally:
        server.close()
        for writer in open_writers:
            writer.close()


def always(answer: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return serve
