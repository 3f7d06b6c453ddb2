"""The whole product by its one command: started, wounded, stopped."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kaspi_office.environment import ROOT
from kaspi_office.local import places
from kaspi_office.local.places import Places

NAMED_BY_THE_TESTS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS_FILE",
    "KASPI_BASE_URL",
)
KINDS = ["supervisor", "postgres", "redis", "simulator", "web", "worker", "worker", "beat"]
# The first start takes half a minute on two quiet cores, and several times as long on busy ones.
pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Product:
    process: subprocess.Popen[bytes]
    at: Places
    environment: dict[str, str]
    output: Path

    def status(self, page: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.environment['PORT']}{page}", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            return 0

    def rows(self) -> list[dict[str, Any]]:
        return list(places.read_json(self.at.processes) or [])

    def manage(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, str(ROOT / "manage.py"), *command]
        return subprocess.run(argv, env=self.environment, input=given, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("up")
    inherited = {name: value for name, value in os.environ.items() if name not in NAMED_BY_THE_TESTS}
    own = {"DATA_DIR": str(folder / "var"), "PORT": str(places.free_port())}
    output = folder / "output"
    with open(output, "wb") as stream:
        argv = [sys.executable, str(ROOT / "manage.py"), "up"]
        process = subprocess.Popen(argv, env=inherited | own, stdout=stream, stderr=stream)
    started = Product(process, Places(folder / "var"), inherited | own, output)
    try:
        ready = places.wait_for(lambda: "Stop: Ctrl-C" in output.read_text() or process.poll() is not None, seconds=170)
        assert ready and process.poll() is None, output.read_text()
        yield started
        left = [row["pid"] for row in started.rows()]
        process.send_signal(signal.SIGINT)
        # The promise of the contract: everything is gone within 15 s.
        assert process.wait(15) == 0
        assert [pid for pid in left if Path(f"/proc/{pid}").exists()] == []
    finally:
        process.kill()
        process.wait()


def test_it_says_where_it_is_and_who_may_sign_in(product: Product) -> None:
    said = product.output.read_text()
    assert f"http://127.0.0.1:{product.environment['PORT']}/" in said
    assert all(login["email"] in said for login in places.read_json(product.at.demo)["logins"])


def test_it_is_ready_and_shows_the_sign_in_page(product: Product) -> None:
    assert [product.status(page) for page in ("/healthz", "/readyz", "/login/")] == [200, 200, 200]


def test_the_marks_of_the_demo_come_by_themselves(product: Product) -> None:
    assert places.wait_for(lambda: places.read_json(product.at.demo).get("marks", False), seconds=200, pause=0.5)
    assert "The demo shops have their marks." in (product.at.logs / "load_demo_marks.log").read_text()


def test_it_tells_the_same_list_in_its_file_and_by_its_command(product: Product) -> None:
    assert [row["kind"] for row in product.rows()] == KINDS
    assert json.loads(product.manage("ps", "--json").stdout) == product.rows()


def test_a_second_start_in_the_same_folder_is_refused(product: Product) -> None:
    second = product.manage("up")
    assert second.returncode == 1
    assert f"already running in this folder, up (process {product.process.pid}): http://127.0.0.1:" in second.stderr


def test_a_command_beside_it_uses_its_database(product: Product) -> None:
    company = {"slug": "beside", "name": "ТОО Рядом", "shops": [], "members": [], "api_keys": []}
    first, again = (
        product.manage("provision", "--json", "-", given=json.dumps({"companies": [company]})) for _ in "12"
    )
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["companies"][0]["id"] == json.loads(again.stdout)["companies"][0]["id"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"supervisor"}))
def test_a_killed_child_is_started_again_within_two_seconds(product: Product, kind: str) -> None:
    killed = next(row for row in product.rows() if row["kind"] == kind)
    os.kill(killed["pid"], signal.SIGKILL)
    assert places.wait_for(lambda: killed["pid"] not in [row["pid"] for row in product.rows()], seconds=2)
    assert killed["port"] in [row["port"] for row in product.rows() if row["kind"] == kind]
    assert places.wait_for(lambda: product.status("/readyz") == 200, seconds=60)
