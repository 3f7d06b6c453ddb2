"""One event loop per process for all calls to Kaspi, so that connections, limiters and breakers live on between tasks.

Database work never runs in the loop: it goes to the few threads of `in_database`, each with its own connection.
"""

import asyncio
import atexit
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import httpx
from django.conf import settings
from django.db import close_old_connections

from integrations.figures import count_call
from integrations.kaspi import breaker, limits
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.http import open_http

P = ParamSpec("P")
T = TypeVar("T")

CONNECTIONS = 128
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_http: httpx.AsyncClient | None = None
_database = ThreadPoolExecutor(max_workers=3, thread_name_prefix="store")


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
        close_old_connections()
        return work(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_database, fresh)


def client_for(shop_id: int, *, token: str, merchant_uid: str) -> KaspiClient:
    """A client of one shop on the shared connections. Call it inside the loop."""
    global _http
    if _http is None:
        _http = open_http(connections=CONNECTIONS)
    return KaspiClient(
        _http,
        base_url=settings.KASPI_BASE_URL,
        token=token,
        merchant_uid=merchant_uid,
        limiter=limits.for_token(token),
        breaker=breaker.for_shop(f"shop-{shop_id}"),
        on_call=count_call,
    )
