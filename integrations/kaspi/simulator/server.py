"""The simulator as a process of its own."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from . import scenarios
from .app import build_app
from .journal import Journal, restore
from .world import World


class PromptServer(uvicorn.Server):
    """Stops at once on a signal: hanging answers are part of the play and must not be waited for."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = self.force_exit = True


def run(*, host: str, port: int, scenario: str, strict: bool, state: str | None, say: Callable[[str], object]) -> None:
    """Serves until SIGTERM or SIGINT. Says one line when it listens. Raises OSError for a taken port or a
    state folder in use."""
    listener = listen(host, port)
    world = _world(scenario, state)
    world.settings.strict = strict
    say(banner(world, f"http://{host}:{listener.getsockname()[1]}"))
    config = uvicorn.Config(
        build_app(world),
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=75,
        ws="none",
        loop="asyncio",
    )
    asyncio.run(PromptServer(config).serve(sockets=[listener]))


def _world(scenario: str, state: str | None) -> World:
    """The remembered world when there is one, whatever its scenario; a new one else."""
    world = World()
    if state is None:
        return scenarios.begin(world, scenario)
    kept = Journal(Path(state))
    remembered = kept.remembered()
    if remembered is None:
        scenarios.begin(world, scenario)
    else:
        restore(world, remembered)
    kept.follow(world)
    if remembered is not None:
        scenarios.resume(world)
    return world


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, for asyncio turns Nagle's algorithm off only then; else every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


def banner(world: World, address: str) -> str:
    line = f"Kaspi simulator: {address}/shop/api, control door {address}/_control/, scenario {world.scenario}"
    return line + ("; a buyer's code is the last 4 digits of the order" if world.settings.plain_codes else "")
