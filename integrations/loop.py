"""One event loop per process for all calls to Kaspi, so that connections, limiters and breakers live on between tasks.

Database work never runs in the loop: it goes to the few threads of `in_database`, each with its own connection.
"""

import asyncio
import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import httpx
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from integrations.figures import count_call
from integrations.kaspi import breaker, limits
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.http import open_http

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

CONNECTIONS = 128
DATABASE_THREADS = 3
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_http: httpx.AsyncClient | None = None
_database = ThreadPoolExecutor(max_workers=DATABASE_THREADS, thread_name_prefix="store")
_checked = threading.local()


class Flight:
    """Calls under way, at most `places` of them. Who launches waits a moment for his own and may then leave: the rest
    go on in the loop, so one shop that hangs holds one place and nobody's time.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._empty()
        os.register_at_fork(after_in_child=self._empty)

    def _empty(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0

    def wait_until_empty(self, seconds: float) -> bool:
        """Wait until nothing is under way, so long at most."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, seconds)

    def wait_for_room(self, seconds: float) -> int:
        """Wait until there is a free place, so long at most; answers how many there are."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self.places, seconds)
            return max(0, self.places - self._under_way)

    def launch(self, works: Iterable[Coroutine[Any, Any, None]], *, patience: float) -> None:
        """Start all of them and wait until they are done, `patience` seconds at most.

        When the places ran out, more may be waiting: then half of them free is enough.
        """
        loop = _running_loop()
        mine = [self._start(work, loop) for work in works]
        end = time.monotonic() + patience
        with self._changed:
            crowded = self._under_way >= self.places
            self._changed.wait_for(
                lambda: all(one.done() for one in mine) or (crowded and self._under_way <= self.places // 2),
                max(0.0, end - time.monotonic()),
            )

    def _start(self, work: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop) -> "Future[None]":
        with self._changed:
            self._under_way += 1
        started = asyncio.run_coroutine_threadsafe(work, loop)
        started.add_done_callback(self._landed)
        return started

    def _landed(self, done: "Future[None]") -> None:
        problem = None if done.cancelled() else done.exception()
        if problem is not None:
            log.error("work with Kaspi broke off", exc_info=problem)
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the process's loop and wait for it. Must not be called from the loop itself."""
    return asyncio.run_coroutine_threadsafe(work, _running_loop()).result()


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="kaspi-loop", daemon=True).start()
            atexit.register(_close)
        return _loop


def _close() -> None:
    """Close the connections in order when the process ends."""
    if _loop is not None and _http is not None:
        asyncio.run_coroutine_threadsafe(_http.aclose(), _loop).result(5)


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking database work in a thread of its own connection."""

    def fresh() -> T:
        # Whether the connection still lives is asked once a second at most: it costs as much as a query of ours.
        if time.monotonic() - getattr(_checked, "at", 0.0) > 1.0:
            close_old_connections()
            _checked.at = time.monotonic()
        try:
            return work(*args, **kwargs)
        except DatabaseError:
            _checked.at = 0.0
            raise

    return await asyncio.get_running_loop().run_in_executor(_database, fresh)


def client_for(shop_id: int, *, token: str, merchant_uid: str, **limits_of_calls: float) -> KaspiClient:
    """A client of one shop on the shared connections. May be made in any thread; its calls belong to the loop.

    `limits_of_calls`: `total_timeout`, in seconds, where the client's own is not meant.

    Raises ValueError for a token or a merchant id that cannot stand in a header.
    """
    return KaspiClient(
        _shared_http(),
        base_url=settings.KASPI_BASE_URL,
        token=token,
        merchant_uid=merchant_uid,
        limiter=limits.for_token(token, rate=settings.KASPI_RATE, burst=max(1, round(2 * settings.KASPI_RATE))),
        breaker=breaker.for_shop(f"shop-{shop_id}"),
        on_call=count_call,
        **limits_of_calls,
    )


def _shared_http() -> httpx.AsyncClient:
    global _http
    with _lock:
        if _http is None:
            _http = open_http(connections=CONNECTIONS)
        return _http


def _forget() -> None:
    """A forked child has none of its parent's threads: it begins with a loop of its own."""
    global _lock, _loop, _http, _database
    _lock, _loop, _http = threading.Lock(), None, None
    _database = ThreadPoolExecutor(max_workers=DATABASE_THREADS, thread_name_prefix="store")


os.register_at_fork(after_in_child=_forget)
