"""A supervisor with children that only wait, as a process of its own: `python -m tests.local.dummy FOLDER KIND…`.

A kind may carry a manner: `worker:deaf` ignores SIGTERM, `worker:parent` has a child, `worker:mortal` ends at once,
`task:aside` is started aside.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kaspi_office.environment import ROOT
from kaspi_office.local import places
from kaspi_office.local.places import Lock, Places
from kaspi_office.local.spawn import Program
from kaspi_office.local.supervisor import Child, Stopped, Supervisor


def supervise(at: Places, kinds: list[str]) -> None:
    at.make()
    Lock(at.lock).take("up")
    with Supervisor(at) as supervisor:
        for kind in kinds:
            name, _, manner = kind.partition(":")
            argv = [sys.executable, "-m", "tests.local.dummy", str(at.root), "child", name, manner]
            program = Program(argv, {}, ROOT, at.log(name))
            if manner == "aside":
                supervisor.start_aside(program)
            else:
                supervisor.add(Child(name, program))
        supervisor.watch(lambda: False)


def live(root: Path, name: str, manner: str) -> None:
    def note_the_end(number: int, frame: object) -> None:
        with open(root / "ends", "a") as ends:
            ends.write(f"{name}\n")
        sys.exit()

    signal.signal(signal.SIGTERM, signal.SIG_IGN if manner == "deaf" else note_the_end)
    if manner == "parent":
        argv = [sys.executable, "-m", "tests.local.dummy", str(root), "child", "grandchild", ""]
        (root / "grandchild").write_text(str(subprocess.Popen(argv, cwd=ROOT).pid))
    places.write_json(root / f"{name}.alive", os.getpid())
    if manner != "mortal":
        time.sleep(600)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if sys.argv[2] == "child":
        live(folder, sys.argv[3], sys.argv[4])
    else:
        try:
            supervise(Places(folder), sys.argv[2:])
        except Stopped:
            sys.exit(0)
