"""The whole product by its one command: what it says, what it lets happen beside it, and its children killed."""

import json
import os
import signal

import pytest

from kaspi_office.local import places
from kaspi_office.local.up import is_listening
from tests.product.running import Product

KINDS = ["supervisor", "postgres", "redis", "simulator", "web", "worker", "worker", "beat"]
pytestmark = pytest.mark.timeout(300)
# The shelves fill first, undisturbed (tests.runners).
TURN = 1


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
    # Who comes next finds it at work, and not only on the list.
    assert not killed["port"] or places.wait_for(lambda: is_listening(killed["port"]), seconds=60)
