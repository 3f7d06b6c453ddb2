"""Prices and pieces written in their place: by keys at a desk, by fingers on a phone; refused, insisted upon, saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from catalog import stock
from catalog.models import Offer, StockItem
from kaspi_office.provisioning import find_company
from staff.clock import database_now
from staff.models import PointOfSale
from staff.scoping import company_scope
from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser
OWNER = "owner@alma.example"


def alma() -> int:
    found = find_company("alma")
    assert found is not None
    return found


def furnish() -> None:
    """Two goods of «Алма Дом», which has one point: their pieces are written in the row itself."""
    with company_scope(alma()):
        point = PointOfSale.objects.select_related("shop").get(shop__slug="alma-dom", code="PP1")
        for sku, name in (("ARU-D22", "Аромалампа"), ("KTL-17", "Чайник")):
            Offer.objects.create(shop=point.shop, sku=sku, name=name, price=30000, floor=27500)
        stock.count(point_id=point.pk, quantities={"ARU-D22": 19, "KTL-17": 4}, now=database_now())


def kept(sku: str) -> tuple[int, int]:
    with company_scope(alma()):
        return int(Offer.objects.get(sku=sku).price or 0), StockItem.objects.get(sku=sku).on_hand


def seated(sit: Sit, **options: object) -> Page:
    page = sit(OWNER, **options)
    page.goto("/catalog/?shop=alma-dom")
    return page


def test_numbers_are_written_by_keys_alone(office: Office, sit: Sit, watch: Watch) -> None:
    furnish()
    page = seated(sit)
    price, pieces = page.get_by_label("Цена, Аромалампа"), page.get_by_label("Остаток, Аромалампа, Мангилик Ел 55")
    price.focus()
    page.keyboard.type("26400")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="Ниже минимальной цены 27 500")).to_be_visible()
    expect(pieces).to_be_focused()
    watch.look(page, "catalog-refused")
    price.focus()
    page.keyboard.press("Escape")
    expect(price).to_have_value("30\u2009000")
    page.keyboard.type("28500")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-edit--saved").filter(has=price)).to_be_visible()
    expect(price).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Цена, Чайник")).to_be_focused()
    pieces.focus()
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    expect(page.locator(".offer-row").filter(has_text="Аромалампа").get_by_text("Нет остатка")).to_be_visible()
    assert (kept("ARU-D22"), kept("KTL-17")) == ((28500, 0), (30000, 4))


def test_numbers_are_written_on_a_phone(office: Office, sit: Sit, watch: Watch) -> None:
    furnish()
    page = seated(sit, viewport={"width": 390, "height": 844}, has_touch=True)
    price = page.get_by_label("Цена, Чайник")
    price.fill("20000")
    price.blur()
    insist = page.get_by_role("button", name="Всё равно поставить")
    expect(insist).to_be_visible()
    watch.look(page, "catalog-phone")
    insist.tap()
    expect(page.locator(".cell-edit--saved").filter(has=price)).to_be_visible()
    pieces = page.get_by_label("Остаток, Чайник, Мангилик Ел 55")
    pieces.fill("7")
    pieces.press("Enter")
    expect(page.locator(".cell-edit--saved").filter(has=pieces)).to_be_visible()
    assert kept("KTL-17") == (20000, 7)
