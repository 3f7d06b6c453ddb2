"""Starts `child` and takes its answer: no environment of ours, no database, no secrets, bounded in time and memory."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

CHILD: Final = Path(__file__).with_name("child.py")
# Below the 30 s after which a web process that answers nothing is ended.
PATIENCE: Final = 15.0


class Failed(Exception):
    """There is no answer. The text is a code: «stopped», or the name of what was raised in there."""


def run(task: Mapping[str, Any], *, patience: float = PATIENCE) -> dict[str, Any]:
    """The answer of the child. Raises Failed; whatever happens in there, this process goes on.

    Both ways through files: a child that writes without end meets its limit there, not our memory.
    """
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as told:
        json.dump(task, asked)
        asked.seek(0)
        try:
            subprocess.run(
                [sys.executable, "-I", str(CHILD)],
                stdin=asked,
                stdout=told,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                timeout=patience,
                check=True,
                start_new_session=True,
            )
        except (subprocess.SubprocessError, OSError) as problem:
            raise Failed("stopped") from problem
        told.seek(0)
        try:
            answer: dict[str, Any] = json.load(told)
        except ValueError as problem:
            raise Failed("stopped") from problem
    if "failed" in answer:
        raise Failed(answer["failed"])
    return answer
