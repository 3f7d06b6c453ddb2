"""Requests and responses over raw ASGI; nothing here knows about shops."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON_API = "application/vnd.api+json;charset=UTF-8"
PLAIN_JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=utf-8"
# An upload holds ten thousand cards.
MAX_BODY = 32 * 1024 * 1024


class Gone(ConnectionError):
    """The connection is dropped on purpose. In process httpx sees it raised; a server closes the socket."""


class Request:
    """One request, read whole. Header names are lower case."""

    def __init__(self, scope: Scope, body: bytes) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.scheme: str = scope.get("scheme", "http")
        self.raw_query: bytes = scope.get("query_string", b"")
        self.headers: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        self.body = body

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.headers.get('host', 'localhost')}"

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw_query.decode("latin-1"), keep_blank_values=True))

    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is not."""
        return json.loads(self.body)


@dataclass(slots=True)
class Response:
    status: int
    body: bytes
    kind: str = JSON_API
    headers: dict[str, str] = field(default_factory=dict)


def html(status: int, title: str) -> Response:
    """A page such as the application server in front of Kaspi sends (kaspi-api §1.5)."""
    page = (
        f'<!doctype html><html lang="en"><head><title>HTTP Status {status} – {title}</title></head>'
        f"<body><h1>HTTP Status {status} – {title}</h1><hr/></body></html>"
    )
    return Response(status, page.encode(), HTML)


async def read(scope: Scope, receive: Receive) -> Request:
    """Reads the whole body; raises Gone when the caller leaves meanwhile or sends more than 32 MB."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone("the caller left")
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise Gone("the body is larger than 32 MB")
        if not message.get("more_body"):
            return Request(scope, body)


def head(response: Response) -> Message:
    headers = [
        (b"content-type", response.kind.encode("latin-1")),
        (b"content-length", str(len(response.body)).encode()),
        *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()),
    ]
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def answer(send: Send, response: Response) -> None:
    await send(head(response))
    await send({"type": "http.response.body", "body": response.body})
