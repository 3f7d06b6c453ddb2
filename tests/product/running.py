"""The product as `python3 manage.py up` runs it: started in a folder of its own, asked through its doors, stopped by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kaspi_office.environment import ROOT
from kaspi_office.local import places
from kaspi_office.local.places import Places

# The tests name these for services of their own; the product is to find its own.
NOT_INHERITED = frozenset(
    {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS_FILE", "KASPI_BASE_URL"}
)
# The first start takes a quarter of a minute on two quiet cores, and several times as long on busy ones.
START_SECONDS = 150
# The promise of contract §1.
STOP_SECONDS = 15
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Product:
    """A running product."""

    process: subprocess.Popen[bytes]
    at: Places
    environment: dict[str, str]
    started_at: float
    output: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def seconds(self) -> float:
        """Since the command was given."""
        return time.monotonic() - self.started_at

    def rows(self, kind: str = "") -> list[dict[str, Any]]:
        """`processes.json`, or those of one kind."""
        return [row for row in places.read_json(self.at.processes) or [] if kind in ("", row["kind"])]

    def status(self, page: str) -> int:
        """Of an answer; 0 while nobody answers."""
        try:
            return httpx.get(f"{self.address}{page}", timeout=5).status_code
        except httpx.HTTPError:
            return 0

    def worker(self, name: str) -> int:
        """The process of the worker that Celery knows by this name."""
        pids = [int(row["pid"]) for row in self.rows("worker")]
        return next(pid for pid in pids if f"\0{name}@" in Path(f"/proc/{pid}/cmdline").read_text())

    def manage(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, str(ROOT / "manage.py"), *command]
        return subprocess.run(argv, env=self.environment, input=given, capture_output=True, text=True, check=False)

    def simulator(self, path: str, body: object = None) -> Any:
        """The control door of Kaspi."""
        port = self.rows("simulator")[0]["port"]
        url = f"http://127.0.0.1:{port}/_control/{path}"
        answer = httpx.get(url, timeout=20) if body is None else httpx.post(url, json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def applied(self, code: str) -> int:
        """How often Kaspi took an accept of this order."""
        writes = self.simulator(f"log?code={code}&status=ACCEPTED_BY_MERCHANT")["writes"]
        return sum(write["applied"] for write in writes)

    def pages(self, email: str) -> httpx.Client:
        """Somebody of the demo, signed in through the form."""
        logins = {row["email"]: row["password"] for row in places.read_json(self.at.demo)["logins"]}
        browser = httpx.Client(base_url=self.address, timeout=30, follow_redirects=True)
        answer = post(browser, "/login/", "/login/", login=email, password=logins[email])
        assert answer.status_code == 200
        return browser

    def rest(self, key: str) -> httpx.Client:
        return httpx.Client(base_url=f"{self.address}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def left(self) -> list[str]:
        """Command lines of all processes that live on this product's folder."""
        mark = f"DATA_DIR={self.at.root}\0".encode()
        return [
            (found / "cmdline").read_text().replace("\0", " ")
            for found in Path("/proc").iterdir()
            if found.name.isdecimal() and mark in _environment_of(found)
        ]

    def stop(self) -> float:
        """Ctrl-C; answers how many seconds it took. Raises TimeoutExpired beyond the promise."""
        asked_at = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(STOP_SECONDS) == 0
        return time.monotonic() - asked_at


def post(browser: httpx.Client, form_at: str, url: str, **fields: str) -> httpx.Response:
    """Fill in a form that stands on a page, and send it."""
    token = TOKEN.search(browser.get(form_at).text)
    assert token is not None, f"no form at {form_at}"
    return browser.post(url, data={"csrfmiddlewaretoken": token[1], **fields})


@contextmanager
def running() -> Iterator[Product]:
    """A first start from nothing, ready when this begins and gone when it ends."""
    with tempfile.TemporaryDirectory(prefix="kaspi-office-product-") as folder:
        at, output = Places(Path(folder) / "var"), Path(folder) / "output"
        own = {"DATA_DIR": str(at.root), "PORT": str(places.free_port())}
        environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED} | own
        with open(output, "wb") as stream:
            argv = [sys.executable, str(ROOT / "manage.py"), "up"]
            process = subprocess.Popen(argv, env=environment, stdout=stream, stderr=stream)
        product = Product(process, at, environment, time.monotonic(), output)
        try:
            over = places.wait_for(lambda: "Stop:" in output.read_text() or bool(process.poll()), seconds=START_SECONDS)
            assert over and process.poll() is None, output.read_text()
            yield product
        finally:
            if process.poll() is None:
                product.stop()


def _environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
