"""The door in a browser: the second step by codes and by a passkey, devices, a forgotten password."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch
from tests.cast import PASSWORD
from tests.signin.phone import code_of

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def named(office: Office) -> str:
    """The same house by name: a browser makes passkeys for no bare address."""
    return office.address.replace("127.0.0.1", "localhost")


def enter_password(page: Page, base: str) -> None:
    page.goto(f"{base}/login/")
    page.get_by_label("Почта").fill(AIGERIM)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()


def leave(page: Page, base: str) -> None:
    page.goto(f"{base}/account/")
    page.locator(".user-chip").click()
    page.get_by_role("button", name="Выйти").first.click()
    page.wait_for_url("**/login/")


def turn_on_codes(page: Page, base: str) -> str:
    page.goto(f"{base}/account/")
    page.get_by_role("link", name="Включить").first.click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Код", exact=True).press_sequentially(code_of(secret, steps=-1))
    expect(page.get_by_role("heading", name="Запасные коды")).to_be_visible()
    return secret


def test_codes_from_an_app_and_spare_ones(office: Office, sit: Sit, watch: Watch) -> None:
    page, base = sit(), named(office)
    enter_password(page, base)
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/account/app/")
    watch.look(page, "app for codes")
    secret = turn_on_codes(page, base)
    spare = page.locator("#recovery-codes li").first.inner_text()
    watch.look(page, "recovery codes")
    page.goto(f"{base}/account/")
    watch.look(page, "account")
    leave(page, base)
    enter_password(page, base)
    watch.look(page, "second step")
    page.get_by_label("Код", exact=True).press_sequentially(code_of(secret))
    page.wait_for_url(f"{base}/")
    leave(page, base)
    enter_password(page, base)
    page.get_by_label("Код", exact=True).fill(spare)
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url(f"{base}/")


def test_a_passkey_is_added_and_opens(office: Office, sit: Sit, watch: Watch) -> None:
    page, base = sit(), named(office)
    console = page.context.new_cdp_session(page)
    console.send("WebAuthn.enable")
    console.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    enter_password(page, base)
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/account/passkey/")
    page.get_by_label("Название").fill("Ноутбук")
    watch.look(page, "passkey")
    page.get_by_role("button", name="Добавить ключ").click()
    expect(page.get_by_role("heading", name="Запасные коды")).to_be_visible()
    leave(page, base)
    enter_password(page, base)
    page.wait_for_url("**/login/code/")
    page.get_by_role("button", name="Войти с ключом доступа").click()
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/account/")
    expect(page.get_by_text("Ноутбук")).to_be_visible()


def test_a_bare_address_says_that_keys_want_a_name(office: Office, sit: Sit) -> None:
    page = sit(AIGERIM)
    page.goto("/account/passkey/")
    expect(page.get_by_text("зайдите через localhost или ваш домен")).to_be_visible()
    expect(page.get_by_role("button", name="Добавить ключ")).to_have_count(0)


def test_one_browser_ends_another(office: Office, sit: Sit) -> None:
    here, there = sit(AIGERIM), sit(AIGERIM)
    here.goto("/account/")
    here.get_by_role("button", name=re.compile("Завершить вход")).click()
    expect(here.get_by_role("button", name=re.compile("Завершить вход"))).to_have_count(0)
    there.goto("/account/")
    there.wait_for_url("**/login/?next=**")


def test_the_pages_of_a_forgotten_password(office: Office, sit: Sit, watch: Watch) -> None:
    page = sit()
    page.goto("/login/")
    watch.look(page, "login")
    page.get_by_role("link", name="Забыли пароль").click()
    watch.look(page, "forgotten password")
    page.get_by_label("Почта").fill(AIGERIM)
    page.get_by_role("button", name="Прислать ссылку").click()
    expect(page.get_by_role("heading", name="Проверьте почту")).to_be_visible()


def test_what_is_sensitive_asks_once_more(office: Office, sit: Sit, watch: Watch) -> None:
    page = sit(AIGERIM)
    page.goto("/account/confirm/?next=/account/password/")
    watch.look(page, "confirm")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Подтвердить").first.click()
    page.wait_for_url("**/account/password/")
    watch.look(page, "new password")


def test_what_a_page_asks_by_itself_is_marked_as_nobodys(office: Office, sit: Sit) -> None:
    page = sit(AIGERIM)
    page.goto("/orders/new/")
    with page.expect_request("**/pulse/**") as asked:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert asked.value.headers.get("office-unattended") == "1"
