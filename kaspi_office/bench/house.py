"""The services of a run: an embedded PostgreSQL of its own in a temporary folder, and a process for each measurement.

Never the developer's data: whatever the environment or an `.env` file names is put aside first.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kaspi_office.bench.figures import Figure, Scale, from_line
from kaspi_office.environment import ROOT
from kaspi_office.local import embedded, roles, spawn
from kaspi_office.local.embedded import Embedded
from kaspi_office.local.places import Places

OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS_FILE", "KASPI_BASE_URL")
# Quick enough that the limiter of a token never decides; a worker's log would drown the table.
FIXED = {"ENV_FILE": "", "DEBUG": "0", "HTTPS": "0", "KASPI_RATE": "1000", "PYTHONUNBUFFERED": "1"}
MANAGE = (sys.executable, str(ROOT / "manage.py"))


class Failed(Exception):
    """A measurement ended with an error, which it has told itself."""


@dataclass(frozen=True, slots=True)
class House:
    """Running services, and how their processes are started."""

    services: Embedded
    environment: Mapping[str, str]

    def run(self, *arguments: str, database: str = roles.DATABASE) -> str:
        """Run `manage.py …` against one of the databases; what it says. Raises Failed."""
        cluster = self.services.cluster
        assert cluster is not None, "the environment names no database"
        where = {
            "DATABASE_URL": cluster.url(roles.APP, self.services.secrets["app"], database),
            "DATABASE_OWNER_URL": cluster.url(roles.OWNER, self.services.secrets["owner"], database),
        }
        done = subprocess.run(
            [*MANAGE, *arguments],
            env={**self.environment, **where},
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            check=False,
            preexec_fn=spawn.die_with_parent(9),
        )
        if done.returncode:
            raise Failed(arguments)
        return done.stdout

    def measure(self, name: str, scale: Scale, *, database: str) -> list[Figure]:
        """One measurement in a process of its own."""
        options = ["--part", name, "--orders", str(scale.orders), *(["--quick"] if scale.quick else [])]
        return [from_line(line) for line in self.run("bench", *options, database=database).splitlines()]


@contextmanager
def house() -> Iterator[House]:
    """Start the services, with an empty migrated database; everything is gone afterwards."""
    for name in OUTSIDE:
        for variable in (name, f"{name}_FILE"):
            os.environ.pop(variable, None)
    with tempfile.TemporaryDirectory(prefix="kaspi-office-bench-") as folder:
        os.environ.update(FIXED, DATA_DIR=folder, PROMETHEUS_MULTIPROC_DIR=str(Path(folder) / "metrics"))
        with embedded.running(Places(Path(folder))) as services:
            ready = House(services, {**os.environ, **services.addresses()})
            ready.run("migrate", "--verbosity", "0")
            yield ready
