"""An embedded Redis (or Valkey): a unix socket and an append-only file under DATA_DIR, and no port."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from kaspi_office.local import binaries, spawn

SOCKET = "redis.sock"


@dataclass(frozen=True)
class Redis:
    """`binary` is None on a machine without any server: then the broker is a folder."""

    data: Path
    sockets: Path
    binary: Path | None

    @classmethod
    def prepare(cls, root: Path, *, sockets: Path) -> Self:
        data = root / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        (data / "folder-broker").mkdir(mode=0o700, exist_ok=True)
        return cls(data=data, sockets=sockets, binary=binaries.redis())

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET

    def program(self, log: Path) -> spawn.Program | None:
        """Every second to disk and nothing evicted: it holds queued work, not a cache alone (reliability §5.4)."""
        if self.binary is None:
            return None
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return spawn.Program(
            argv=[str(self.binary), *(part for name, value in options.items() for part in (f"--{name}", value))],
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
            cwd=self.data,
            log=log,
            dies_with=signal.SIGTERM,
        )

    def url(self) -> str:
        if self.binary is None:
            return f"filesystem://{quote(str(self.data / 'folder-broker'))}"
        return f"unix://{quote(str(self.socket))}"

    def answers(self) -> bool:
        """True when it takes commands: not before the append-only file is read."""
        return self.binary is None or answers(self.socket)


def answers(at: Path) -> bool:
    """Whether a server takes commands at this socket."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(at))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
