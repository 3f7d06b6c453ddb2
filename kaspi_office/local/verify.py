"""`manage.py verify` (`make test`): check the code and run every test."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kaspi_office.environment import ROOT
from kaspi_office.local import browser
from kaspi_office.local.bootstrap import say

# Each runner has a PostgreSQL and a Redis of its own.
MOST_RUNNERS = 4


def main(arguments: Sequence[str]) -> int:
    """0 when all checks and tests passed. What is left out for want of a browser is said at the end."""
    if browser.find() is None and browser.may_install():
        say("Installing Chromium for the browser tests, about a minute.")
        if not browser.install():
            say("Chromium could not be installed.")
    say("The code is checked while the tests run; what was found stands at the end.")
    with checking() as checked:
        command = [sys.executable, "-m", "pytest", *side_by_side(os.environ), *arguments]
        tested = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ, check=False).returncode
        failed = checked()
    if failed:
        say("The tests are one thing, but the checks of the code have failed: see above.")
    return tested or failed


@contextmanager
def checking() -> Iterator[Callable[[], int]]:
    """`check_all` beside other work. Gives a call that waits for it, says what it said, and answers how it ended."""
    with tempfile.TemporaryFile("w+") as told:
        command = [sys.executable, str(ROOT / "manage.py"), "check_all"]
        check = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=told, stderr=told)

        def wait() -> int:
            code = check.wait()
            told.seek(0)
            say(told.read().rstrip())
            return code

        try:
            yield wait
        finally:
            check.kill()
            check.wait()


def side_by_side(environment: Mapping[str, str]) -> list[str]:
    """A runner for each core and one more, for tests in a browser wait more than they work (tests/runners.py shares them out).

    Servers that are given are shared, so there is one.
    """
    if environment.get("DATABASE_URL") or environment.get("REDIS_URL"):
        return []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return ["-n", str(min(cores + 1, MOST_RUNNERS)), "--dist", "loadscope"] if cores > 1 else []
