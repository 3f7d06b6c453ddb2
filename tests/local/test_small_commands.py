"""The small commands around a start."""

import base64
import json
from pathlib import Path

import pytest

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import browser, checks, demo_reset, greeting, make_secrets, places, ps
from kaspi_office.local.places import Lock, Places
from staff import keyring


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A DATA_DIR in which a demo was loaded."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    at = Places(tmp_path)
    at.make()
    (at.root / "pgdata-18").mkdir()
    places.keep_secrets(at)
    login = {"email": "owner@alma.example", "password": "almaty-2026", "who": "Айгерим"}
    places.write_json(at.demo, {"logins": [login]})
    return at


def test_a_demo_is_thrown_away_and_the_keys_are_kept(demo: Places) -> None:
    assert demo_reset.main([]) == 0
    assert not demo.demo.exists() and not (demo.root / "pgdata-18").exists()
    assert demo.secrets.exists() and demo.field_keys.exists()


def test_data_without_a_demo_is_left_alone(demo: Places) -> None:
    demo.demo.unlink()
    with pytest.raises(WrongEnvironment, match="holds no demo"):
        demo_reset.main([])
    assert (demo.root / "pgdata-18").exists()


def test_a_running_demo_is_left_alone(demo: Places) -> None:
    lock = Lock(demo.lock)
    lock.take("up")
    with pytest.raises(WrongEnvironment, match=r"Stop it first: up \(process"):
        demo_reset.main([])
    lock.drop()
    assert (demo.root / "pgdata-18").exists()


def test_secrets_are_written_once_and_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_secrets, "ROOT", tmp_path)
    ring = tmp_path / "secrets" / "field_keys.json"
    assert make_secrets.main([]) == 0
    written = [tmp_path / ".env", ring, keyring.web_file(ring)]
    assert {file.stat().st_mode & 0o777 for file in written} == {0o600}
    before = [file.read_bytes() for file in written]
    assert make_secrets.main([]) == 0
    assert [file.read_bytes() for file in written] == before
    ring.unlink()
    with pytest.raises(WrongEnvironment, match="is there already"):
        make_secrets.main([])


def test_a_key_ring_of_ones_own_is_brought_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = tmp_path / "keys.json"
    old = base64.b64encode(bytes(32)).decode()
    ring.write_text(json.dumps({"current": "k1", "keys": {"k1": old}}))
    assert make_secrets.main([str(ring)]) == 0
    key = keyring.read(ring).keys["k1"]
    assert key.secret == bytes(32) and key.private and keyring.web_file(ring).exists()
    assert not any(part in capsys.readouterr().out for part in (old, base64.b64encode(key.private).decode()))


def test_the_greeting_names_the_address_and_who_may_sign_in(demo: Places) -> None:
    text = greeting.text("http://127.0.0.1:8000/", demo, simulated=True)
    assert all(part in text for part in ("http://127.0.0.1:8000/", "owner@alma.example", "almaty-2026", "Ctrl-C"))


def test_the_greeting_of_an_empty_start_tells_how_to_fill_it(demo: Places) -> None:
    demo.demo.unlink()
    assert "manage.py provision" in greeting.text("http://127.0.0.1:8000/", demo, simulated=False)


def test_where_nothing_runs_the_list_says_how_to_start(demo: Places) -> None:
    assert "manage.py up" in ps.table(ps.running(demo))


def test_a_failed_check_is_told_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = (("good", ("true",)), ("bad", ("sh", "-c", "echo the reason; exit 3")))
    monkeypatch.setattr(checks, "STEPS", steps)
    assert checks.main([]) == 1
    told = capsys.readouterr().err
    assert all(part in told for part in ("good: ok", "bad: failed", "the reason", "Failed: bad."))


@pytest.mark.parametrize(
    ("wanted", "ci", "allowed"), [("", "", False), ("", "true", True), ("1", "", True), ("0", "1", False)]
)
def test_a_browser_is_installed_only_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: str, ci: str, allowed: bool
) -> None:
    monkeypatch.setattr(browser, "_privilege", list)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setenv("KO_INSTALL_BROWSER", wanted)
    monkeypatch.setenv("CI", ci)
    assert browser.may_install() is allowed
