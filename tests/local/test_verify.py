"""The checks of the code beside the tests."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kaspi_office.local import verify


@pytest.mark.parametrize("code", [0, 1])
def test_what_the_checks_found_is_told_when_they_are_over(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manage.py").write_text(f"import sys; print('ruff: as', sys.argv[1]); sys.exit({code})")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    with verify.checking() as checked:
        assert checked() == code
    assert "ruff: as check_all" in capsys.readouterr().err


def test_checks_that_nobody_waits_for_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manage.py").write_text("import time; time.sleep(600)")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    made: list[subprocess.Popen[str]] = []
    popen: Any = subprocess.Popen

    def noted(*args: Any, **options: Any) -> Any:
        made.append(popen(*args, **options))
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    with verify.checking():
        assert made[0].poll() is None
    assert made[0].returncode == -signal.SIGKILL
