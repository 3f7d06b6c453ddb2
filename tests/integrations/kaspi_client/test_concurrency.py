import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from integrations.kaspi.client import KaspiClient
from integrations.kaspi.http import open_http
from tests.integrations.kaspi_client import slow_kaspi
from tests.integrations.kaspi_client.conversation import client, new_orders

CALLERS, CALLS, TRIES, GOAL = 64, 20, 10, 0.8
ROOT = Path(__file__).parents[3]
PIPE = asyncio.subprocess.PIPE


@asynccontextmanager
async def kaspi_elsewhere() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", slow_kaspi.__name__, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def seconds_taken(shop: KaspiClient, calls: int) -> float:
    async def caller() -> None:
        for _ in range(calls):
            await new_orders(shop)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return time.perf_counter() - started


async def best_share_of_the_ideal() -> float:
    async with kaspi_elsewhere() as base, open_http(connections=CALLERS) as http:
        shop = client(http, base_url=base)
        await seconds_taken(shop, 1)  # opens the connections
        best = 0.0
        # Other work on this machine only ever takes away, so the best of a few tries is the client's own figure.
        for _ in range(TRIES):
            best = max(best, CALLS * slow_kaspi.LATENCY / await seconds_taken(shop, CALLS))
            if best >= GOAL:
                break
        return best


def test_sixty_four_calls_at_once_take_little_longer_than_one(capsys: pytest.CaptureFixture[str]) -> None:
    share = asyncio.run(best_share_of_the_ideal())
    with capsys.disabled():
        sys.stdout.write(f"\n{CALLERS} callers, {slow_kaspi.LATENCY * 1000:.0f} ms a call: {share:.2f} of the ideal\n")
    assert share >= GOAL
