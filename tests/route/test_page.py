"""The route list: what is to be brought today, in the order of the way, for those whose orders they are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orders import couriers
from orders.lifecycle import Stage
from orders.models import Order
from staff.clock import database_now
from staff.models import Disclosure, Member
from staff.scoping import company_scope
from tests.cast import Cast

ROUTE = "/orders/route/"


def bring(
    cast: Cast, address: str, *, late: bool = False, days: int = 0, to: Member | None = None, **facts: Any
) -> Order:
    """An order of own delivery that is promised for today, or was for yesterday, or will be."""
    order, now = cast.place(Stage.DELIVERY), database_now()
    due = now + timedelta(days=days, microseconds=1) - timedelta(days=late)
    with company_scope(order.company_id):
        changed = {"address": f"Алматы, {address}", "town": "Алматы", "due_at": due, "burns_at": due} | facts
        Order.objects.filter(pk=order.pk).update(**changed)
        if to is not None:
            couriers.assign(order, str(to.public_id), by=cast.aigerim.actor, now=now)
        found: Order = Order.objects.get(pk=order.pk)
        return found


def as_courier(cast: Cast) -> Member:
    """Данияр brings orders now, and sees his own alone."""
    member = cast.daniyar.member
    with cast.alma.scope():
        Member.objects.filter(pk=member.pk).update(role="courier")
    return cast.daniyar.member


def listed(browser: Client, query: str = "") -> list[str]:
    page = browser.get(f"{ROUTE}{query}").content.decode()
    return re.findall(r'<a class="link" href="/orders/(\d+)/">', page)


def test_the_list_goes_by_the_promised_day_and_then_by_the_address(cast: Cast) -> None:
    second = bring(cast, "Сейфуллина 5")
    first = bring(cast, "Абая 7")
    overdue = bring(cast, "Яссауи 1", late=True)
    bring(cast, "Абая 1", days=2)
    cast.place(Stage.PICKUP)
    assert listed(cast.bolat.browser()) == [overdue.code, first.code, second.code]


def test_what_is_late_is_marked(cast: Cast) -> None:
    bring(cast, "Абая 7", late=True)
    page = cast.bolat.browser().get(ROUTE).content.decode()
    assert "опаздываем с 1" in page and "просрочен" in page
    assert "Абая 7" in page


def test_a_courier_has_his_own_list_and_nobody_elses(cast: Cast) -> None:
    courier = as_courier(cast)
    mine, other = bring(cast, "Абая 7", to=courier), bring(cast, "Абая 8")
    browser = cast.daniyar.browser()
    assert listed(browser) == listed(browser, f"?courier={courier.public_id}") == [mine.code]
    assert browser.get(f"{ROUTE}?courier={cast.bolat.member.public_id}").status_code == 404
    assert set(listed(cast.bolat.browser())) == {mine.code, other.code}
    assert ROUTE in browser.get("/orders/delivery/").content.decode()


def test_a_manager_narrows_it_to_a_courier_by_his_name(cast: Cast) -> None:
    courier = as_courier(cast)
    mine = bring(cast, "Абая 7", to=courier)
    bring(cast, "Абая 8")
    browser = cast.bolat.browser()
    assert listed(browser, f"?courier={courier.public_id}") == [mine.code]
    page = browser.get(ROUTE).content.decode()
    assert f"courier={courier.public_id}" in page and "не назначен" in page


def test_orders_of_another_point_and_company_are_not_on_it(cast: Cast) -> None:
    bring(cast, "Абая 7")
    with cast.alma.scope():
        Member.objects.filter(pk=cast.daniyar.member.pk).update(role="order_manager")
    assert listed(cast.daniyar.browser()) == listed(cast.chingiz.browser()) == []
    for stranger in (cast.chingiz, cast.daniyar):
        assert cast.bolat.browser().get(f"{ROUTE}?courier={stranger.member.public_id}").status_code == 404
    assert cast.aigerim.browser().get(f"{ROUTE}?courier={cast.daniyar.member.public_id}").status_code == 200
    assert cast.bolat.browser().get(f"{ROUTE}?courier=nobody").status_code == 404


def test_who_may_not_see_buyers_sees_the_town_and_no_phone_and_nothing_is_disclosed(cast: Cast) -> None:
    order = bring(cast, "Абая 7", phone="+77010001122", phone_state="real")
    with cast.alma.scope():
        Member.objects.filter(pk=cast.daniyar.member.pk).update(role="analyst")
    shown = [who.browser().get(ROUTE).content.decode() for who in (cast.bolat, cast.daniyar)]
    assert [("Абая 7" in page, "tel:+77010001122" in page) for page in shown] == [(True, True), (False, False)]
    with cast.alma.scope():
        told = Disclosure.objects.values_list("actor_label", "subjects")
        assert list(told) == [("Болат", [order.code])]


@pytest.mark.parametrize(("mode", "owed"), [("PREPAID", False), ("PAY_WITH_CREDIT", False), ("CASH", True)])
def test_only_what_is_not_paid_is_to_be_collected(cast: Cast, mode: str, owed: bool) -> None:
    bring(cast, "Абая 7", payment_mode=mode, total_price=45000)
    page = cast.bolat.browser().get(ROUTE).content.decode()
    assert ("взять с покупателей 45\u2009000" in page) is owed


def test_an_empty_day_says_so(cast: Cast) -> None:
    bring(cast, "Абая 7", days=2)
    assert "Сегодня везти нечего" in cast.bolat.browser().get(ROUTE).content.decode()
