"""Home, quality, goods, people, the exchange: who may open them, and what they say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from catalog.models import Offer, StockItem
from integrations.kaspi.simulator.tokens import token_for
from integrations.models import AccountState, KaspiAccount, ParkedOrder, TokenCheck
from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets
from staff import checks
from staff.clock import database_now
from staff.models import AuditEntry, ExpiryPolicy, Shop
from staff.permissions import ROLES, Permission
from tests.cast import Cast

PAGES = ("/", "/quality/", "/catalog/", "/staff/", "/integrations/")


def text(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ").replace("\u2009", " ")


@pytest.mark.parametrize("url", PAGES)
def test_an_owner_opens_every_page(cast: Cast, url: str) -> None:
    cast.place()
    assert "<main" in text(cast.aigerim.browser(), url)


@pytest.mark.parametrize("url", ["/staff/", "/integrations/"])
def test_a_manager_is_kept_from_the_pages_of_the_owner(cast: Cast, url: str) -> None:
    assert cast.bolat.browser().get(url).status_code == 403


def test_a_manager_begins_at_the_new_orders(cast: Cast) -> None:
    assert cast.bolat.browser().get("/")["Location"] == "/orders/new/"


def test_home_counts_what_came_and_what_waits(cast: Cast) -> None:
    first, second = cast.place(), cast.place(shop="alma-dom")
    page = text(cast.aigerim.browser(), "/")
    total = f"{int(first.total_price + second.total_price):,}".replace(",", " ")
    assert f"{total} ₸" in page
    assert '<span class="num">2</span>' in page


def test_home_names_a_shop_whose_token_is_refused(cast: Cast) -> None:
    with cast.alma.scope():
        KaspiAccount.objects.filter(shop_id=cast.alma.shop("alma-dom").pk).update(state=AccountState.REFUSED)
    assert "Обмен остановлен: Kaspi не принимает токен" in text(cast.aigerim.browser(), "/")


def test_the_quality_page_shows_the_orders_behind_the_number(cast: Cast) -> None:
    order = cast.place(Stage.CANCELLED)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(
            fault="seller", cancellation_reason="MERCHANT_OUT_OF_STOCK", cancelled_at=two_days_ago()
        )
    buckets.recount_due()
    page = text(cast.aigerim.browser(), "/quality/?metric=cancelled")
    assert f"/orders/{order.code}/" in page
    assert "нет в наличии" in page
    assert "1 отмена" in page


def test_a_manager_does_not_see_orders_of_other_points_behind_a_number(cast: Cast) -> None:
    order = cast.place(Stage.CANCELLED, point="PP2")
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(fault="seller", cancelled_at=two_days_ago())
    buckets.recount_due()
    assert order.code not in text(cast.bolat.browser(), "/quality/?metric=cancelled&shop=alma-tech")


@pytest.mark.parametrize("query", ["metric=beauty", "start=-1", "start=x", "start=9999999999"])
def test_a_wrong_address_of_quality_is_told(cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(f"/quality/?{query}").status_code == 400


def two_days_ago() -> datetime:
    return database_now() - timedelta(days=2)


def test_the_exchange_shows_the_end_of_a_token_and_never_the_token(cast: Cast) -> None:
    page = text(cast.aigerim.browser(), "/integrations/")
    token = token_for("30000001")
    assert f"•••• {token[-4:]}" in page
    assert token not in page


def test_an_owner_gives_a_new_token_and_it_is_tried_before_it_is_in_force(cast: Cast) -> None:
    browser, token = cast.aigerim.browser(), "Q" * 43 + "="
    answer = browser.post("/integrations/alma-tech/token/", {"token": token}, follow=True)
    assert token not in answer.content.decode()
    with cast.alma.scope():
        account = KaspiAccount.objects.get(shop_id=cast.alma.shop("alma-tech").pk)
        check = TokenCheck.objects.get(shop_id=account.shop_id)
    assert token.encode() not in bytes(check.cipher or b"")
    assert (check.state, check.tail) == ("queued", "QQQ=")
    assert account.token_tail == token_for("30000001")[-4:]
    assert "Спрашиваем Kaspi" in answer.content.decode()


def test_a_token_that_cannot_be_one_comes_back_with_a_word(cast: Cast) -> None:
    answer = cast.aigerim.browser().post("/integrations/alma-tech/token/", {"token": "два слова"})
    assert answer.status_code == 422
    assert "без пробелов" in answer.content.decode()


def test_the_expiry_policy_is_changed_with_a_trace(cast: Cast) -> None:
    cast.aigerim.browser().post("/integrations/alma-tech/expiry/", {"expiry_policy": "push"})
    with cast.alma.scope():
        assert Shop.objects.get(slug="alma-tech").expiry_policy == ExpiryPolicy.PUSH
        entry = AuditEntry.objects.get(action="shop.expiry_policy")
    assert (entry.before, entry.after) == ({"expiry_policy": "mirror"}, {"expiry_policy": "push"})


@pytest.mark.parametrize("what", ["token", "resume", "expiry"])
def test_a_shop_of_another_company_cannot_be_managed(cast: Cast, what: str) -> None:
    answer = cast.aigerim.browser().post(f"/integrations/bereke-tools/{what}/", {"token": "x", "expiry_policy": "off"})
    assert answer.status_code == 404


def test_a_parked_order_is_listed_with_its_problem(cast: Cast) -> None:
    now = database_now()
    with cast.alma.scope():
        shop = cast.alma.shop("alma-tech")
        ParkedOrder.objects.create(
            shop=shop,
            kaspi_id="x",
            code="777000111",
            problem="Нет суммы",
            raw_text="{}",
            first_seen_at=now,
            last_seen_at=now,
        )
    assert "Нет суммы" in text(cast.aigerim.browser(), "/integrations/")


def test_goods_show_what_lies_where_and_what_is_held(cast: Cast) -> None:
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP1")
        Offer.objects.create(shop_id=point.shop_id, sku="NOM-R2", name="Робот-пылесос", price=84990)
        StockItem.objects.create(point=point, sku="NOM-R2", on_hand=1, reserved=3, counted_at=database_now())
    page = text(cast.aigerim.browser(), "/catalog/?stock=short")
    assert "Робот-пылесос" in page
    assert "не хватает 2" in page


def test_a_phone_is_shown_only_to_those_who_may_see_buyers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order = cast.place(customer={"firstName": "Ольга", "lastName": "Ким", "cellPhone": "7775554021"})
    browser = cast.bolat.browser()
    assert "+7 (777) 555-40-21" in text(browser, f"/orders/{order.code}/")
    role = next(role for role in ROLES if role == "order_manager")
    less = replace(ROLES[role], rights=ROLES[role].rights - {Permission.BUYERS_SEE})
    monkeypatch.setitem(ROLES, role, less)
    for url in ("/orders/new/", f"/orders/{order.code}/", f"/orders/{order.code}/cancel/"):
        assert "555-40-21" not in text(browser, url)


def test_every_address_says_whom_it_is_for() -> None:
    assert checks.every_view_is_marked() == []


def test_an_address_without_a_mark_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def unmarked(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    monkeypatch.setattr(checks, "views", lambda: iter([("secret/", path("secret/", unmarked).callback)]))
    assert [error.id for error in checks.every_view_is_marked()] == ["staff.E001"]
