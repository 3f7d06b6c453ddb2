"""`manage.py verify` (`make test`): check the code, then run every test."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from kaspi_office.environment import ROOT
from kaspi_office.local import browser, checks
from kaspi_office.local.bootstrap import say

# Each runner has a PostgreSQL and a Redis of its own.
MOST_RUNNERS = 4


def main(arguments: Sequence[str]) -> int:
    """0 when all checks and tests passed. What is left out for want of a browser is said at the end."""
    if browser.find() is None and browser.may_install():
        say("Installing Chromium for the browser tests, about a minute.")
        if not browser.install():
            say("Chromium could not be installed.")
    checked = checks.main([])
    command = [sys.executable, "-m", "pytest", *side_by_side(os.environ), *arguments]
    tested = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ, check=False).returncode
    if checked:
        say("The tests are one thing, but the checks of the code have failed: see above.")
    return tested or checked


def side_by_side(environment: Mapping[str, str]) -> list[str]:
    """A runner for each core and one more, for tests in a browser wait more than they work (tests/runners.py shares them out).

    Servers that are given are shared, so there is one.
    """
    if environment.get("DATABASE_URL") or environment.get("REDIS_URL"):
        return []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return ["-n", str(min(cores + 1, MOST_RUNNERS)), "--dist", "loadscope"] if cores > 1 else []
