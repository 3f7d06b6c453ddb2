"""Find the services for one command: those that a running `up` has, else embedded ones for as long as it takes."""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kaspi_office import environment
from kaspi_office.environment import NO_DATABASE, WrongEnvironment
from kaspi_office.local import embedded, places
from kaspi_office.local.places import Lock, Places

NEEDED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS_FILE")
# Commands that read settings and models, and no data.
WITHOUT_SERVICES = frozenset(
    {"help", "--help", "-h", "version", "--version", "check", "diffsettings", "makemigrations", "spectacular"}
    | {
        "collectstatic",
        "findstatic",
        "makemessages",
        "compilemessages",
        "startapp",
        "kaspi_simulator",
        "lifecycle_diagram",
        "bench",  # starts services of its own
    }
)
START_SECONDS = 180


@contextmanager
def services(command: str) -> Iterator[bool]:
    """Fill in what the environment lacks for the length of a block; True when the database may be new."""
    if all(_given(name) for name in NEEDED) or _is_production():
        yield False
    elif command in WITHOUT_SERVICES:
        _fill(nothing())
        yield False
    else:
        yield from _found_or_started(Places.from_environment(), command)


def _found_or_started(at: Places, command: str) -> Iterator[bool]:
    at.make()
    lock = Lock(at.lock)
    try:
        if not _mine(lock, at, command):
            _fill(places.read_json(at.runtime)["environment"])
            yield False
            return
        with embedded.running(at) as started:
            _fill(started.addresses())
            yield started.cluster is not None
    finally:
        lock.drop()


def _mine(lock: Lock, at: Places, command: str) -> bool:
    """Take DATA_DIR (True), or wait until `up` has its services ready (False)."""
    told = False

    def decided() -> bool:
        nonlocal told
        if lock.take(command) or is_ready(at):
            return True
        if not told:
            print(f"Waiting for {lock.holder()}, which is using {at.root}.", file=sys.stderr)
            told = True
        return False

    if not places.wait_for(decided, seconds=START_SECONDS, pause=0.2):
        raise WrongEnvironment(f"DATA_DIR is {at.root}, which {lock.holder()} has been using all the time.")
    return lock.is_mine


def is_ready(at: Places) -> bool:
    """Whether an `up` has its services ready."""
    return at.runtime.exists() and places.is_locked(at.lock)


def nothing() -> dict[str, str]:
    """Variables of a process that asks no service for anything."""
    return {
        "DATABASE_URL": NO_DATABASE,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS_FILE": str(Places.from_environment().field_keys),
    }


def _fill(variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        if not _given(name):
            os.environ[name] = value


def _given(name: str) -> bool:
    return environment.given(name) is not None or environment.given(f"{name}_FILE") is not None


def _is_production() -> bool:
    # A container names its services; what it forgot is a mistake to show, not a gap to fill.
    return environment.flag("KASPI_OFFICE_NO_BOOTSTRAP") and _given("DATABASE_URL")
