"""An owner tries rules on the past, switches them on, sees an order accepted by itself, and stops it all at one press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from catalog import stock
from kaspi_office.local.places import wait_for
from kaspi_office.provisioning import find_company
from staff.clock import database_now
from staff.models import PointOfSale
from staff.scoping import company_scope
from tests.browser.conftest import Sit
from tests.browser.office import PATIENCE, Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"
SKU = "SAY-KTL-17"
KETTLE = [{"sku": SKU, "quantity": 1}]


def test_from_a_rehearsal_to_an_order_accepted_by_itself_and_the_press_that_stops_it(
    office: Office, sit: Sit, watch: Watch
) -> None:
    count_kettles(2)
    before = office.new_order(entries=KETTLE, approved_minutes_ago=30)
    office.wait_until_known(1)
    page = sit(AIGERIM)
    page.goto("/orders/new/?shop=alma-tech")
    page.get_by_role("link", name="Автоприём").click()
    rehearse(page, watch)
    keep_and_switch_on(page)
    see_it_accepted(page, office, before, watch)
    stop_everything(page, office, watch)


def count_kettles(pieces: int) -> None:
    company = find_company("alma")
    assert company is not None
    with company_scope(company):
        point = PointOfSale.objects.get(shop__slug="alma-tech", code="PP1")
        stock.count(point_id=point.pk, quantities={SKU: pieces}, now=database_now())


def rehearse(page: Page, watch: Watch) -> None:
    page.get_by_label("Выдержка, минут").fill("много")
    page.get_by_role("button", name="Что было бы").click()
    expect(page.locator("#auto-error")).to_contain_text("целое число")
    page.get_by_label("Выдержка, минут").fill("0")
    page.get_by_role("button", name="Что было бы").click()
    expect(page.locator("#rehearsal")).to_contain_text("Принял бы 0, придержал 1")
    expect(page.locator("#group-uncounted")).to_contain_text("Остаток не указан")
    watch.look(page, "a rehearsal of auto-accept")


def keep_and_switch_on(page: Page) -> None:
    page.get_by_role("button", name="Сохранить правила").click()
    expect(page.locator("#versions")).to_contain_text("выдержка 0")
    page.get_by_role("button", name="Включить").click()
    expect(page.locator("#auto-alma-tech")).to_contain_text("Включён, версия 2")


def see_it_accepted(page: Page, office: Office, code: str, watch: Watch) -> None:
    assert wait_for(lambda: office.applied(code) == 1, seconds=PATIENCE)
    page.goto(f"/orders/{code}/?shop=alma-tech")
    expect(page.locator("main")).to_contain_text("Принят по правилу, версия 2")
    page.goto("/orders/auto-accept/?shop=alma-tech")
    expect(page.locator("#decisions tbody tr")).to_have_count(1)
    watch.look(page, "decisions of auto-accept")


def stop_everything(page: Page, office: Office, watch: Watch) -> None:
    page.get_by_role("button", name="Остановить во всей компании").click()
    expect(page.locator("main")).to_contain_text("Ни один магазин компании не принимает заказы по правилу")
    later = office.new_order(entries=KETTLE, approved_minutes_ago=20)
    office.wait_until_known(2)
    assert office.applied(later) == 0
    page.get_by_role("button", name="Снова принимать").click()
    assert wait_for(lambda: office.applied(later) == 1, seconds=PATIENCE)
    page.goto(f"/orders/{later}/?shop=alma-tech")
    expect(page.locator("main")).to_contain_text("Принят по правилу, версия 3")
    watch.look(page, "an order accepted by the rule")
