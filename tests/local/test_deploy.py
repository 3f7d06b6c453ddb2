"""Django's own check of a deployment, under the settings of production (reliability.md §2, 24)."""

import os
import secrets
import subprocess
import sys

import pytest

from kaspi_office.environment import ROOT

PRODUCTION = {"DEBUG": "0", "HTTPS": "1", "PROXIES": "1", "ALLOWED_HOSTS": "office.example.kz"}


def check(**changes: str) -> "subprocess.CompletedProcess[str]":
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = given | PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(50)} | changes
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)


def test_production_has_nothing_to_warn_of() -> None:
    done = check()
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(("name", "value"), [("HTTPS", "0"), ("DEBUG", "1")])
def test_the_check_is_not_blind(name: str, value: str) -> None:
    assert check(**{name: value}).returncode == 1
