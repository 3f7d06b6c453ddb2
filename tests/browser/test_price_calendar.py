"""A price is planned for goods ticked in the list, seen in its week at a desk and on a phone, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalog.models import Offer, PlannedPrice
from staff.models import Shop
from staff.scoping import company_scope
from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.test_catalog_edit import OWNER, alma
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser


def furnish() -> None:
    with company_scope(alma()):
        shop = Shop.objects.get(slug="alma-dom")
        for sku, name in (("ARU-D22", "Аромалампа"), ("KTL-17", "Чайник")):
            Offer.objects.create(shop=shop, sku=sku, name=name, price=30000, floor=27500)


def states() -> list[str]:
    with company_scope(alma()):
        return sorted(PlannedPrice.objects.values_list("state", flat=True))


def test_a_sale_is_planned_from_the_list_of_goods_and_taken_back(office: Office, sit: Sit, watch: Watch) -> None:
    furnish()
    page = sit(OWNER)
    page.goto("/catalog/?shop=alma-dom")
    for box in page.locator("[name=pick]").all():
        box.check()
    page.get_by_role("button", name="По срокам").click()
    expect(page.get_by_label("Артикулы")).to_have_value("ARU-D22\nKTL-17")
    page.get_by_label("Цена, ₸").fill("25000")
    page.get_by_role("button", name="Запланировать").click()
    expect(page.get_by_role("alert")).to_contain_text("Ниже минимальной цены 27")
    watch.look(page, "price-plan-refused")
    page.get_by_label("Разрешаю цену за границами").check()
    page.get_by_label("Город").select_option("Астана")
    page.get_by_role("button", name="Запланировать").click()
    expect(page.locator(".plan-bar")).to_have_count(2)
    watch.look(page, "price-calendar")
    page.get_by_role("button", name="Отменить все 2").first.click()
    expect(page.get_by_text("Отменено планов: 2")).to_be_visible()
    assert states() == ["cancelled", "cancelled"]
