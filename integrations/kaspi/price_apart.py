"""Reads a price list in a process of its own, which may take so much memory and time and no more (reliability.md §5.12).

The rows come in pieces while the child goes on reading, so the office can tell how far it is and stop, and has other things to do
until the first is there. `opened` is called by the office; run as a program, this module is the child: the file comes in, a
line of JSON goes out for every piece. A leaf.
"""

import contextlib
import fcntl
import gc
import json
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from integrations.kaspi.price_table import open_table
from integrations.kaspi.workbook import BadWorkbook, Line

MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 30
WALL_SECONDS: Final = 180
PIECE: Final = 10_000
WIDTH: Final = 1 << 20
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Opened:
    """A table that is being read: see `price_table.Table`. `pieces` come once; they may raise BadWorkbook."""

    form: str
    titles: tuple[str, ...]
    rows: int
    merchant: str
    pieces: Iterator[list[Line]]


@contextlib.contextmanager
def opened(data: bytes) -> Iterator[Callable[[], Opened]]:
    """Start reading; the child is gone when the block is left.

    Gives a call that waits for the table; it raises BadWorkbook when the file cannot be taken.
    """
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "integrations.kaspi.price_apart"],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        clock = threading.Timer(WALL_SECONDS, child.kill)
        clock.start()
        try:
            assert child.stdout is not None
            _widen(child.stdout)
            yield partial(_table, child.stdout)
        finally:
            clock.cancel()
            child.kill()
            child.communicate()


def _widen(pipe: IO[bytes]) -> None:
    """So that the child need not wait for us at every piece."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDTH)


def _table(told: IO[bytes]) -> Opened:
    head = _heard(told)
    return Opened(head["form"], tuple(head["titles"]), head["rows"], head["merchant"], _pieces(told))


def _pieces(told: IO[bytes]) -> Iterator[list[Line]]:
    while piece := _heard(told)["lines"]:
        yield piece


def _heard(told: IO[bytes]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(told.readline())
    except ValueError:
        raise BadWorkbook("too_heavy", "Файл слишком тяжёлый: чтение остановлено. Разделите его на части.") from None
    if "refused" in found:
        raise BadWorkbook(*found["refused"])
    return found


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # Not every system lets the address space be limited; the time is in any case.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _answers(data: bytes) -> Iterator[dict[str, Any]]:
    table = open_table(data)
    yield {"form": table.form, "titles": table.titles, "rows": table.rows, "merchant": table.merchant}
    lines = iter(table.lines)
    while piece := list(islice(lines, PIECE)):
        yield {"lines": piece}
    yield {"lines": []}


def main() -> None:
    _limit()
    # Rows hold no cycles, and this process does not live long enough for others to matter.
    gc.disable()
    try:
        for answer in _answers(sys.stdin.buffer.read()):
            _tell(answer)
    except BadWorkbook as bad:
        _tell({"refused": [bad.code, bad.sentence]})


def _tell(answer: dict[str, Any]) -> None:
    # Whatever the letters are, half a pair too: what cannot be kept is refused where it is judged.
    line = json.dumps(answer, ensure_ascii=False, check_circular=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode("utf-8", "surrogatepass") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
