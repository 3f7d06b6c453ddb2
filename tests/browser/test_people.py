"""People at the browser: a manager comes by a link and sees his point, a role loses a right, somebody is let go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AIGERIM, SANZHAR = "owner@alma.example", "sanzhar@alma.example"
PASSWORD = "tulip-Almaty-2026-blue"


def open_dialog(page: Page, link: str, title: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("dialog", name=title)).to_be_visible()


def invite(owner: Page, watch: Watch) -> str:
    """The owner hands over a link to PP2; answers its path."""
    owner.goto("/staff/")
    watch.look(owner, "people")
    open_dialog(owner, "Пригласить", "Пригласить сотрудника")
    owner.get_by_label("Роль").select_option("courier")
    expect(owner.get_by_text("выдаёт их по коду")).to_be_visible()
    owner.get_by_label("Роль").select_option("order_manager")
    expect(owner.get_by_text("выдаёт заказы своей точки")).to_be_visible()
    watch.look(owner, "inviting")
    owner.get_by_label("Имя", exact=True).fill("Санжар")
    owner.get_by_role("button", name="Пригласить", exact=True).click()
    expect(owner.get_by_text("Выберите магазин или точку")).to_be_visible()
    owner.get_by_role("checkbox", name="Розыбакиева 247").check()
    owner.get_by_role("button", name="Пригласить", exact=True).click()
    expect(owner.get_by_role("img", name=re.compile("QR со ссылкой"))).to_be_visible()
    watch.look(owner, "a link with its QR")
    found = re.search(r"/invite/\S+", owner.get_by_label("Ссылка", exact=True).input_value())
    assert found is not None
    owner.get_by_role("link", name="Готово").click()
    expect(owner.get_by_role("button", name="Отозвать приглашение: Санжар")).to_be_visible()
    watch.look(owner, "an open link in the list")
    return found[0]


def join(page: Page, path: str, watch: Watch) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Команда «ТОО Алма»")
    watch.look(page, "an invitation")
    page.get_by_label("Почта").fill(SANZHAR)
    page.get_by_label("Пароль", exact=True).fill("short")
    page.get_by_role("button", name="Войти в команду").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти в команду").click()
    page.wait_for_url(re.compile("/orders/"))


def test_a_manager_comes_by_a_link_works_and_is_let_go(office: Office, sit: Sit, watch: Watch) -> None:
    mine, other = office.new_order(point="PP2"), office.new_order(point="PP1")
    office.wait_until_known(2)
    owner, newcomer = sit(AIGERIM), sit(locale="ru-RU")
    path = invite(owner, watch)
    join(newcomer, path, watch)
    expect(newcomer.locator(f'a[href="/orders/{mine}/"]').first).to_be_visible()
    expect(newcomer.locator(f'a[href="/orders/{other}/"]')).to_have_count(0)
    assert (newcomer.request.get(path).status, newcomer.request.get("/quality/").status) == (404, 200)

    take_a_right_away(owner, watch)
    assert newcomer.request.get("/quality/").status == 403

    # A shelf asks for news by itself, and would be told 401.
    newcomer.goto("about:blank")
    let_go(owner, watch)
    newcomer.goto("/orders/new/")
    newcomer.wait_for_url(re.compile("/login/"))


def take_a_right_away(owner: Page, watch: Watch) -> None:
    owner.goto("/staff/")
    open_dialog(owner, "Менеджер заказов", "Роль «Менеджер заказов»")
    watch.look(owner, "rights of a role")
    owner.get_by_role("checkbox", name="Показатели магазина").uncheck()
    owner.get_by_role("button", name="Сохранить права").click()
    expect(owner.get_by_text("Права роли изменены: Менеджер заказов")).to_be_visible()
    expect(owner.get_by_text("изменена")).to_be_visible()


def let_go(owner: Page, watch: Watch) -> None:
    open_dialog(owner, "Изменить: Санжар", "Санжар")
    watch.look(owner, "a person")
    owner.get_by_role("button", name="Временный пароль").click()
    expect(owner.get_by_role("heading", name="Временный пароль: Санжар")).to_be_visible()
    watch.look(owner, "a password told once")
    owner.get_by_role("link", name="Готово").click()
    open_dialog(owner, "Изменить: Санжар", "Санжар")
    owner.get_by_role("button", name="Отключить").click()
    expect(owner.get_by_text("Санжар: доступ закрыт")).to_be_visible()


def test_people_are_invited_without_script(office: Office, sit: Sit) -> None:
    page = sit(AIGERIM, java_script_enabled=False)
    page.goto("/staff/")
    page.get_by_role("link", name="Пригласить", exact=True).click()
    page.get_by_label("Имя", exact=True).fill("Санжар")
    page.get_by_role("checkbox", name="Розыбакиева 247").check()
    page.get_by_role("button", name="Пригласить", exact=True).click()
    expect(page.get_by_label("Ссылка", exact=True)).to_have_value(re.compile("/invite/"))


def test_an_own_role_is_made_and_a_second_step_demanded(office: Office, sit: Sit, watch: Watch) -> None:
    page = sit(AIGERIM)
    page.goto("/staff/")
    open_dialog(page, "Своя роль", "Своя роль")
    page.get_by_role("dialog").get_by_label("Название").fill("Старший смены")
    page.get_by_role("button", name="Добавить роль").click()
    expect(page.get_by_text("Роль добавлена: Старший смены")).to_be_visible()
    open_dialog(page, "Второй шаг", "Второй шаг входа")
    watch.look(page, "demanding a second step")
    page.get_by_label("Обязателен для всех").check()
    page.get_by_label("С какого дня").fill("2020-01-01")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("День от сегодняшнего")).to_be_visible()
