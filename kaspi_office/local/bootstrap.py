"""Build `.venv` from `requirements.lock` and go on inside it. Standard library only: nothing is installed yet."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from kaspi_office import environment
from kaspi_office.environment import ROOT, WrongEnvironment

LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Written last, holds what was installed: anything else means that the installation has to be (re)done.
MARKER = VENV / "installed-lock"
UV = "uv==0.13.9"
NO_VENV = (
    "This Python has no venv module, which Debian and Ubuntu keep in a package of its own: "
    "sudo apt-get install -y python3-venv"
)


def ensure() -> None:
    """Return inside an environment that has the packages; otherwise build it and start this process anew in it.

    Nothing is built with KASPI_OFFICE_NO_BOOTSTRAP=1 (a container) or in a virtual environment of somebody's own.
    """
    if environment.flag("KASPI_OFFICE_NO_BOOTSTRAP") or in_foreign_environment():
        return
    # Where it is set, each of a dozen processes of the product would compile all code anew at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    current = is_current()
    if not current:
        build()
    if not (inside and current):
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def in_foreign_environment() -> bool:
    """A virtual environment that is not ours and has the packages."""
    if sys.prefix == sys.base_prefix or Path(sys.prefix).resolve() == VENV.resolve():
        return False
    return all(find_spec(package) is not None for package in ("django", "celery", "psycopg2"))


def is_current() -> bool:
    """Whether `.venv` runs and holds what the lock file says."""
    return PYTHON.exists() and MARKER.exists() and MARKER.read_text() == _digest()


def build() -> None:
    """Make or renew `.venv`. Two starts at once: the second waits and finds the work done."""
    if not os.access(ROOT, os.W_OK):
        raise WrongEnvironment(f"This user may not write into {ROOT}, where .venv is to be built.")
    # The folder itself is locked: a lock file inside .venv would go away with it.
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not is_current():
            _create()
            _install()
            MARKER.write_text(_digest())
    finally:
        os.close(descriptor)


def _create() -> None:
    if PYTHON.exists():
        say("The list of packages has changed: bringing .venv up to date.")
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise WrongEnvironment(NO_VENV)
    say("First start in this folder: making .venv and installing the packages, about half a minute.")
    shutil.rmtree(VENV, ignore_errors=True)
    if not _runs([sys.executable, "-m", "venv", str(VENV)]):
        shutil.rmtree(VENV, ignore_errors=True)
        raise WrongEnvironment(NO_VENV)


def _install() -> None:
    """By uv (five times quicker); by pip where uv is not to be had or does not know the machine's mirror."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    locked = ["--require-hashes", "-r", str(LOCK)]
    # pip compiles by itself.
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode"]
    if _runs([*pip, UV]) and _runs([*uv, *locked]):
        return
    say("uv could not install the packages; pip does it now, about a minute.")
    if not _runs([*pip, *locked]):
        raise WrongEnvironment("The packages of requirements.lock could not be installed; the reason stands above.")


def _runs(command: Sequence[str]) -> bool:
    # Standard output belongs to the command that the user asked for (it may print JSON).
    return subprocess.run(command, cwd=ROOT, env=_environment(), stdout=sys.stderr, check=False).returncode == 0


def _environment() -> dict[str, str]:
    return {**os.environ, "VIRTUAL_ENV": str(VENV), "PIP_REQUIRE_VIRTUALENV": "0"}


def _digest() -> str:
    return sha256(LOCK.read_bytes()).hexdigest() + "\n"


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
