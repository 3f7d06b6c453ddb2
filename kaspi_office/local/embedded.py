"""The embedded services together: start, addresses, stop. Used by `up`, by single commands and by the tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import places, redis_server, roles, spawn
from kaspi_office.local.places import Places
from kaspi_office.local.postgres import Cluster
from kaspi_office.local.redis_server import Redis

START_SECONDS = 30
DID_NOT_START = "PostgreSQL or Redis did not start in 30 s; the reason is in {}."
# The longest name that the kernel takes for a unix socket is 107 bytes; PostgreSQL adds `/.s.PGSQL.65535.lock`.
LONGEST_FOLDER = 80
SOCKETS = "kaspi-office-"


@dataclass(frozen=True)
class Embedded:
    """What this clone serves itself: None stands for a service that the environment names (DATABASE_URL, REDIS_URL)."""

    places: Places
    sockets: Path
    cluster: Cluster | None
    redis: Redis | None
    secrets: dict[str, str]

    @classmethod
    def prepare(cls, at: Places, *, forgetful: bool = False) -> Self:
        """Folders, secrets and data, nothing started. Only the holder of the lock of DATA_DIR may call it."""
        at.make()
        secrets = places.keep_secrets(at)
        sockets = socket_folder(at)
        own_database = environment.given("DATABASE_URL") is None
        own_redis = environment.given("REDIS_URL") is None
        return cls(
            places=at,
            sockets=sockets,
            cluster=Cluster.prepare(at.root, sockets=sockets, password=secrets["superuser"], forgetful=forgetful)
            if own_database
            else None,
            redis=Redis.prepare(at.root, sockets=sockets) if own_redis else None,
            secrets=secrets,
        )

    def answers(self) -> bool:
        """Whether every service that was started takes requests."""
        return all(service is None or service.answers() for service in (self.cluster, self.redis))

    def programs(self) -> dict[str, spawn.Program]:
        """What to start, by kind, the database first."""
        wanted = {"postgres": self.cluster, "redis": self.redis}
        made = {kind: service.program(self.places.log(kind)) for kind, service in wanted.items() if service is not None}
        return {kind: program for kind, program in made.items() if program is not None}

    def prepare_roles(self) -> None:
        """Make roles and database in the running PostgreSQL: quick when they are there."""
        if self.cluster is not None:
            roles.prepare_server(
                self.cluster.superuser_url(), owner_password=self.secrets["owner"], app_password=self.secrets["app"]
            )

    def addresses(self) -> dict[str, str]:
        """The variables that lead a process of the product to these services; what the environment gives is kept."""
        made = {"FIELD_KEYS_FILE": str(self.places.field_keys)}
        if environment.given("SECRET_KEY_FILE") is None:
            made["SECRET_KEY"] = self.secrets["SECRET_KEY"]
        if self.cluster is not None:
            made["DATABASE_URL"] = self.cluster.url(roles.APP, self.secrets["app"])
            made["DATABASE_OWNER_URL"] = self.cluster.url(roles.OWNER, self.secrets["owner"])
        if self.redis is not None:
            made["REDIS_URL"] = self.redis.url()
        return {name: environment.given(name) or value for name, value in made.items()}

    def remove_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)


def socket_folder(at: Places) -> Path:
    """A new private folder with a short name; the one that a killed predecessor left goes away."""
    note = at.root / "sockets"
    left = Path(note.read_text()) if note.exists() else None
    if left is not None and left.name.startswith(SOCKETS):
        # Two servers on one append-only file would spoil it: a server that was left behind has a moment to go.
        places.wait_for(lambda: not redis_server.answers(left / redis_server.SOCKET), seconds=5)
        shutil.rmtree(left, ignore_errors=True)
    base = tempfile.gettempdir()
    made = Path(tempfile.mkdtemp(prefix=SOCKETS, dir=base if len(os.fsencode(base)) < LONGEST_FOLDER else "/tmp"))
    note.write_text(str(made))
    return made


@contextmanager
def running(at: Places, *, forgetful: bool = False) -> Iterator[Embedded]:
    """The services for the length of a block, without anyone to restart them."""
    embedded = Embedded.prepare(at, forgetful=forgetful)
    children: list[tuple[subprocess.Popen[bytes], int]] = []
    try:
        children += [(spawn.start(program), program.dies_with) for program in embedded.programs().values()]
        if not places.wait_for(embedded.answers, seconds=START_SECONDS):
            raise WrongEnvironment(DID_NOT_START.format(at.logs))
        embedded.prepare_roles()
        yield embedded
    finally:
        spawn.stop_all(children, within=10)
        embedded.remove_sockets()
