"""`manage.py check_all` (`make check`): everything about the code that needs no test."""

import subprocess
import sys
from collections.abc import Sequence

from kaspi_office.environment import ROOT
from kaspi_office.local.bootstrap import say

TOOL = (sys.executable, "-m")
# It has no entry for `-m`, and its script names the folder in which .venv was made.
LINT_IMPORTS = "import importlinter.cli; importlinter.cli.lint_imports_command()"
MANAGE = (sys.executable, "manage.py")
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", (*TOOL, "ruff", "check", ".")),
    ("mypy --strict", (*TOOL, "mypy")),
    ("import-linter", (sys.executable, "-c", LINT_IMPORTS)),
    ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    ("lifecycle diagram", (*MANAGE, "lifecycle_diagram", "--check")),
)


def main(arguments: Sequence[str]) -> int:
    """Run every step, say which failed; 1 when one did."""
    failed = [name for name, command in STEPS if not passes(name, command)]
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one step quietly; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    say(f"{name}: {'failed' if done.returncode else 'ok'}")
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0
