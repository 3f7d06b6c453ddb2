"""What an owner does with personal data: sees what is kept, sets how long, forgets one buyer, asks who saw whom."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"
PHONE = "8 701 555 40 21"
BUYER = {"firstName": "Динара", "lastName": "Ахметова", "cellPhone": "7015554021"}


def test_an_owner_sets_how_long_buyers_are_kept_and_forgets_one(office: Office, sit: Sit, watch: Watch) -> None:
    code = office.new_order(customer=BUYER)
    office.wait_until_known(1)
    page = sit(AIGERIM)
    page.goto("/privacy/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Что мы храним")
    watch.look(page, "what is kept")
    page.get_by_label("Дней после конца заказа").fill("180")
    page.get_by_role("button", name="Проверить").click()
    watch.look(page, "how long, before it is set")
    page.get_by_role("button", name="Сохранить срок").click()
    expect(page.locator("#retention")).to_contain_text("180")
    page.get_by_label("Телефон покупателя").fill(PHONE)
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("#forget")).to_contain_text("Ещё идёт")
    watch.look(page, "one buyer, before he is forgotten")
    page.get_by_role("button", name="Забыть покупателя").click()
    expect(page.locator("#toasts")).to_contain_text("Покупатель забыт")
    assert "701" not in page.url
    page.goto(f"/orders/{code}/")
    expect(page.locator("#order-buyer")).to_contain_text("Ахметова")


def test_who_saw_a_buyer_stands_in_the_report(office: Office, sit: Sit, watch: Watch) -> None:
    code = office.new_order(customer=BUYER)
    office.wait_until_known(1)
    page = sit(AIGERIM)
    page.goto("/privacy/breach/")
    expect(page.get_by_text("За эти дни никому ничего не показали")).to_be_visible()
    page.goto(f"/orders/{code}/")
    page.goto("/privacy/breach/")
    expect(page.get_by_role("link", name=code)).to_be_visible()
    watch.look(page, "who saw whom")
    page.get_by_label("Адрес IP").fill("203.0.113.9")
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("link", name=code)).to_have_count(0)


def test_without_script_the_pages_do_the_same(office: Office, sit: Sit) -> None:
    page = sit(AIGERIM, java_script_enabled=False)
    page.goto("/privacy/")
    page.get_by_label("Дней после конца заказа").fill("90")
    page.get_by_role("button", name="Проверить").click()
    page.get_by_role("button", name="Сохранить срок").click()
    expect(page.locator("#retention")).to_contain_text("90")
