"""What an owner opens in a day: every page answers, looks as it should, and says how the first read goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.office import OTHER_SHOP, SHOP, Office
from tests.browser.watch import Watch
from tests.kaspi_server import KaspiServer

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"
PAGES = {
    "home": ("/", "Обзор"),
    "share of cancels": ("/quality/?metric=cancelled", "Качество"),
    "rating": ("/quality/?metric=rating&shop=alma-tech", "Качество"),
    "goods": ("/catalog/", "Товары"),
    "people": ("/staff/", "Команда"),
    "exchange": ("/integrations/", "Интеграции"),
    "archive": ("/orders/archive/?shop=alma-dom", "Заказы"),
    "nothing to sign": ("/orders/signing/", "Заказы"),
}
DAY = 24 * 60


@pytest.fixture
def far_kaspi(kaspi_server: KaspiServer) -> None:
    """Each answer takes its time, so that the first read of a shop can be watched."""
    kaspi_server.control("settings", {"latency_ms": 500})


@pytest.fixture
def a_month_of_orders(office: Office) -> None:
    """Enough for the shares to be judged, with two cancels that the shop is to blame for."""
    done = {"kind": "pickup", "state": "ARCHIVE", "approved_minutes_ago": 5 * DAY}
    cancelled = {"status": "CANCELLED", "cancellationReason": "MERCHANT_OUT_OF_STOCK"}
    office.kaspi.control("orders", {"merchant": SHOP, "count": 30, **done})
    office.kaspi.control("orders", {"merchant": SHOP, "count": 2, **done, **cancelled})
    office.kaspi.control("orders", {"merchant": OTHER_SHOP, **done})
    office.new_order()
    office.wait_until_known(34)
    office.wait_until_imported()


def test_every_page_of_the_owner_opens(office: Office, a_month_of_orders: None, sit: Sit, watch: Watch) -> None:
    page = sit(AIGERIM)
    for name, (url, title) in PAGES.items():
        answer = page.goto(url)
        assert answer is not None and answer.ok, url
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        watch.look(page, name)


def test_the_first_read_of_a_shop_shows_how_far_it_is(far_kaspi: None, office: Office, sit: Sit, watch: Watch) -> None:
    page = sit(AIGERIM)
    page.goto("/integrations/")
    progress = page.get_by_role("progressbar", name="Загружаем заказы за 90 дней").first
    expect(progress).to_be_visible()
    watch.look(page, "exchange during the first read")
    office.kaspi.control("settings", {"latency_ms": 0})
    expect(page.get_by_role("progressbar")).to_have_count(0)
