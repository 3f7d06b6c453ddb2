"""A price list by the pages: brought with its mistakes, looked at while it is read, corrected, applied, taken back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from catalog.models import Offer
from catalog.price_list import reading
from kaspi_office.provisioning import find_company
from staff.models import Shop
from staff.scoping import company_scope
from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.price_list.desk import KASPI, sheet

pytestmark = pytest.mark.browser
AIGERIM = "owner@alma.example"
ROWS = (
    ("KTL-17", "", "", 5500),
    ("SML-5L-?", "", "", 9100),
    ("KTL-17", "", "", 5600),
    ("NEW-1", "Новинка", "", "дорого"),
)


def alma() -> Any:
    company = find_company("alma")
    assert company is not None
    return company_scope(company)


@pytest.fixture
def goods(office: Office) -> None:
    with alma():
        shop = Shop.objects.get(slug="alma-tech")
        for sku, price in (("KTL-17", 5000), ("SML-5L", 9000)):
            Offer.objects.create(shop_id=shop.pk, sku=sku, name=f"Товар {sku}", price=price)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The worker goes no further than its first word of how far it is, until this is set."""
    free, tell = threading.Event(), reading._tell

    def slow(*told: Any) -> None:
        tell(*told)
        free.wait(60)

    monkeypatch.setattr(reading, "_tell", slow)
    return free


def bring(page: Page) -> None:
    page.goto("/catalog/upload/")
    page.get_by_label("Магазин").select_option("alma-tech")
    file = FilePayload(name="прайс.xlsx", mimeType="application/octet-stream", buffer=sheet(KASPI, *ROWS))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Проверить").click()


def prices() -> dict[str, int]:
    with alma():
        return {one.sku: int(one.price or 0) for one in Offer.objects.filter(sku__in=("KTL-17", "SML-5L"))}


def test_a_list_is_brought_corrected_applied_and_taken_back(
    sit: Sit, office: Office, goods: None, held: threading.Event
) -> None:
    page = sit(AIGERIM)
    bring(page)
    expect(page.get_by_text("Проверяем: 4 из")).to_be_visible()
    expect(page.locator("progress")).to_be_visible()
    held.set()
    expect(page.get_by_role("cell", name="Артикул уже был в строке 2")).to_be_visible()
    expect(page.get_by_role("cell", name="Цена не число")).to_be_visible()
    page.get_by_role("button", name="Подставить SML-5L").click()
    expect(page.get_by_role("cell", name="Такого артикула нет в магазине")).to_have_count(0)
    page.get_by_role("button", name="Применить", exact=True).click()
    expect(page.get_by_text("Применено, изменили 2")).to_be_visible()
    assert prices() == {"KTL-17": 5500, "SML-5L": 9100}
    page.get_by_role("button", name="Отменить загрузку").click()
    expect(page.get_by_text("Загрузку отменили")).to_be_visible()
    assert prices() == {"KTL-17": 5000, "SML-5L": 9000}
