"""A real PostgreSQL and a real Redis: started, killed, started again."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from redis import Redis

from kaspi_office.local import embedded, places, roles, spawn
from kaspi_office.local.embedded import Embedded
from kaspi_office.local.places import Places


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Places:
    # The folder of pytest is closed to other users, and the name has a space and a letter beyond ASCII.
    return Places(tmp_path_factory.mktemp("data") / "мои данные")


@pytest.fixture(scope="module")
def running(at: Places) -> Iterator[Embedded]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS_FILE"):
            patch.delenv(name, raising=False)
        with embedded.running(at) as started:
            yield started


def ask(url: str, query: str) -> object:
    with roles.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row[0] if row else None


def test_kazakh_letters_have_an_upper_case(running: Embedded) -> None:
    assert ask(running.addresses()["DATABASE_URL"], "SELECT upper('әғқңөұүһі')") == "ӘҒҚҢӨҰҮҺІ"


@pytest.mark.parametrize(
    ("role", "superuser", "passes_row_security", "makes_databases"),
    [(roles.OWNER, False, True, True), (roles.APP, False, False, False)],
)
def test_the_roles_can_do_what_they_must_and_no_more(
    running: Embedded, role: str, superuser: bool, passes_row_security: bool, makes_databases: bool
) -> None:
    query = f"SELECT ARRAY[rolsuper, rolbypassrls, rolcreatedb] FROM pg_roles WHERE rolname = '{role}'"
    found = ask(running.addresses()["DATABASE_OWNER_URL"], query)
    assert found == [superuser, passes_row_security, makes_databases]


def test_the_application_cannot_make_a_table(running: Embedded) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(running.addresses()["DATABASE_URL"], "CREATE TABLE mine (id int)")


def test_the_application_may_use_what_the_owner_makes(running: Embedded) -> None:
    addresses = running.addresses()
    with roles.connect(addresses["DATABASE_OWNER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE goods (id serial, name text)")
    assert ask(addresses["DATABASE_URL"], "INSERT INTO goods (name) VALUES ('шай') RETURNING id") == 1


@pytest.mark.parametrize(("limit", "value"), roles.APP_LIMITS.items())
def test_the_application_holds_no_lock_for_long(running: Embedded, limit: str, value: str) -> None:
    assert ask(running.addresses()["DATABASE_URL"], f"SHOW {limit}") == value


@pytest.mark.parametrize("extension", roles.EXTENSIONS)
def test_databases_of_the_owner_have_the_extensions(running: Embedded, extension: str) -> None:
    assert running.cluster is not None
    query = f"SELECT count(*) FROM pg_extension WHERE extname = '{extension}'"
    assert ask(running.cluster.url(roles.OWNER, running.secrets["owner"], "template1"), query) == 1


def test_a_role_with_a_wrong_password_is_turned_away(running: Embedded) -> None:
    assert running.cluster is not None
    assert roles.answers(running.cluster.url(roles.APP, running.secrets["app"]))
    assert not roles.answers(running.cluster.url(roles.APP, "guess"))


def test_making_the_roles_again_changes_nothing(running: Embedded) -> None:
    running.prepare_roles()
    assert ask(running.addresses()["DATABASE_URL"], "SELECT current_user") == roles.APP


def test_secrets_are_closed_to_others(running: Embedded) -> None:
    files = (running.places.secrets, running.places.field_keys)
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert running.sockets.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """Services that a test starts and kills by itself."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    prepared = Embedded.prepare(Places(tmp_path / "data"))
    yield prepared
    prepared.remove_sockets()


def start(service: Embedded, kind: str) -> subprocess.Popen[bytes]:
    process = spawn.start(service.programs()[kind])
    part = service.cluster if kind == "postgres" else service.redis
    assert part is not None and places.wait_for(part.answers, seconds=20)
    return process


def test_committed_rows_survive_a_killed_postgresql(alone: Embedded) -> None:
    process = start(alone, "postgres")
    alone.prepare_roles()
    with roles.connect(alone.addresses()["DATABASE_OWNER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    spawn.kill_group(process)
    process = start(alone, "postgres")
    try:
        assert ask(alone.addresses()["DATABASE_OWNER_URL"], "SELECT count(*) FROM kept") == 1000
    finally:
        spawn.stop(process, by=signal.SIGINT, within=5)


def test_queued_work_survives_a_killed_redis(alone: Embedded) -> None:
    process = start(alone, "redis")
    client = Redis.from_url(alone.addresses()["REDIS_URL"])
    client.rpush("queue", *range(50))
    spawn.kill_group(process)
    process = start(alone, "redis")
    try:
        assert client.llen("queue") == 50
    finally:
        spawn.stop(process, within=5)


def test_the_sockets_of_a_killed_start_are_removed_by_the_next(tmp_path: Path) -> None:
    at = Places(tmp_path)
    left = embedded.socket_folder(at)
    embedded.socket_folder(at).rmdir()
    assert not left.exists()
