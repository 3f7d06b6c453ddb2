"""What `manage.py` does with its arguments: a few commands of its own, the rest is Django's."""

import sys
from collections.abc import Callable, Sequence

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import bootstrap

# Imported when chosen: the modules need packages that `bootstrap` brings.
OWN = {
    "up": "start the product and everything it needs; Ctrl-C stops it",
    "ps": "the processes that `up` runs; --json for programs",
    "verify": "check the code and run every test; arguments go to pytest",
    "check_all": "ruff, mypy, import-linter, migrations, generated documents",
    "demo_reset": "throw the demo data away; the next `up` begins anew",
    "prepare_database": "make both roles and the database in a PostgreSQL of yours",
    "make_secrets": "write the secrets that docker-compose.yml asks for",
    "messages": "bring locale/ up to date with the code; name what is not translated",
    "lock": "write the lock files from pyproject.toml",
}
MODULES = {"check_all": "checks", "prepare_database": "own_server"}


def run(argv: Sequence[str]) -> int:
    """Run one command line; the exit code of the process."""
    name = argv[1] if len(argv) > 1 else "help"
    try:
        bootstrap.ensure()
        if name in OWN:
            return _own(name)(argv[2:])
        return _django(name, list(argv))
    except WrongEnvironment as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _own(name: str) -> Callable[[Sequence[str]], int]:
    from importlib import import_module

    entry: Callable[[Sequence[str]], int] = import_module(f"kaspi_office.local.{MODULES.get(name, name)}").main
    return entry


def _django(name: str, argv: list[str]) -> int:
    import os

    from django.core.management import execute_from_command_line

    from kaspi_office.local import attach

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaspi_office.settings")
    if name in ("help", "--help", "-h") and len(argv) < 3:
        print("Commands of this product:\n" + "".join(f"  {own:<18}{OWN[own]}\n" for own in OWN))
    with attach.services(name) as fresh_database:
        if fresh_database and name != "migrate":
            execute_from_command_line([argv[0], "migrate", "--database", "owner", "--verbosity", "0"])
        execute_from_command_line(owned(argv))
    return 0


def owned(argv: list[str]) -> list[str]:
    """Migrations are the owner's: `migrate` without a database means his."""
    if argv[1:2] == ["migrate"] and not any(part.startswith("--database") for part in argv):
        return [*argv, "--database", "owner"]
    return argv
