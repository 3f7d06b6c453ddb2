"""Which services a single command gets."""

import os
from pathlib import Path

import pytest

from kaspi_office.environment import NO_DATABASE
from kaspi_office.local import attach, commands, embedded, places
from kaspi_office.local.places import Lock, Places


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """An empty DATA_DIR and an environment that names no service."""
    for name in (*attach.NEEDED, "DATABASE_OWNER_URL"):
        # Set first, so that what a command fills in is taken back at the end.
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return Places(tmp_path)


@pytest.fixture
def no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(at: Places) -> None:
        raise AssertionError("a service was started")

    monkeypatch.setattr(embedded, "running", refuse)


@pytest.mark.parametrize("command", ["help", "makemigrations", "kaspi_simulator", "spectacular", "check"])
@pytest.mark.usefixtures("no_start")
def test_a_command_that_reads_no_data_starts_nothing(at: Places, command: str) -> None:
    with attach.services(command) as fresh:
        assert not fresh
        assert os.environ["DATABASE_URL"] == NO_DATABASE
    assert list(at.root.iterdir()) == []


@pytest.mark.usefixtures("no_start")
def test_a_command_uses_the_services_of_a_running_product(at: Places) -> None:
    lock = Lock(at.lock)
    lock.take("up")
    found = {"DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://r", "KASPI_BASE_URL": "http://k"}
    places.write_json(at.runtime, {"address": "http://x/", "environment": found})
    with attach.services("provision") as fresh:
        assert not fresh
        assert os.environ["DATABASE_URL"] == "postgres://a@b/c"
    lock.drop()


@pytest.mark.usefixtures("no_start")
def test_what_the_environment_names_is_not_replaced(at: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Lock(at.lock)
    lock.take("up")
    places.write_json(at.runtime, {"environment": {"DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://r"}})
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    with attach.services("provision"):
        assert os.environ["REDIS_URL"] == "redis://mine"
    lock.drop()


@pytest.mark.usefixtures("no_start")
def test_a_container_is_given_no_service_that_it_forgot(at: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASPI_OFFICE_NO_BOOTSTRAP", "1")
    monkeypatch.setenv("DATABASE_URL", "postgres://a@b/c")
    with attach.services("migrate"):
        assert os.environ["SECRET_KEY"] == ""


def test_before_the_first_start_a_command_gets_services_of_its_own(at: Places) -> None:
    with attach.services("provision") as fresh:
        assert fresh
        assert os.environ["DATABASE_URL"].startswith("postgres://kaspi_app:")
    assert not places.is_locked(at.lock)


@pytest.mark.parametrize(
    ("given", "run"),
    [
        (["m", "migrate"], ["m", "migrate", "--database", "owner"]),
        (["m", "migrate", "--database=default"], ["m", "migrate", "--database=default"]),
        (["m", "shell"], ["m", "shell"]),
    ],
)
def test_migrations_are_the_owners(given: list[str], run: list[str]) -> None:
    assert commands.owned(given) == run
