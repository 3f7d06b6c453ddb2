"""Start and stop child processes that never outlive the one who started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Identity(NamedTuple):
    """Who a child runs as; nothing given means: as we do."""

    uid: int | None = None
    gid: int | None = None
    groups: list[int] | None = None


OURSELVES = Identity()


@dataclass(frozen=True)
class Program:
    """What to run. `dies_with` is the signal a child gets when its parent is gone (Linux only)."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path | None = None
    identity: Identity = OURSELVES
    descriptors: Sequence[int] = ()
    dies_with: int = signal.SIGKILL


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that Ctrl-C reaches only the parent, who stops children in order.

    Call it from the main thread: the kernel ties the parent-death signal to the thread that forked.
    """
    with open(program.log or os.devnull, "ab") as log:
        return subprocess.Popen(
            program.argv,
            env=program.env,
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=tuple(program.descriptors),
            start_new_session=True,
            preexec_fn=die_with_parent(program.dies_with),
            user=program.identity.uid,
            group=program.identity.gid,
            extra_groups=program.identity.groups,
        )


def die_with_parent(signal_number: int, *, parent: int | None = None) -> Callable[[], None]:
    """What a child calls after the fork (and after a change of user, which would clear the setting)."""
    expected = parent or os.getpid()

    def ask_kernel() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(signal_number))
            # The parent may have died between the fork and the line above.
            if os.getppid() != expected:
                os.kill(os.getpid(), signal.SIGKILL)

    return ask_kernel


def stop(process: subprocess.Popen[bytes], *, by: int = signal.SIGTERM, within: float) -> None:
    """Ask with signal `by`, wait `within` seconds, then kill its whole process group."""
    stop_all([(process, by)], within=within)


def stop_all(processes: Sequence[tuple[subprocess.Popen[bytes], int]], *, within: float) -> None:
    """Stop several at once within the same time."""
    for process, by in processes:
        if process.poll() is None:
            process.send_signal(by)
    deadline = time.monotonic() + within
    for process, _ in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child and of its own children."""
    # Nobody may be left; macOS answers "not permitted" for a group of zombies.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
