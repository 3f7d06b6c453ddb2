"""Services that the environment names: refused before anything is started, with one sentence."""

from pathlib import Path

import pytest

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import outside, places, up


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///office.db"),
        ("DATABASE_OWNER_URL", "postgres://owner@host/"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("KASPI_BASE_URL", "kaspi.kz"),
        ("FIELD_KEYS_FILE", "/nowhere/keys.json"),
        ("SECRET_KEY", "short"),
        ("DEBUG", "maybe"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongEnvironment, match=f"^{name} "):
        outside.check_spelling()


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "0"), ("DEMO", "2")])
def test_a_start_with_a_wrong_value_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongEnvironment, match=f"^{name} is "):
        up.Plan.from_environment()


def test_a_database_without_its_owner_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")
    with pytest.raises(WrongEnvironment, match=r"manage\.py prepare_database"):
        outside.check_spelling()


def test_services_that_answer_are_let_pass() -> None:
    # The environment of the tests names the servers that the tests run on.
    outside.check_spelling()
    outside.check_reach()


def test_a_database_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgres://a:secret-word@127.0.0.1:{places.free_port()}/office")
    with pytest.raises(WrongEnvironment, match=r"^DATABASE_URL: The database does not let us in") as refusal:
        outside.check_reach()
    assert "secret-word" not in str(refusal.value)


def test_a_redis_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(WrongEnvironment, match=r"^REDIS_URL: nobody answers"):
        outside.check_reach()
