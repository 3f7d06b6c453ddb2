"""Find the Chromium of the page tests, or install it where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WHY_MISSING = "No Chromium on this machine: install it (Debian: apt-get install chromium) or name it in KO_CHROMIUM."
# The recommended packages drag in a print server and a notification daemon.
COMMANDS = (
    ("apt-get", "update", "-q"),
    ("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"),
)


def find() -> Path | None:
    """KO_CHROMIUM, else a known name on PATH. Raises WrongEnvironment when KO_CHROMIUM names no program."""
    chosen = environment.given("KO_CHROMIUM")
    if chosen is not None and not os.access(chosen, os.X_OK):
        raise WrongEnvironment(f"KO_CHROMIUM is {chosen!r}, which is not a program; empty means a search.")
    found = chosen or next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def may_install() -> bool:
    """As KO_INSTALL_BROWSER says; when it says nothing, only in CI. It takes apt-get and the right to use it."""
    wanted = environment.flag("KO_INSTALL_BROWSER", bool(os.environ.get("CI")))
    return wanted and shutil.which("apt-get") is not None and _privilege() is not None


def install() -> bool:
    """By apt-get; False when that failed. Takes about a minute."""
    privilege = _privilege() or []
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run([*privilege, *command], env=quiet, stdin=subprocess.DEVNULL, check=False).returncode == 0
        for command in COMMANDS
    )


def _privilege() -> list[str] | None:
    """What to put before a command of root's; None when this user cannot be root without a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
