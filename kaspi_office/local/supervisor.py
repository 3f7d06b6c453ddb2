"""Keep a set of child processes alive, tell who they are in `processes.json`, and stop them in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, TextIO

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import places, spawn
from kaspi_office.local.places import Places
from kaspi_office.local.spawn import Program

TICK = 0.1
# Seconds to wait before the first, second, … restart of a child that keeps dying young; never 2 s or more.
PAUSES = (0.0, 0.2, 0.5, 1.0, 1.5)
YOUNG_SECONDS = 10
SHORTEN_LOGS_EVERY = 60
# Who stops when, and how long each group may take: less than 15 s in all. What is written to stops last.
STOP_ORDER: tuple[tuple[frozenset[str], float], ...] = (
    (frozenset({"web", "beat"}), 3),
    (frozenset({"worker"}), 5),
    (frozenset({"simulator"}), 1.5),
    (frozenset({"redis"}), 1.5),
    (frozenset({"postgres"}), 3),
)
STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Child:
    """One process that is to be alive."""

    kind: str
    program: Program
    port: int | None = None
    stop_with: int = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    young_deaths: int = 0
    due_at: float | None = None

    def start(self) -> None:
        self.process = spawn.start(self.program)
        self.started_at = time.monotonic()
        self.due_at = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def heal(self) -> bool:
        """One look at it: True when it was started again just now."""
        if self.process is None or self.is_running():
            return False
        now = time.monotonic()
        if self.due_at is None:
            young = now - self.started_at < YOUNG_SECONDS
            self.young_deaths = self.young_deaths + 1 if young else 0
            self.due_at = now + PAUSES[min(self.young_deaths, len(PAUSES) - 1)]
            # Its own children, if it had any, must not hold its port or its locks.
            spawn.kill_group(self.process)
        if now < self.due_at:
            return False
        self._tell()
        self.start()
        return True

    def _tell(self) -> None:
        if self.young_deaths < len(PAUSES):
            say(f"{self.kind} has ended ({_how(self.process)}); started again.")
        elif self.young_deaths == len(PAUSES):
            say(f"{self.kind} ends as soon as it starts. It is tried on; the reason is in {self.program.log}.")


class Supervisor:
    """A context: takes the stop signals on entry, stops every child on exit. Use it in the main thread."""

    def __init__(self, at: Places) -> None:
        self.at = at
        self.children: list[Child] = []
        self.aside: list[subprocess.Popen[bytes]] = []
        self.requests = 0
        self._shortened_at = time.monotonic()

    def __enter__(self) -> Self:
        for number in STOPPED_BY:
            # `nohup` asks that the end of a terminal be not heard.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._request)
        self.record()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self.aside:
            spawn.kill_group(process)
        for kinds, seconds in STOP_ORDER:
            self._stop([child for child in self.children if child.kind in kinds], seconds)
        self._stop(self.children, 1)
        self.at.processes.unlink(missing_ok=True)

    def add(self, child: Child) -> None:
        """Start it and keep it alive from now on. Children are looked at in the order in which they were added."""
        child.start()
        self.children.append(child)
        self.record()

    def start_aside(self, program: Program) -> None:
        """Start a step that nobody waits for. However it ends, it is not started again; it is killed when we stop."""
        self.aside.append(spawn.start(program))

    def watch(self, until: Callable[[], bool], *, seconds: float = float("inf")) -> bool:
        """Keep the children alive until something is true; False when the time is over. Raises Stopped."""
        deadline = time.monotonic() + seconds
        while not until():
            if self.requests:
                raise Stopped
            if time.monotonic() > deadline:
                return False
            self.heal()
            time.sleep(TICK)
        return True

    def run(self, name: str, program: Program) -> None:
        """Run a step to its end while the children are kept alive. Raises WrongEnvironment with the end of its log."""
        process = spawn.start(program)
        try:
            self.watch(lambda: process.poll() is not None)
        finally:
            spawn.kill_group(process)
        if process.returncode:
            raise WrongEnvironment(f"{name} has failed ({program.log}):\n{tail(program.log)}")

    def heal(self) -> None:
        """One round over all children."""
        # Who has ended is asked for its end, or it would stay in the kernel's list.
        self.aside = [process for process in self.aside if process.poll() is None]
        healed = [child for child in self.children if child.heal()]
        if healed:
            self.record()
        if time.monotonic() - self._shortened_at > SHORTEN_LOGS_EVERY:
            self._shortened_at = time.monotonic()
            for log in self.at.logs.glob("*.log"):
                places.shorten(log)

    def record(self) -> None:
        """Write `processes.json` (contract §1)."""
        rows = [{"kind": "supervisor", "pid": os.getpid(), "port": None}] + [
            {"kind": child.kind, "pid": child.process.pid, "port": child.port}
            for child in self.children
            if child.process is not None
        ]
        places.write_json(self.at.processes, rows)

    def _request(self, number: int, frame: FrameType | None) -> None:
        self.requests += 1

    def _stop(self, group: Sequence[Child], seconds: float) -> None:
        running = [child for child in group if child.is_running() and child.process is not None]
        for child in running:
            _signal(child, child.stop_with)
        self._wait_for_end(running, seconds)
        for child in running:
            # A hasty second signal still leaves PostgreSQL the moment it takes to leave its memory in order.
            if child.is_running() and child.kind == "postgres":
                _signal(child, signal.SIGQUIT)
                places.wait_for(lambda: not child.is_running(), seconds=1)  # noqa: B023
            if child.process is not None:
                spawn.kill_group(child.process)

    def _wait_for_end(self, group: Sequence[Child], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(child.is_running() for child in group) and time.monotonic() < deadline and self.requests < 2:
            time.sleep(TICK / 2)


def tail(log: Path | None, lines: int = 15) -> str:
    """The last lines of a log."""
    return "" if log is None else "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def say(sentence: str, *, to: TextIO | None = None) -> None:
    """One line for the person who started us."""
    # The terminal may be gone (SIGHUP, a closed pipe); the children must be stopped all the same.
    with suppress(OSError):
        print(sentence, file=to or sys.stderr, flush=True)


def _signal(child: Child, number: int) -> None:
    with suppress(ProcessLookupError):
        if child.process is not None:
            child.process.send_signal(number)


def _how(process: subprocess.Popen[bytes] | None) -> str:
    code = process.returncode if process is not None else 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"
