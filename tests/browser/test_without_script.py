"""The same work without JavaScript: links are links, forms are forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(page: Page) -> None:
    page.goto("/orders/new/")
    page.get_by_label("Почта").fill("m1@alma.example")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/orders/new/")


def reload_until(page: Page, words: str) -> None:
    """As somebody without script does: asks again and again."""
    expect(page.locator("main")).to_be_visible()
    for _ in range(300):
        if page.get_by_text(words).count():
            return
        page.reload()
    pytest.fail(f"«{words}» never came")


def test_a_shelf_is_read_and_its_orders_accepted_and_cancelled(office: Office, sit: Sit) -> None:
    accepted, cancelled = office.new_order(approved_minutes_ago=100), office.new_order()
    office.wait_until_known(2)
    page = sit(java_script_enabled=False)
    sign_in(page)
    expect(page.locator("tbody .order-row")).to_have_count(2)
    page.get_by_role("button", name=f"Принять заказ {accepted}").click()
    page.wait_for_url("**/orders/new/")
    expect(page.locator(".toast")).to_contain_text("Принимаем заказ")
    page.goto(f"/orders/{accepted}/")
    reload_until(page, "Ждёт покупателя")
    cancel(page, cancelled)
    assert [office.applied(accepted), office.applied(cancelled, "CANCELLED")] == [1, 1]


def cancel(page: Page, code: str) -> None:
    page.goto(f"/orders/{code}/")
    page.get_by_role("link", name="Отменить…").click()
    page.get_by_text("Покупатель отказался", exact=True).click()
    page.get_by_label("Звонок", exact=True).select_option("refused")
    page.get_by_role("button", name="Отменить заказ").click()
    reload_until(page, "Заказ отменён")
