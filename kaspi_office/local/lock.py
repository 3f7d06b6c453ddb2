"""`manage.py lock`: write both lock files from `pyproject.toml`. They hold names, versions and hashes, no addresses."""

import subprocess
import sys
from collections.abc import Sequence

from kaspi_office.environment import ROOT

UV = (sys.executable, "-m", "uv")
# What `manage.py` installs in a clone, and what the production image installs.
FILES = {
    "requirements.lock": ("--group", "embedded", "--group", "test", "--group", "dev"),
    "requirements.server.lock": (),
}


def main(arguments: Sequence[str]) -> int:
    """Arguments go to `uv lock`, for example `--upgrade`."""
    subprocess.run([*UV, "lock", *arguments], cwd=ROOT, check=True)
    for file, groups in FILES.items():
        export = ["export", "--quiet", "--frozen", "--no-default-groups", *groups, "--no-emit-project"]
        subprocess.run([*UV, *export, "--format", "requirements-txt", "-o", file], cwd=ROOT, check=True)
    return 0
