"""The page of the exchange: what an owner does there with shops, tokens and keys, and our orders beside Kaspi's."""

import re
import time

import pytest
from django.test import Client

from integrations import token_checks
from integrations.kaspi_look import STATES
from integrations.models import KaspiAccount, TokenCheck
from orders.facts.gaps import gaps_page
from orders.models import Order
from staff.clock import database_now
from staff.models import ApiKey, Shop
from staff.scoping import company_scope
from staff.signin.sudo import FRESH
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop

TOKEN = "N" * 43 + "="
NEW = {"name": "Алма Сад", "merchant_uid": "30000099", "token": TOKEN}
SENSITIVE = ("/integrations/alma-tech/token/", "/integrations/shops/", "/integrations/keys/", "/integrations/leak/")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def stale(browser: Client) -> Client:
    """He signed in too long ago to be taken at his word."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - FRESH - 1
    session.save()
    return browser


@pytest.mark.parametrize("address", SENSITIVE)
def test_keys_tokens_and_leaks_ask_for_a_recent_proof(cast: Cast, address: str) -> None:
    answer = stale(cast.aigerim.browser()).post(address, {**NEW, "scopes": ["orders:read"]})
    assert answer.status_code == 302 and "/account/confirm/" in answer.headers["Location"]
    with cast.alma.scope():
        assert not TokenCheck.objects.exists() and not Shop.objects.filter(name="Алма Сад").exists()


def test_a_shop_is_connected_with_its_number_and_token(cast: Cast) -> None:
    answer = cast.aigerim.browser().post("/integrations/shops/", NEW, follow=True)
    assert "Алма Сад" in text(answer) and TOKEN not in text(answer)
    with cast.alma.scope():
        shop = Shop.objects.get(name="Алма Сад")
        assert TokenCheck.objects.get(shop_id=shop.pk).state == "queued"
        assert not KaspiAccount.objects.filter(shop_id=shop.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Назовите магазин"),
        ({"merchant_uid": "x"}, "Номер магазина"),
        ({"merchant_uid": "30000001"}, "уже есть"),
        ({"token": "два слова"}, "без пробелов"),
    ],
)
def test_what_is_no_shop_comes_back_with_a_word_and_nothing_is_made(
    cast: Cast, wrong: dict[str, str], words: str
) -> None:
    answer = cast.aigerim.browser().post("/integrations/shops/", NEW | wrong)
    assert answer.status_code == 422 and words in text(answer) and TOKEN not in text(answer)
    with cast.alma.scope():
        assert not Shop.objects.filter(name="Алма Сад").exists()


def test_a_key_is_shown_once(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    shown = text(browser.post("/integrations/keys/", {"name": "1С", "scopes": ["orders:read"], "lives": "90"}))
    found = re.search(r"kz_live_\w{57}", shown)
    assert found and found[0] not in text(browser.get("/integrations/"))
    assert cast.alma.program(found[0]).get("/api/v1/orders").status_code == 200


def test_a_key_is_changed_and_revoked_by_its_buttons(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    browser.post("/integrations/keys/", {"name": "1С", "scopes": ["orders:read"]})
    with cast.alma.scope():
        old = ApiKey.objects.get(name="1С")
    assert "Прежний ключ работает ещё сутки" in text(browser.post(f"/integrations/keys/{old.public_id}/replace/"))
    browser.post(f"/integrations/keys/{old.public_id}/revoke/")
    with cast.alma.scope():
        old.refresh_from_db()
        assert old.revoked_at and ApiKey.objects.get(name="1С").revoked_at is None


def test_who_does_not_manage_shops_sees_no_keys_and_no_forms(cast: Cast) -> None:
    with cast.alma.scope():
        cast.bolat.member.__class__.objects.filter(pk=cast.bolat.member.pk).update(role="admin")
    page = text(cast.bolat.browser().get("/integrations/"))
    assert "Подключён" in page and not {"token", "scopes", "merchant_uid"} & set(re.findall(r'name="(\w+)"', page))


def test_our_orders_stand_beside_kaspis_and_what_lacks_is_said(shop: TestShop, kaspi_server: KaspiServer) -> None:
    for _ in range(3):
        kaspi_server.order(shop.merchant_uid)
    shop.poll()
    kaspi_server.order(shop.merchant_uid)
    with company_scope(shop.company_id):
        there = Shop.objects.get(pk=shop.shop_id)
        token_checks.look_again(there, by=shop.owner, now=database_now())
    token_checks.check_due()
    with company_scope(shop.company_id):
        Order.objects.update(point_id=None)
        page = gaps_page(there, now=database_now())
    new = page.states[STATES.index("NEW")]
    assert (new.theirs, new.ours, new.chip.text) == (4, 3, "не хватает 1")
    assert any(one.level == "warn" and "3" in one.title and "неизвестной точкой" in one.title for one in page.findings)


def test_a_point_that_we_do_not_know_is_named(shop: TestShop, kaspi_server: KaspiServer) -> None:
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "points": ["PP1", "PP7"]})
    for point in ("PP1", "PP7"):
        kaspi_server.order(shop.merchant_uid, point=point)
    with company_scope(shop.company_id):
        there = Shop.objects.get(pk=shop.shop_id)
        token_checks.look_again(there, by=shop.owner, now=database_now())
    token_checks.check_due()
    with company_scope(shop.company_id):
        assert set(TokenCheck.objects.get().found["points"]) == {"PP1", "PP7"}
