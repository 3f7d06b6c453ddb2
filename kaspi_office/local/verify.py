"""`manage.py verify` (`make test`): check the code, then run every test."""

import os
import subprocess
import sys
from collections.abc import Sequence

from kaspi_office.environment import ROOT
from kaspi_office.local import browser, checks
from kaspi_office.local.bootstrap import say


def main(arguments: Sequence[str]) -> int:
    """0 when all checks and tests passed. What is left out for want of a browser is said at the end."""
    if browser.find() is None and browser.may_install():
        say("Installing Chromium for the browser tests, about a minute.")
        if not browser.install():
            say("Chromium could not be installed.")
    checked = checks.main([])
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ, check=False
    ).returncode
    if checked:
        say("The tests are one thing, but the checks of the code have failed: see above.")
    return tested or checked
