"""A shelf worked through without the mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def codes(office: Office) -> list[str]:
    """Three orders, the most urgent first."""
    made = [office.new_order(approved_minutes_ago=90 - number) for number in range(3)]
    office.wait_until_known(3)
    return made


@pytest.fixture
def page(codes: list[str], sit: Sit) -> Page:
    page = sit("m1@alma.example")
    page.goto("/orders/new/")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_cursor_goes_down_and_up_and_a_accepts_where_it_stands(
    office: Office, page: Page, codes: list[str]
) -> None:
    press(page, "j", "j", "j", "k")
    expect(page.locator(".order-row--cursor")).to_have_id(f"order-{codes[1]}")
    press(page, "a")
    expect(page.locator(f"#order-{codes[1]}")).to_contain_text("принимаем…")
    expect(page.locator(f"#order-{codes[1]}")).to_have_count(0)
    assert [office.applied(code) for code in codes] == [0, 1, 0]


def test_enter_opens_the_order_aside_and_escape_closes_it(page: Page, codes: list[str]) -> None:
    press(page, "j", "Enter")
    drawer = page.locator("#order-drawer:modal")
    expect(drawer).to_have_attribute("data-code", codes[0])
    press(page, "Escape")
    expect(page.locator("#drawer-slot > *")).to_have_count(0)


def test_x_picks_and_escape_drops_the_picks(page: Page) -> None:
    press(page, "j", "x", "j", "j", "Shift+X")
    expect(page.locator("#bulk")).to_contain_text("Выбрано 3")
    press(page, "Escape")
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_slash_leads_to_the_search_and_a_question_mark_to_the_list_of_keys(page: Page, watch: Watch) -> None:
    press(page, "Shift+?")
    expect(page.locator("#keys:modal")).to_be_visible()
    watch.look(page, "list of keys")
    press(page, "Escape", "/", "a")
    expect(page.get_by_label("Поиск по заказам полки")).to_have_value("a")


def test_digits_and_letters_lead_to_shelves_and_sections(page: Page) -> None:
    press(page, "3")
    page.wait_for_url(re.compile("/orders/pickup/"))
    press(page, "g", "k")
    page.wait_for_url(re.compile("/quality/"))
