"""Each door through which a buyer's data goes out writes down whose it was; what is masked is not written down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.buyers.forgetting import ask_to_forget
from orders.lifecycle import Stage
from orders.models import Order, Waybill
from staff.clock import database_now
from staff.models import Disclosure
from tests.cast import Cast
from tests.speed.test_queries import asked

BUYER = {"firstName": "Динара", "lastName": "Ахметова", "cellPhone": "7015554021"}
HTMX = {"HX-Request": "true"}
DRAWER, TABLE = {"HX-Target": "drawer-slot"}, {"HX-Target": "orders"}

Open = Callable[[Client, Order], Any]
PAGES: dict[str, Open] = {
    "shelf": lambda who, order: who.get("/orders/pickup/"),
    "rows of a shelf": lambda who, order: who.get("/orders/pickup/", headers=HTMX | TABLE),
    "card": lambda who, order: who.get(f"/orders/{order.code}/"),
    "drawer": lambda who, order: who.get(f"/orders/{order.code}/", headers=HTMX | DRAWER),
    "row": lambda who, order: who.get(f"/orders/{order.code}/row/", headers=HTMX),
    "question of an action": lambda who, order: who.get(f"/orders/{order.code}/complete/"),
    "dialog of an action": lambda who, order: who.get(f"/orders/{order.code}/complete/", headers=HTMX),
    "search": lambda who, order: who.get(f"/orders/search/?q={order.code}"),
}
CALLS: dict[str, Open] = {
    "list": lambda who, order: who.get("/api/v1/orders"),
    "one": lambda who, order: who.get(f"/api/v1/orders/{order.code}"),
}


@pytest.fixture
def order(cast: Cast) -> Order:
    return cast.place(Stage.PICKUP, customer=BUYER)


def told(cast: Cast) -> list[tuple[str, str, list[str]]]:
    with cast.alma.scope():
        return list(Disclosure.objects.order_by("id").values_list("actor_label", "door", "subjects"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_buyer_is_written_down_once(cast: Cast, order: Order, name: str) -> None:
    browser = cast.aigerim.browser()
    for _ in range(2):
        assert PAGES[name](browser, order).status_code == 200
    assert told(cast) == [("Айгерим", "page", [order.code])]


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_of_the_api_with_a_buyer_is_written_down(cast: Cast, order: Order, name: str) -> None:
    assert CALLS[name](cast.alma.program(), order).status_code == 200
    assert told(cast) == [("API: all", "api", [order.code])]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_masked_is_not_written_down(
    cast: Cast, order: Order, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.buyers.showing.sees_buyer", lambda *_, **__: False)
    monkeypatch.setattr("orders.buyers.disclosing.sees_buyer", lambda *_, **__: False)
    monkeypatch.setattr("orders.views.sees_buyer", lambda *_, **__: False)
    answer = PAGES[name](cast.aigerim.browser(), order)
    assert (answer.status_code, told(cast)) == (200, [])
    assert "Ахметова" not in answer.content.decode()


def test_a_printed_waybill_is_written_down_every_time(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER, customer=BUYER)
    with cast.alma.scope():
        Waybill.objects.create(order_id=order.pk, url="https://kaspi.kz/1", pdf=b"%PDF-", try_at=database_now())
    for _ in range(2):
        assert cast.aigerim.browser().get(f"/orders/{order.code}/waybill/").status_code == 200
    assert told(cast) == [("Айгерим", "print", [order.code])] * 2


def test_a_page_that_is_refused_or_not_found_discloses_nothing(cast: Cast, order: Order) -> None:
    assert cast.daniyar.browser().get(f"/orders/{order.code}/").status_code == 404
    assert cast.chingiz.browser().get(f"/orders/{order.code}/").status_code == 404
    assert told(cast) == []


def test_a_forgotten_buyer_is_not_shown_so_not_written_down(cast: Cast, order: Order) -> None:
    shown = dict.fromkeys(("buyer_first_name", "buyer_last_name", "phone"), "")
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(**shown)
    cast.aigerim.browser().get("/orders/pickup/")
    assert told(cast) == []


def test_a_shelf_with_its_disclosure_still_costs_six_queries(cast: Cast, order: Order) -> None:
    browser = cast.aigerim.browser()
    with asked() as queries:
        browser.get("/orders/pickup/?shop=alma-tech")
    assert len(queries) <= 6, "\n".join(queries)
    assert [sql for sql in queries if "staff_disclosure" in sql]


def test_the_card_of_a_forgotten_buyer_says_so(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED, customer=BUYER)
    with cast.alma.scope():
        ask_to_forget("7015554021", by=cast.aigerim.actor, now=database_now())
    page = cast.aigerim.browser().get(f"/orders/{order.code}/").content.decode()
    assert "Покупатель забыт" in page
    assert "Динара" not in page
    assert told(cast) == []
