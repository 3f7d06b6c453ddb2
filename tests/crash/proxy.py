"""A TCP proxy that kills the owner of its connections at the n-th message (reliability.md §1.3, M 27)."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

CHUNK = 1 << 16


@dataclass
class Crash:
    """Counts the messages of all proxies of a run; at `at` the victim is killed, before the message is passed on or after it."""

    at: int
    after: bool
    victim: int = 0
    seen: int = 0
    killed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    ready: threading.Event = field(default_factory=threading.Event)

    def message(self, pass_on: Callable[[], None]) -> None:
        self.ready.wait(10)
        with self.lock:
            self.seen += 1
            fatal = self.seen == self.at and not self.killed
            self.killed = self.killed or fatal
        if fatal and not self.after:
            os.kill(self.victim, signal.SIGKILL)
            return
        pass_on()
        if fatal:
            os.kill(self.victim, signal.SIGKILL)


class Proxy:
    """Listens on a free port and carries bytes to `connect()`."""

    def __init__(self, connect: Callable[[], socket.socket], crash: Crash) -> None:
        self.connect, self.crash = connect, crash
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = self.connect()
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(CHUNK):
                self.crash.message(lambda data=data: other.sendall(data))  # type: ignore[misc]
        except OSError:
            pass
        finally:
            for end in (one, other):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
