"""When `.venv` is built, and when not."""

import os
import sys
from pathlib import Path

import pytest

from kaspi_office.local import bootstrap


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a lock file and an environment that was built from it."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "MARKER", tmp_path / ".venv" / "installed-lock")
    bootstrap.LOCK.write_text("django==5.2.19\n")
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    bootstrap.MARKER.write_text(bootstrap._digest())
    return bootstrap.VENV


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records what is run; everything succeeds but what `fails` names."""
    ran: list[str] = []

    def note(command: list[str]) -> bool:
        ran.append(" ".join(command[1:]))
        return "uv pip" not in ran[-1]

    monkeypatch.setattr(bootstrap, "_runs", note)
    return ran


def test_what_was_built_from_this_lock_is_used_as_it_is(venv: Path, commands: list[str]) -> None:
    bootstrap.build()
    assert commands == []


def test_a_changed_lock_is_installed_into_the_same_environment(venv: Path, commands: list[str]) -> None:
    bootstrap.LOCK.write_text("django==5.2.20\n")
    bootstrap.build()
    assert not any(command.startswith("-m venv") for command in commands)
    assert bootstrap.is_current()


def test_an_environment_whose_python_is_gone_is_built_anew(venv: Path, commands: list[str]) -> None:
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/nowhere/python3")
    assert not bootstrap.is_current()
    with pytest.raises(FileNotFoundError):
        # Nothing is really built here, so there is no folder for the mark.
        bootstrap.build()
    assert commands[0] == f"-m venv {venv}"


def test_where_uv_fails_pip_installs_the_same_hashes(venv: Path, commands: list[str]) -> None:
    bootstrap.MARKER.unlink()
    bootstrap.build()
    assert commands[-1].endswith(f"install --require-hashes -r {bootstrap.LOCK}")
    assert commands[-1].startswith("-m pip")


def test_an_interrupted_installation_is_taken_up_again(venv: Path, commands: list[str]) -> None:
    bootstrap.MARKER.unlink()
    assert not bootstrap.is_current()
    bootstrap.build()
    assert bootstrap.is_current()


def test_a_container_builds_nothing(venv: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.MARKER.unlink()
    monkeypatch.setenv("KASPI_OFFICE_NO_BOOTSTRAP", "1")
    bootstrap.ensure()
    assert commands == []


def test_code_is_compiled_once_and_not_at_each_start(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(venv))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    bootstrap.ensure()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
