"""The readers of the environment: what they take, and how they complain."""

import ast
from pathlib import Path

import pytest

from kaspi_office import environment
from kaspi_office.environment import ROOT, VARIABLES, WrongEnvironment

READERS = {
    "text",
    "integer",
    "flag",
    "items",
    "secret",
    "path",
    "database",
    "optional_database",
    "broker",
    "given",
    "address",
    "file",
}


@pytest.mark.parametrize(("value", "read"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_a_flag_is_read_in_any_of_its_spellings(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("DEMO", value)
    assert environment.flag("DEMO") is read


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PORT", "eight", "PORT is 'eight', which is not a whole number, for example PORT=8000."),
        ("PORT", "70000", "PORT is 70000, which is not between 1 and 65535, for example PORT=8000."),
        ("PORT", "0", "PORT is 0, which is not between 1 and 65535, for example PORT=8000."),
    ],
)
def test_a_wrong_number_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongEnvironment) as refusal:
        environment.integer(name, low=1, high=65535)
    assert str(refusal.value) == complaint


def test_a_wrong_flag_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "perhaps")
    with pytest.raises(WrongEnvironment, match="DEMO is 'perhaps', which is neither 1 nor 0, for example DEMO=0"):
        environment.flag("DEMO")


def test_an_empty_value_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert environment.integer("PORT") == 8000


def test_a_missing_variable_without_a_default_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(WrongEnvironment, match=r"^DATABASE_URL is not set; give it a value, for example DATABASE_URL="):
        environment.database("DATABASE_URL")


def test_a_secret_comes_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.secret("SECRET_KEY") == "k" * 40


def test_a_secret_and_its_file_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    monkeypatch.setenv("SECRET_KEY_FILE", "/nowhere")
    with pytest.raises(WrongEnvironment, match="both set"):
        environment.secret("SECRET_KEY")


def test_a_short_secret_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    with pytest.raises(WrongEnvironment) as refusal:
        environment.secret("SECRET_KEY")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgres://a:b@db.example:6543/office", ("a", "b", "db.example", "6543", "office")),
        ("postgresql://a%40x:p%2F%3Aw@db/off%20ice", ("a@x", "p/:w", "db", "", "off ice")),
        ("postgres://a:b@%2Ftmp%2FKo%20x:5433/office", ("a", "b", "/tmp/Ko x", "5433", "office")),
        ("postgres://a@/office?host=/run/Pg&port=99", ("a", "", "/run/Pg", "99", "office")),
        ("postgres://a:b@[::1]:5432/office", ("a", "b", "::1", "5432", "office")),
    ],
)
def test_a_database_url_is_taken_apart(url: str, wanted: tuple[str, ...]) -> None:
    found = environment.parse_database("DATABASE_URL", url)
    assert tuple(found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == wanted


def test_other_parameters_of_a_database_url_go_to_the_driver() -> None:
    assert environment.parse_database("X", "postgres://h/o?sslmode=require")["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url", ["mysql://a:pass-word@h/o", "postgres://a:pass-word@h/", "postgres://a:pass-word@h:x/o"]
)
def test_a_wrong_database_url_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(WrongEnvironment, match=r"^DATABASE_URL ") as refusal:
        environment.database("DATABASE_URL")
    assert "pass-word" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "celery", "client"),
    [
        ("redis://h:1/0", "redis://h:1/0", "redis://h:1/0"),
        ("unix:///tmp/r.sock", "redis+socket:///tmp/r.sock", "unix:///tmp/r.sock"),
        ("redis+socket:///tmp/r.sock", "redis+socket:///tmp/r.sock", "unix:///tmp/r.sock"),
        ("filesystem:///var/b%20c", "filesystem://", None),
    ],
)
def test_the_broker_is_spelt_for_both_its_readers(
    monkeypatch: pytest.MonkeyPatch, url: str, celery: str, client: str | None
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert environment.broker()[:2] == (celery, client)


def test_an_address_loses_the_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASPI_BASE_URL", "http://127.0.0.1:81/shop/api/")
    assert environment.address("KASPI_BASE_URL") == "http://127.0.0.1:81/shop/api"


@pytest.mark.parametrize("value", ["kaspi.kz/shop/api", "ftp://kaspi.kz", "https://", "http://kaspi.kz:port/"])
def test_what_is_not_an_address_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KASPI_BASE_URL", value)
    with pytest.raises(WrongEnvironment, match=r"^KASPI_BASE_URL is .* which is not an http:// or https:// address"):
        environment.address("KASPI_BASE_URL")


def test_a_dotenv_file_is_read_line_by_line() -> None:
    lines = "# a comment\nexport PORT=81\nHOST = '::1'\n\nSECRET_KEY=a=b#c\nnonsense\n"
    assert environment.parse_dotenv(lines) == {"PORT": "81", "HOST": "::1", "SECRET_KEY": "a=b#c"}


def test_the_real_environment_goes_before_the_dotenv_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=81\nHOST=::1\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setenv("PORT", "82")
    monkeypatch.delenv("HOST", raising=False)
    assert (environment.text("PORT"), environment.text("HOST")) == ("82", "::1")


def test_every_variable_that_the_settings_read_is_in_the_table() -> None:
    tree = ast.parse((ROOT / "kaspi_office" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    read = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in READERS and call.args
        if isinstance(call.args[0], ast.Constant)
    }
    assert read - {variable.name for variable in VARIABLES} == set()
