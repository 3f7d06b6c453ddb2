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
from kaspi_office.local import places, roles, spawn
from kaspi_office.local.places import Places
from kaspi_office.local.postgres import Cluster
from kaspi_office.local.redis_server import Redis

START_SECONDS = 30
# The longest name that the kernel takes for a unix socket is 107 bytes; PostgreSQL adds `/.s.PGSQL.65535.lock`.
LONGEST_FOLDER = 80


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
        sockets = socket_folder()
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

    def prepare_roles(self) -> None:
        """Wait for PostgreSQL, then make roles and database: quick when they are there."""
        if self.cluster is not None:
            if not places.wait_for(self.cluster.answers, seconds=START_SECONDS):
                raise WrongEnvironment(f"PostgreSQL did not start in {START_SECONDS} s; see {self.places.logs}.")
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


def socket_folder() -> Path:
    """A new private folder with a short name."""
    base = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix="ko-", dir=base if len(os.fsencode(base)) < LONGEST_FOLDER else "/tmp"))


@contextmanager
def running(at: Places, *, forgetful: bool = False) -> Iterator[Embedded]:
    """The services for the length of a block, without anyone to restart them."""
    embedded = Embedded.prepare(at, forgetful=forgetful)
    children: list[tuple[subprocess.Popen[bytes], int]] = []
    try:
        for name, service in (("postgres", embedded.cluster), ("redis", embedded.redis)):
            program = service.program(at.log(name)) if service is not None else None
            if program is not None:
                children.append((spawn.start(program), program.dies_with))
        embedded.prepare_roles()
        if embedded.redis is not None and not places.wait_for(embedded.redis.answers, seconds=START_SECONDS):
            raise WrongEnvironment(f"Redis did not start in {START_SECONDS} s; see {at.logs}.")
        yield embedded
    finally:
        spawn.stop_all(children, within=10)
        embedded.remove_sockets()
