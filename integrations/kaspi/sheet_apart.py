"""The bare lines of a table, read in a process of its own with bounded memory and time (reliability.md §5.12). A leaf.

As `apart` does for the cabinet's export, for tables whose columns the caller knows. Run as a program, this module is the
child: the file comes in, JSON goes out.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from integrations.kaspi.apart import WALL_SECONDS, _limit
from integrations.kaspi.tables import lines_of
from integrations.kaspi.workbook import BadWorkbook, Line

_ROOT: Final = Path(__file__).resolve().parents[2]


def lines_apart(data: bytes) -> list[Line]:
    """The rows of the first sheet, numbered as Excel shows them. Raises BadWorkbook with a Russian sentence."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "integrations.kaspi.sheet_apart"],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if "refused" in told:
        raise BadWorkbook(*told["refused"])
    if not told:
        raise BadWorkbook("too_heavy", "Файл слишком тяжёлый: чтение остановлено. Разделите его на части.")
    return [(number, tuple(cells)) for number, cells in told["lines"]]


def main() -> None:
    _limit()
    try:
        answer: dict[str, object] = {"lines": list(lines_of(sys.stdin.buffer.read()))}
    except BadWorkbook as bad:
        answer = {"refused": [bad.code, bad.sentence]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
