"""A Kaspi in a process of its own, 50 ms away.

Prints its address, serves until its input ends, then prints how many calls it had before it at once at the most.
"""

import asyncio
import json
import sys

from tests.integrations.kaspi_client.conversation import sample
from tests.integrations.kaspi_client.wire import listening, reply

LATENCY = 0.05
PAGE = reply(json.dumps(sample("orders")).encode())


class Crowd:
    now = most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(LATENCY)
        self.now -= 1
        writer.write(PAGE)


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve() -> None:
    crowd = Crowd()
    async with listening(crowd.serve) as wire:
        say(wire.base)
        await asyncio.to_thread(sys.stdin.read)
    say(crowd.most)


if __name__ == "__main__":
    asyncio.run(serve())
