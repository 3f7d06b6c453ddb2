"""Sealed secrets: what opens where, and what an old ring becomes."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from staff import keyring, sealing
from staff.sealing import CannotOpen, CannotSeal

PLACE: dict[str, Any] = {"table": "t", "column": "c", "company": 7, "owner": 9}
PLAIN = "seed " * 5


def become_web(file: Path, settings: Settings) -> None:
    settings.FIELD_KEYS_FILE = str(keyring.web_file(file))


def test_the_web_reads_what_is_its_own_and_only_stores_the_rest(ring: Path, settings: Settings) -> None:
    become_web(ring, settings)
    assert sealing.unseal(sealing.seal(PLAIN, **PLACE), **PLACE) == PLAIN
    blob = sealing.seal_for_workers(PLAIN, **PLACE)
    with pytest.raises(CannotOpen):
        sealing.open_for_workers(blob, **PLACE)
    settings.FIELD_KEYS_FILE = str(ring)
    assert sealing.open_for_workers(blob, **PLACE) == PLAIN


def test_the_webs_ring_holds_no_private_key_and_no_key_of_the_journal(ring: Path, settings: Settings) -> None:
    keys = json.loads(keyring.web_file(ring).read_text())["keys"]
    assert [set(parts) for parts in keys.values()] == [{"secret", "public"}]
    become_web(ring, settings)
    with pytest.raises(CannotOpen):
        sealing.mac_key("journal")


@pytest.mark.parametrize("moved", [{"table": "x"}, {"column": "x"}, {"company": 8}, {"owner": 10}])
def test_a_blob_moved_to_another_place_does_not_open(ring: Path, moved: dict[str, Any]) -> None:
    elsewhere = PLACE | moved
    with pytest.raises(CannotOpen):
        sealing.unseal(sealing.seal(PLAIN, **PLACE), **elsewhere)
    with pytest.raises(CannotOpen):
        sealing.open_for_workers(sealing.seal_for_workers(PLAIN, **PLACE), **elsewhere)


@pytest.mark.parametrize(
    "spoil", [lambda blob: blob[:-1], lambda blob: b"", lambda blob: b"\x02\xff", lambda blob: b"\x01"]
)
def test_a_damaged_blob_does_not_open(ring: Path, spoil: object) -> None:
    for blob in (sealing.seal(PLAIN, **PLACE), sealing.seal_for_workers(PLAIN, **PLACE)):
        for opened in (sealing.unseal, sealing.open_for_workers):
            with pytest.raises(CannotOpen):
                opened(spoil(blob), **PLACE)  # type: ignore[operator]


def test_one_kind_is_not_taken_for_the_other(ring: Path) -> None:
    with pytest.raises(CannotOpen):
        sealing.unseal(sealing.seal_for_workers(PLAIN, **PLACE), **PLACE)


def test_a_ring_of_the_first_version_opens_what_it_sealed_and_gets_a_pair(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "keys.json"
    settings.FIELD_KEYS_FILE = str(file)
    file.write_text(json.dumps({"current": "k1", "keys": {"k1": base64.b64encode(os.urandom(32)).decode()}}))
    old = sealing.seal(PLAIN, **PLACE)
    with pytest.raises(CannotSeal):
        sealing.seal_for_workers(PLAIN, **PLACE)
    keyring.keep(file)
    assert sealing.unseal(old, **PLACE) == sealing.open_for_workers(old, **PLACE) == PLAIN
    assert not sealing.is_fresh(old, for_workers=True)
    assert sealing.is_fresh(sealing.seal_for_workers(PLAIN, **PLACE), for_workers=True)


def test_keeping_a_ring_that_is_whole_changes_nothing(ring: Path) -> None:
    before = (ring.read_bytes(), keyring.web_file(ring).read_bytes())
    keyring.keep(ring)
    assert (ring.read_bytes(), keyring.web_file(ring).read_bytes()) == before
    assert {file.stat().st_mode & 0o777 for file in (ring, keyring.web_file(ring))} == {0o600}


def test_a_new_ring_is_noticed_without_a_restart(ring: Path) -> None:
    old = sealing.seal(PLAIN, **PLACE)
    present = keyring.read(ring)
    keyring.write(ring, keyring.Ring("k2", present.with_key("k2").keys))
    assert sealing.key_of(sealing.seal(PLAIN, **PLACE)) == "k2"
    assert sealing.unseal(old, **PLACE) == PLAIN


def test_a_retired_key_opens_nothing_and_still_verifies(ring: Path) -> None:
    old, known = sealing.seal(PLAIN, **PLACE), sealing.mac_key("journal")
    present = keyring.read(ring).with_key("k2")
    keyring.write(ring, keyring.Ring("k2", present.keys).without_key("k1"))
    with pytest.raises(CannotOpen):
        sealing.unseal(old, **PLACE)
    assert sealing.mac_key("journal", "k1") == known
    assert sealing.mac_key("journal") != known


def test_without_a_ring_nothing_is_sealed_in_clear(ring: Path) -> None:
    blob = sealing.seal(PLAIN, **PLACE)
    ring.unlink()
    with pytest.raises(CannotSeal):
        sealing.seal(PLAIN, **PLACE)
    with pytest.raises(CannotOpen):
        sealing.unseal(blob, **PLACE)
