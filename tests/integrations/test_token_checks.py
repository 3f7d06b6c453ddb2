"""A new token is tried by a worker before it takes the place of the one in force."""

from datetime import UTC, datetime

import pytest

from integrations import accounts, token_checks
from integrations.kaspi.simulator.tokens import token_for
from integrations.kaspi_look import Look
from integrations.models import AccountState, CheckState, KaspiAccount, PollSlot, TokenCheck
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry, Shop
from staff.scoping import company_scope
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop

STRANGER = "S" * 43 + "="


def propose(shop: TestShop, token: str) -> None:
    with company_scope(shop.company_id):
        token_checks.propose(Shop.objects.get(pk=shop.shop_id), token, by=shop.owner, now=database_now())


def check(shop: TestShop) -> TokenCheck:
    with company_scope(shop.company_id):
        found: TokenCheck = TokenCheck.objects.get(shop_id=shop.shop_id)
        return found


def account(shop: TestShop) -> KaspiAccount:
    with company_scope(shop.company_id):
        found: KaspiAccount = KaspiAccount.objects.get(shop_id=shop.shop_id)
        return found


@pytest.fixture
def fresh_token(shop: TestShop, kaspi_server: KaspiServer) -> str:
    """A second token of the same shop, as the cabinet gives when it is changed."""
    token = "F" * 43 + "="
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "token": token})
    return token


def test_a_proven_token_takes_its_place_and_tells_points_and_numbers(
    shop: TestShop, kaspi_server: KaspiServer, fresh_token: str
) -> None:
    kaspi_server.order(shop.merchant_uid)
    propose(shop, fresh_token)
    assert accounts.token_of(account(shop)) != fresh_token
    assert token_checks.check_due() == 1
    proven, seen = check(shop), Look.from_json(check(shop).found)
    assert seen is not None and (seen.totals["NEW"], seen.merchants) == (1, {shop.merchant_uid})
    assert (proven.state, proven.cipher) == (CheckState.PROVEN, None)
    assert accounts.token_of(account(shop)) == fresh_token


def test_a_wrong_token_is_forgotten_and_the_old_one_stays(shop: TestShop, kaspi_server: KaspiServer) -> None:
    before = accounts.token_of(account(shop))
    propose(shop, STRANGER)
    token_checks.check_due()
    refused = check(shop)
    assert (refused.state, refused.problem, refused.cipher) == (CheckState.REFUSED, "not_taken", None)
    now = account(shop)
    assert (accounts.token_of(now), now.state, now.refused_in_row) == (before, AccountState.OK, 0)


def test_a_token_of_another_shop_is_not_put_in_force() -> None:
    seen = Look(moment(), moment(), merchants=frozenset({"30000002"}))
    assert seen.of_another_shop("30000001") and not seen.of_another_shop("30000002")


def test_silence_is_no_refusal(shop: TestShop, kaspi_server: KaspiServer, fresh_token: str) -> None:
    kaspi_server.control("faults", {"kind": "500", "times": 50})
    before = accounts.token_of(account(shop))
    propose(shop, fresh_token)
    token_checks.check_due()
    waiting = check(shop)
    assert waiting.state == CheckState.QUEUED and waiting.try_at > database_now()
    with company_scope(shop.company_id):
        late = {"attempts": token_checks.MOST_ATTEMPTS, "try_at": database_now()}
        TokenCheck.objects.update(**late)
    token_checks.check_due()
    assert (check(shop).state, check(shop).problem) == (CheckState.FAILED, "no_answer")
    assert accounts.token_of(account(shop)) == before


def test_who_was_asked_about_an_earlier_token_changes_nothing(shop: TestShop, fresh_token: str) -> None:
    propose(shop, STRANGER)
    with company_scope(shop.company_id):
        stale = TokenCheck.objects.get(shop_id=shop.shop_id)
    late = token_checks.Due(stale.pk, shop.company_id, shop.shop_id, stale.turn)
    propose(shop, fresh_token)
    token_checks._adopt(late)
    token_checks._end(late, CheckState.REFUSED, "not_taken")
    assert check(shop).state == CheckState.QUEUED
    assert accounts.token_of(account(shop)) != STRANGER


def test_a_look_with_the_token_in_force_changes_no_token(shop: TestShop, kaspi_server: KaspiServer) -> None:
    before = bytes(account(shop).token_cipher)
    with company_scope(shop.company_id):
        token_checks.look_again(Shop.objects.get(pk=shop.shop_id), by=shop.owner, now=database_now())
    token_checks.check_due()
    assert check(shop).state == CheckState.PROVEN and bytes(account(shop).token_cipher) == before


def test_a_forgotten_token_stops_the_exchange_and_a_new_one_begins_it(
    shop: TestShop, kaspi_server: KaspiServer, fresh_token: str
) -> None:
    with company_scope(shop.company_id):
        there = Shop.objects.get(pk=shop.shop_id)
        assert accounts.forget(there, by=shop.owner, now=database_now())
        assert not accounts.forget(there, by=shop.owner, now=database_now())
        assert not accounts.resume(there, by=shop.owner, now=database_now())
        assert not PollSlot.objects.exclude(due_at=None).exists()
        with pytest.raises(Refused):
            token_checks.look_again(there, by=shop.owner, now=database_now())
    assert (account(shop).state, bytes(account(shop).token_cipher)) == (AccountState.FORGOTTEN, b"")
    propose(shop, fresh_token)
    token_checks.check_due()
    assert account(shop).state == AccountState.OK


def test_the_journal_has_the_end_of_a_token_and_never_more(shop: TestShop, fresh_token: str) -> None:
    propose(shop, fresh_token)
    with company_scope(shop.company_id):
        entry = AuditEntry.objects.get(action="shop.token_proposed")
    assert entry.after == {"tail": fresh_token[-4:]}


def test_the_token_in_force_is_known_without_opening_it(cast: Cast) -> None:
    with cast.alma.scope():
        shop = cast.alma.shop("alma-tech")
        assert accounts.is_in_force(shop.pk, token_for("30000001"))
        assert not accounts.is_in_force(shop.pk, STRANGER)
        assert len(KaspiAccount.objects.get(shop_id=shop.pk).token_print) == 64


def moment() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)
