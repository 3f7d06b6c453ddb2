"""A Kaspi in a process of its own, 50 ms away: prints its address and serves until its input ends."""

import asyncio
import json
import sys

from tests.integrations.kaspi_client.conversation import sample
from tests.integrations.kaspi_client.wire import listening, reply

LATENCY = 0.05
PAGE = reply(json.dumps(sample("orders")).encode())


async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(LATENCY)
    writer.write(PAGE)


async def serve() -> None:
    async with listening(late) as wire:
        sys.stdout.write(f"{wire.base}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
