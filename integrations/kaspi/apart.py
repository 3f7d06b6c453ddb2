"""Reads a file in a process of its own, which may take so much memory and time and no more (reliability.md §5.12).

A file comes from a stranger's hands; whatever it makes the parser do, the office goes on. `ask_apart` starts the child: a
module whose `main` calls `answer`. Of the order export this module is both: `read_apart` is called by the office, and run
as a program it is the child: the file comes in, JSON goes out. A leaf.
"""

import contextlib
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_type_hints

from integrations.kaspi.order_export import BadExport, Export, ExportRow, RowProblem, read_order_export
from integrations.kaspi.workbook import BadWorkbook

MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 60
_ROOT: Final = Path(__file__).resolve().parents[2]
_HINTS: Final = get_type_hints(ExportRow)


def ask_apart(module: str, data: bytes) -> dict[str, Any]:
    """What the module told of the file; empty when its process came to an end before it told anything.

    Raises BadWorkbook when the module refused the file.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        told: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    if "refused" in told:
        raise BadWorkbook(*told["refused"])
    return told


def answer(read: Callable[[bytes], dict[str, Any]]) -> None:
    """What a child does: limit itself, read the file, tell."""
    _limit()
    try:
        told = read(sys.stdin.buffer.read())
    except BadWorkbook as bad:
        told = {"refused": [bad.code, bad.sentence]}
    json.dump(told, sys.stdout, default=str)


def read_apart(data: bytes) -> Export:
    """The rows of an export. Raises BadExport with a Russian sentence when the file as a whole cannot be taken."""
    told = ask_apart("integrations.kaspi.apart", data)
    if not told:
        raise BadExport("too_heavy", "Файл слишком тяжёлый: чтение остановлено. Выгрузите заказы за меньший срок.")
    return Export(
        rows=tuple(_row(values) for values in told["rows"]),
        problems=tuple(RowProblem(*values) for values in told["problems"]),
        missing=tuple(told["missing"]),
        unknown=tuple(told["unknown"]),
    )


def _row(values: Mapping[str, Any]) -> ExportRow:
    return ExportRow(**{name: _typed(name, value) for name, value in values.items()})


def _typed(name: str, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    hint = _HINTS[name]
    if hint in (date, date | None):
        return date.fromisoformat(value)
    return Decimal(value) if hint == Decimal | None else value


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # Not every system lets the address space be limited; the time is in any case.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _told(export: Export) -> dict[str, Any]:
    names = [field.name for field in fields(ExportRow)]
    empty = (None, "")
    return {
        "rows": [{name: value for name in names if (value := getattr(row, name)) not in empty} for row in export.rows],
        "problems": [list(asdict(problem).values()) for problem in export.problems],
        "missing": export.missing,
        "unknown": export.unknown,
    }


def main() -> None:
    answer(lambda data: _told(read_order_export(data)))


if __name__ == "__main__":
    main()
