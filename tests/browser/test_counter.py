"""The shared computer of a point: the owner opens it, people change at it by PIN, and it is closed from afar.

And the shifts of those people, and the hours of their point.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

AIGERIM, BOLAT, DANIYAR = "owner@alma.example", "m1@alma.example", "m2@alma.example"
PINS = {BOLAT: "4071", DANIYAR: "835260"}


def sign_in(page: Page, email: str) -> None:
    page.goto("/login/")
    page.get_by_label("Почта").fill(email)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url(re.compile(r"/orders/new/|/$"))


def set_pin(page: Page, email: str, watch: Watch) -> None:
    """On his own page, from the menu."""
    sign_in(page, email)
    page.locator(".user-chip").click()
    page.get_by_role("link", name="Профиль").click()
    page.get_by_label("PIN", exact=True).fill("1234")
    page.get_by_role("button", name="Задать PIN").click()
    expect(page.get_by_role("alert")).to_contain_text("легко подобрать")
    watch.look(page, "a profile with a weak PIN")
    page.get_by_label("PIN", exact=True).fill(PINS[email])
    page.get_by_role("button", name="Задать PIN").click()
    expect(page.locator("#pin-card")).to_contain_text("задан")


def open_desk(page: Page, watch: Watch) -> None:
    page.goto("/staff/")
    page.get_by_role("link", name="Открыть на этом").click()
    dialog = page.get_by_role("dialog", name="Общий компьютер")
    dialog.get_by_label("Название").fill("Касса 1")
    dialog.get_by_label("Точка").select_option(label="Розыбакиева 247")
    watch.look(page, "opening a desk")
    dialog.get_by_role("button", name="Открыть").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Кто за компьютером?")


def take_over(page: Page, name: str, pin: str) -> None:
    page.get_by_role("link", name=name).click()
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Войти", exact=True).click()


def give_back(page: Page) -> None:
    page.locator(".user-chip").click()
    page.get_by_role("button", name="Сменить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Кто за компьютером?")


def give_point(owner: Page) -> None:
    """Болат works at PP2 as well."""
    owner.goto("/staff/")
    owner.get_by_role("link", name=re.compile("Болат")).first.click()
    owner.get_by_role("dialog").get_by_label("Розыбакиева 247").check()
    owner.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
    expect(owner.locator("#people").get_by_role("row", name=re.compile("Болат"))).to_contain_text("Розыбакиева 247")


def test_two_people_share_a_computer(office: Office, sit: Sit, watch: Watch) -> None:
    for email in PINS:
        set_pin(sit(), email, watch)
    owner, desk = sit(), sit()
    sign_in(owner, AIGERIM)
    give_point(owner)
    sign_in(desk, AIGERIM)
    open_desk(desk, watch)
    watch.look(desk, "who is at the computer")
    take_over(desk, "Болат", "9173")
    expect(desk.get_by_role("alert")).to_have_text("PIN не подходит")
    watch.look(desk, "a wrong PIN")
    desk.get_by_label("PIN").fill(PINS[BOLAT])
    desk.get_by_role("button", name="Войти", exact=True).click()
    expect(desk.locator(".user-chip")).to_contain_text("Болат")
    expect(desk.locator(".shop-switch__org").first).to_have_text("ТОО Алма")
    give_back(desk)
    take_over(desk, "Данияр", PINS[DANIYAR])
    expect(desk.locator(".user-chip")).to_contain_text("Данияр")
    close_from_afar(owner, desk, watch)


def close_from_afar(owner: Page, desk: Page, watch: Watch) -> None:
    """The owner closes it; the next press at it leads out. A shelf would find it out by itself, with its next poll."""
    desk.goto("/shift/")
    owner.goto("/staff/")
    watch.look(owner, "a list of desks")
    owner.get_by_role("button", name="Закрыть Касса 1").click()
    expect(owner.locator("#desks")).to_contain_text("Открытых нет")
    desk.get_by_role("link", name=re.compile("Самовывоз")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Здесь входят по паролю")
    watch.look(desk, "a closed desk")


def test_a_shift_is_taken_in_a_dialog_and_seen_by_the_owner(office: Office, sit: Sit, watch: Watch) -> None:
    bolat = sit(BOLAT)
    bolat.goto("/orders/pickup/")
    bolat.locator(".user-chip").click()
    bolat.get_by_role("link", name="Смена").click()
    watch.look(bolat, "taking a point")
    bolat.get_by_role("dialog", name="Смена").get_by_role("button", name="Встать на смену").click()
    expect(bolat.get_by_text("Вы на смене: Склад Абая 52")).to_be_visible()
    assert bolat.url.endswith("/orders/pickup/")
    owner = sit(AIGERIM)
    owner.goto("/staff/")
    expect(owner.locator(".card", has_text="Склад Абая 52")).to_contain_text("На сменеБолат")


def test_the_hours_of_a_point_are_changed_in_a_dialog(office: Office, sit: Sit, watch: Watch) -> None:
    owner = sit()
    sign_in(owner, AIGERIM)
    owner.goto("/staff/")
    owner.get_by_role("link", name="Изменить точку Склад Абая 52").click()
    dialog = owner.get_by_role("dialog", name="Склад Абая 52")
    dialog.get_by_label("Воскресенье").fill("18:00–09:00")
    dialog.get_by_role("button", name="Сохранить").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Воскресенье: закрытие должно быть позже открытия")
    watch.look(owner, "a point with wrong hours")
    dialog.get_by_label("Воскресенье").fill("10:00–13:00, 14:00–17:00")
    dialog.get_by_role("button", name="Сохранить").click()
    card = owner.locator(".card", has_text="Склад Абая 52")
    expect(card).to_contain_text("10:00–13:00, 14:00–17:00")
    watch.look(owner, "cards of points")


def test_a_desk_works_without_script(office: Office, sit: Sit, watch: Watch) -> None:
    set_pin(sit(), DANIYAR, watch)
    plain = sit(java_script_enabled=False)
    sign_in(plain, AIGERIM)
    plain.goto("/staff/#open-desk")
    plain.get_by_label("Название").fill("Касса 2")
    plain.locator("#desk-point").select_option(label="Розыбакиева 247")
    plain.locator("#open-desk").get_by_role("button", name="Открыть").click()
    take_over(plain, "Данияр", PINS[DANIYAR])
    expect(plain.locator(".user-chip")).to_contain_text("Данияр")
