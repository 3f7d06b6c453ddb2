"""Keys are changed while everything runs: nothing is lost, nothing is left of the old key."""

import base64
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from integrations import accounts
from integrations.models import KaspiAccount
from kaspi_office import rotation, sealed
from kaspi_office.sealed import SEALED, Sealed
from orders import actions
from orders.lifecycle import Stage
from staff import keyring, letters, sealing
from staff.clock import database_now
from staff.models import Letter, Shop
from staff.scoping import company_scope
from tests.cast import Cast, gather

OLD, NEW = "O" * 43 + "=", "N" * 43 + "="
# Bytes that are no secrets: an export for an hour, a file of Kaspi's, the digest of an order as it came.
NOT_SEALED = {
    *("staff_exportfile.content", "orders_waybill.pdf", "orders_order.digest"),
    *("orders_cabinetimport.content", "orders_evidence.file", "orders_wordversion.file", "catalog_feedversion.content"),
    *("catalog_priceload.content", "catalog_competitorfile.content", "catalog_supplierlist.content"),
}


def rotate(*options: str) -> str:
    said = StringIO()
    call_command("rotate_keys", *options, stdout=said)
    return said.getvalue()


def seed(cast: Cast) -> Authenticator:
    """A second factor of Айгерим's, as sign-in stores it."""
    user = cast.aigerim.user.pk
    blob = sealing.seal("SEED", table="mfa_authenticator", column="data", company=0, owner=user)
    data = {"secret": base64.b64encode(blob).decode(), "used_mask": 3}
    made: Authenticator = Authenticator.objects.create(user_id=user, type="totp", data=data)
    return made


def token_of(cast: Cast) -> str:
    with cast.alma.scope():
        return accounts.token_of(KaspiAccount.objects.get(shop__slug="alma-tech"))


def test_every_column_that_may_hold_secrets_is_in_the_table() -> None:
    known = {one.name for one in SEALED} | NOT_SEALED
    columns = {
        f"{model._meta.db_table}.{column.column}"
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if isinstance(column, models.BinaryField) or "cipher" in column.name
    }
    assert columns <= known and len(columns) >= 5


def test_a_rotation_leaves_nothing_under_the_old_key_and_loses_nothing(ring: Path, cast: Cast) -> None:
    order, factor, token = cast.place(Stage.KD_PACKING), seed(cast), token_of(cast)
    with cast.alma.scope():
        action = actions.assemble(order, places=2, by=cast.aigerim.actor, now=database_now())
    letters._put("a@alma.example", "body")
    assert "k1" not in rotate().partition("Current key")[2]
    assert "Retired: k1" in rotate("--retire")
    assert token_of(cast) == token
    with cast.alma.scope():
        action.refresh_from_db()
        assert sealing.key_of(bytes(action.params or b"")) == "k2"
    factor.refresh_from_db()
    blob = base64.b64decode(factor.data["secret"])
    place: dict[str, Any] = {"table": "mfa_authenticator", "column": "data", "company": 0, "owner": factor.user_id}
    assert sealing.unseal(blob, **place) == "SEED" and factor.data["used_mask"] == 3


def test_a_ring_of_the_first_version_is_left_behind(ring: Path, cast: Cast) -> None:
    """What was sealed before there were pairs, every web process could open."""
    with cast.alma.scope():
        account = KaspiAccount.objects.get(shop__slug="alma-tech")
        place: dict[str, Any] = {"table": accounts.TABLE, "column": accounts.COLUMN, "owner": account.shop_id}
        blob = sealing.seal(OLD, company=account.company_id, **place)
        KaspiAccount.objects.filter(pk=account.pk).update(token_cipher=blob)
    assert rotation.seal_anew() == 1
    with cast.alma.scope():
        account.refresh_from_db()
    assert sealing.is_fresh(bytes(account.token_cipher), for_workers=True) and token_of(cast) == OLD


def test_a_key_is_not_retired_while_something_cannot_be_opened(ring: Path, cast: Cast) -> None:
    letters._put("a@alma.example", "body")
    letter = Letter.objects.get()
    rotate()
    Letter.objects.update(cipher=bytes(letter.cipher)[:-1] + b"x")
    with pytest.raises(CommandError, match=f"cannot be opened: staff_letter.cipher {letter.pk}"):
        rotate("--retire")
    assert keyring.read(ring).keys["k1"].is_live


def test_two_rotations_do_not_run_at_once(ring: Path, db: None) -> None:
    def another() -> None:
        try:
            rotate()
        finally:
            connection.close()

    with rotation.alone(), ThreadPoolExecutor(1) as pool, pytest.raises(CommandError, match="under way"):
        pool.submit(another).result(10)


@pytest.mark.django_db(transaction=True)
def test_a_token_connected_while_its_row_is_sealed_anew_is_not_lost(
    ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = gather()
    assert _raced(cast, monkeypatch) == NEW


@pytest.mark.django_db(transaction=True)
def test_without_the_hold_on_the_row_it_would_be(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather()
    monkeypatch.setattr(Sealed, "hold", lambda self, number: self.model.objects.filter(pk=number).first())
    assert _raced(cast, monkeypatch) != NEW


def _raced(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    """The token in the end, when a new one is connected between the reading of a row and its writing."""
    read, connected, plain = Event(), Event(), sealing.seal_for_workers

    def slow(text: str, **place: Any) -> bytes:
        read.set()
        # Held, the other one waits for us; not held, we wait for him.
        connected.wait(1)
        return plain(text, **place)

    def connect() -> None:
        try:
            assert read.wait(10)
            with company_scope(cast.alma.id):
                shop = Shop.objects.get(slug="alma-tech")
                accounts.connect(shop, NEW, by=cast.aigerim.actor, now=database_now())
            connected.set()
        finally:
            connection.close()

    monkeypatch.setattr(sealed, "seal_for_workers", slow)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(connect)
        rotation.add_key()
        rotation.seal_anew()
        other.result(10)
    return token_of(cast)


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_from_before_stores_is_waited_for(ring: Path) -> None:
    cast = gather()
    stored, may_end = Event(), Event()

    def late() -> None:
        try:
            with transaction.atomic():
                letters._put("late@alma.example", "body")
                stored.set()
                assert may_end.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(late)
        assert stored.wait(10)
        rotation.add_key()
        rotation.seal_anew()
        retired = pool.submit(_retire)
        with pytest.raises(TimeoutError):
            retired.result(0.5)
        may_end.set()
        other.result(10)
        assert retired.result(20) == ["k1"]
    assert not rotation.inspect().unreadable and token_of(cast)


def _retire() -> list[str]:
    try:
        return rotation.retire()
    finally:
        connection.close()


def test_the_command_says_numbers_and_no_keys(ring: Path, cast: Cast) -> None:
    said = rotate()
    assert re.search(r"integrations_kaspiaccount.token_cipher +k2 +\d", said)
    kept = [part for key in json.loads(ring.read_text())["keys"].values() for part in key.values()]
    assert kept and not any(part in said for part in kept)
    assert os.stat(ring).st_mode & 0o777 == 0o600
