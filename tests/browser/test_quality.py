"""An owner before a red number: the orders behind it, whose shift let them go, and what would turn it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kaspi_office.provisioning import find_company
from orders.models import Order
from quality import buckets
from staff.clock import database_now
from staff.models import Member, Shift
from staff.scoping import company_scope
from tests.browser.conftest import Sit
from tests.browser.office import SHOP, Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

ROOMS = {
    "rules of the numbers": ("rules/", "Пороги"),
    "audit of a number": ("audit/", "Доля отмен"),
    "the past of the numbers": ("history/", "История показателей"),
    "plan of action": ("plan/", "План"),
    "ladder of sanctions": ("ladder/", ""),
    "disputes": ("disputes/", "Споры"),
    "promises": ("terms/", "Обещание и действительность"),
    "orders behind a promise": ("terms/orders/", "Заказы за обещанием"),
}
AIGERIM, BOLAT = "owner@alma.example", "m1@alma.example"
DAY = 24 * 60
LOST = 4


@pytest.fixture
def a_red_number(office: Office) -> list[str]:
    """Thirty orders of five days ago, and four that nobody accepted in time while Болат held the point."""
    done = {"kind": "pickup", "point": "PP1", "state": "ARCHIVE", "approved_minutes_ago": 5 * DAY}
    cancelled = {"status": "CANCELLED", "cancellationReason": "MERCHANT_OUT_OF_STOCK"}
    office.kaspi.control("orders", {"merchant": SHOP, "count": 30, **done})
    office.kaspi.control("orders", {"merchant": SHOP, "count": LOST, **done, **cancelled})
    office.wait_until_known(30 + LOST)
    office.wait_until_imported()
    return _let_time_run_out()


def _let_time_run_out() -> list[str]:
    """The archive tells no hour of a cancel: it was when the time for acceptance ran out."""
    company, now = find_company("alma"), database_now()
    assert company is not None
    with company_scope(company):
        lost = Order.objects.filter(cancelled_at__isnull=False).order_by("code")
        out = now - timedelta(days=4)
        lost.update(accept_by=out, accepted_at=None, cancelled_at=out + timedelta(minutes=1), expired_at=out)
        bolat, point = Member.objects.get(user__email=BOLAT), lost[0].point_id
        held = {"began_at": out - timedelta(hours=2), "ended_at": out + timedelta(hours=2)}
        Shift.objects.create(member_id=bolat.pk, point_id=point, **held)
    buckets.recount_due()
    with company_scope(company):
        return [order.code for order in lost]


def test_from_a_red_number_to_its_orders_to_the_manager_to_what_if(
    a_red_number: list[str], sit: Sit, watch: Watch
) -> None:
    page = sit(AIGERIM)
    page.goto("/quality/?shop=alma-tech&metric=rating")
    see_the_red_number(page, watch)
    see_the_orders(page, a_red_number)
    see_the_manager(page, a_red_number, watch)
    see_why_one_counts(page, watch)
    try_what_if(page, watch)


def test_every_room_of_quality_opens(a_red_number: list[str], sit: Sit, watch: Watch) -> None:
    page = sit(AIGERIM)
    for name, (room, title) in ROOMS.items():
        answer = page.goto(f"/quality/{room}?shop=alma-tech&metric=cancelled")
        assert answer is not None and answer.ok, room
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        watch.look(page, name)


def see_the_red_number(page: Page, watch: Watch) -> None:
    card = page.locator("#metrics a.metric", has_text="Доля отмен")
    expect(card).to_contain_text("Критично")
    expect(page.locator("#blocked")).to_contain_text("граница")
    card.click()
    expect(page.locator("#budget")).to_contain_text("отмен")
    watch.look(page, "a red share of cancels")


def see_the_orders(page: Page, codes: list[str]) -> None:
    rows = page.locator("#behind tbody tr")
    expect(rows).to_have_count(LOST)
    shown = [row.locator("a").first.get_attribute("href") or "" for row in rows.all()]
    assert sorted(href.split("/")[2] for href in shown) == sorted(codes)


def see_the_manager(page: Page, codes: list[str], watch: Watch) -> None:
    page.locator("#breakdown").get_by_role("link", name="Болат").click()
    expect(page.locator("#behind tbody tr")).to_have_count(LOST)
    expect(page.locator("#behind")).to_contain_text("Болат")
    watch.look(page, "the orders of one manager")


def see_why_one_counts(page: Page, watch: Watch) -> None:
    page.locator("#behind tbody tr").first.get_by_role("link").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Заказ")
    expect(page.locator("main")).to_contain_text("не принят")
    watch.look(page, "an order in a number")
    page.go_back()


def try_what_if(page: Page, watch: Watch) -> None:
    page.goto("/quality/?shop=alma-tech&metric=cancelled")
    page.get_by_role("link", name="Что если").click()
    expect(page.locator("#whatif")).to_contain_text("Без изменений")
    page.locator("#whatif select[name=profile]").select_option("historic-10")
    page.locator("#whatif form button[type=submit]").click()
    expect(page.locator("#whatif")).to_contain_text("Если судить по правилам")
    watch.look(page, "what if another profile judged")
