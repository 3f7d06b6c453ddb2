"""Real processes with the environments that `manage.py up` gives them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from kaspi_office.environment import ROOT
from kaspi_office.local.embedded import Embedded
from kaspi_office.local.places import Places
from kaspi_office.local.supervisor import Supervisor
from kaspi_office.local.up import Plan, Start

TOKEN = "W" * 43 + "="
# What follows runs in the other process: it stores a token, or says what it reads.
PROGRAM = """
import sys, django
django.setup()
from integrations.accounts import COLUMN, TABLE
from staff.sealing import CannotOpen, open_for_workers, seal_for_workers
place = {"table": TABLE, "column": COLUMN, "company": 1, "owner": 2}
if sys.argv[1] == "store":
    print(seal_for_workers(sys.stdin.read(), **place).hex())
else:
    try:
        print(open_for_workers(bytes.fromhex(sys.stdin.read()), **place))
    except CannotOpen as problem:
        print("cannot open:", problem)
"""


@pytest.fixture(scope="module")
def start() -> Start:
    """What a start of the product would give to its processes; nothing is started."""
    at = Places(Path(settings.DATA_DIR))
    made = Start(Plan("127.0.0.1", 1, False, False), Embedded(at, at.root, None, None, {}), Supervisor(at), 0)
    made.environment = dict(os.environ)
    return made


def run(start: Start, process: str, deed: str, given: str) -> str:
    environment = dict(start._program(process, []).env)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, deed], env=environment, cwd=ROOT, input=given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_web_process_stores_a_token_that_it_cannot_open_and_a_worker_can(start: Start) -> None:
    stored = run(start, "web", "store", TOKEN)
    assert TOKEN.encode().hex() not in stored
    assert run(start, "web", "read", stored) == "cannot open: this process does not have the key"
    assert run(start, "worker-poll", "read", stored) == TOKEN
