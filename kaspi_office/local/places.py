"""Where a clone keeps the state of its embedded services: the layout of DATA_DIR, its secrets and its lock."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment
from staff import keyring

Found = TypeVar("Found")
LOG_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Places:
    """The files under one DATA_DIR."""

    root: Path

    @classmethod
    def from_environment(cls) -> Self:
        return cls(environment.path("DATA_DIR"))

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.root / "up.lock"

    @property
    def runtime(self) -> Path:
        """Addresses of the running services, with passwords: mode 0600."""
        return self.root / "runtime.json"

    @property
    def processes(self) -> Path:
        return self.root / "processes.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def field_keys(self) -> Path:
        return self.root / "field_keys.json"

    @property
    def metrics(self) -> Path:
        return self.root / "metrics"

    @property
    def demo(self) -> Path:
        """Written by the `load_demo` command: who can sign in; `marks` is true when `load_demo_marks` is done."""
        return self.root / "demo.json"

    def make(self) -> None:
        """Create the folders, closed to other users. Raises WrongEnvironment when that is not possible."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.logs, self.root / "static"):
                folder.mkdir(mode=0o700, exist_ok=True)
            writable = os.access(self.root, os.W_OK) and os.access(self.logs, os.W_OK)
        except OSError:
            writable = False
        if not writable:
            raise WrongEnvironment(
                f"DATA_DIR is {self.root}, where this user may not write; choose another, such as DATA_DIR=~/office."
            )

    def log(self, name: str) -> Path:
        """The log of one child, shortened when it has grown."""
        file = self.logs / f"{name}.log"
        shorten(file)
        return file


def shorten(log: Path) -> None:
    """Keep one older part. Copied and emptied, not renamed: a running child keeps the file open (in append mode)."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def write_json(file: Path, content: Any, *, mode: int = 0o644) -> None:
    """Replace the file in one step: a reader sees the old content or the new one, never a half."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
    fresh.replace(file)


def read_json(file: Path) -> Any:
    """The content, None when there is no such file or it is not JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def keep_secrets(places: Places) -> dict[str, str]:
    """The generated secrets of this DATA_DIR, made on the first call: SECRET_KEY and the passwords of the roles."""
    known: dict[str, str] = read_json(places.secrets) or {}
    wanted = ("SECRET_KEY", "owner", "app", "superuser")
    if not all(name in known for name in wanted):
        known = {name: secrets.token_urlsafe(48) for name in wanted} | known
        write_json(places.secrets, known, mode=0o600)
    _keep_ring(places)
    return known


def _keep_ring(places: Places) -> None:
    """Our own ring is made; one that the environment names is only brought up to date."""
    keyring.keep(places.field_keys)
    if environment.given("FIELD_KEYS_FILE") is None:
        return
    file = environment.file("FIELD_KEYS_FILE")
    try:
        keyring.keep(file)
    except (OSError, ValueError) as problem:
        raise WrongEnvironment(f"FIELD_KEYS_FILE is {str(file)!r}, a ring that cannot be kept ({problem}).") from None


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Lock:
    """A lock on a file that the kernel drops when its holder dies, however it dies."""

    def __init__(self, file: Path) -> None:
        self.is_mine = False
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, holder: str) -> bool:
        """True when it is ours now; `holder` tells others who we are."""
        if not self.is_mine:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.is_mine = True
            os.truncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{holder} (process {os.getpid()})".encode(), 0)
        return True

    def holder(self) -> str:
        """Who took it last: `up (process 123)`."""
        return os.pread(self._descriptor, 200, 0).decode()

    def drop(self) -> None:
        os.close(self._descriptor)


def is_locked(file: Path) -> bool:
    """Whether another process holds it."""
    if not file.exists():
        return False
    with open(file, "rb") as probe:
        try:
            # Shared, so that two who look at the same moment do not take each other for a holder.
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_for(condition: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask again and again; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def patiently(attempt: Callable[[], Found], *, seconds: float) -> Found:
    """Try until it works; when the time is over, the last OSError is raised."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)
