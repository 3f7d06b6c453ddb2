"""A small server of rendered samples: pages by path, static files in place, the product's strict policy on everything."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.staticfiles.finders import find

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Answer:
    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


NOTHING_NEW = Answer(status=204)


class Handler(SimpleHTTPRequestHandler):
    """Answers what it was told to; the rest is «nothing new»."""

    answers: ClassVar[dict[tuple[str, str], Answer]] = {}
    asked: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            super().do_GET()
        else:
            self.answer("GET", "")

    def do_POST(self) -> None:
        self.answer("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def answer(self, method: str, body: str) -> None:
        path = urlsplit(self.path).path
        self.asked.append((method, self.path, body))
        told = self.answers.get((method, path), NOTHING_NEW)
        content = told.body.encode()
        self.send_response(told.status)
        if content:
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def translate_path(self, path: str) -> str:
        return str(find(urlsplit(path).path.removeprefix("/static/")) or "/nothing")

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing: the test says what went wrong."""


@contextmanager
def serving(answers: dict[tuple[str, str], Answer]) -> Iterator[str]:
    """The address of a server that gives these answers; `answers` may be changed meanwhile."""
    Handler.answers, Handler.asked = answers, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
