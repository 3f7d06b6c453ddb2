"""The stop list: what was printed and must not leave any more stands before everybody until it is put aside."""

from typing import Any

import pytest
from django.test import Client

from kaspi_office.provisioning import provision
from orders.lifecycle import Stage
from orders.models import Order, PrintedPaper
from staff.models import AuditEntry
from tests.cast import Cast, Person, document
from tests.documents.reading import codes_of, text_of
from tests.documents.test_printing import press, printed, with_waybill

pytestmark = pytest.mark.django_db


def cancelled(cast: Cast, order: Order) -> None:
    """The buyer cancels it, and we read so from Kaspi."""
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "buyer_cancels"})
    assert cast.observe(cast.alma, "alma-tech", order.code).stage == Stage.CANCELLED


def page(browser: Client, query: str = "") -> str:
    return browser.get(f"/documents/{query}").content.decode()


@pytest.fixture
def stopped(cast: Cast) -> Order:
    """An order of PP1 whose label was printed before its buyer cancelled."""
    order = cast.place(Stage.PICKUP)
    printed(cast.bolat.browser(), "label:order", order)
    cancelled(cast, order)
    return order


def test_a_cancel_after_printing_is_the_first_page_of_every_next_print(cast: Cast, stopped: Order) -> None:
    other = cast.place()
    for what in ("label:order", "pick_list:a4", "slip:a6"):
        pdf = printed(cast.aigerim.browser(), what, other)
        text = text_of(pdf)
        assert text.startswith("СТОП")
        assert f"№ {stopped.code} Отменён, напечатан сегодня" in " ".join(text.split())
        assert codes_of(pdf) == [[], [other.code]]


def test_and_of_waybills(cast: Cast, stopped: Order) -> None:
    order = with_waybill(cast, 1)
    for layout in ("a4x4", "a6", "thermal", "as_is"):
        assert stopped.code in text_of(printed(cast.bolat.browser(), f"waybill:{layout}", order))


def test_it_stands_on_the_page_until_somebody_has_put_it_aside(cast: Cast, stopped: Order) -> None:
    browser = cast.bolat.browser()
    assert f'value="{stopped.public_id}"' in page(browser)
    answer = browser.post("/documents/put-aside/", {"order": stopped.public_id}, follow=True)
    assert "Заказ снят со стоп-листа" in answer.content.decode()
    assert "Стоп-лист" not in page(browser)
    assert not text_of(printed(browser, "label:order", cast.place())).startswith("СТОП")
    with cast.alma.scope():
        assert AuditEntry.objects.get(action="papers.put_aside").subject_id == stopped.code
        assert PrintedPaper.objects.get(order_id=stopped.pk).put_aside_by == "Болат"
    assert "Бумаги отложены" in browser.get(f"/orders/{stopped.code}/").content.decode()


def test_it_is_told_to_those_who_see_the_order_only(cast: Cast, stopped: Order) -> None:
    assert stopped.code not in page(cast.daniyar.browser())
    assert stopped.code not in page(cast.chingiz.browser())
    assert cast.daniyar.browser().post("/documents/put-aside/", {"order": stopped.public_id}).status_code == 404
    assert "Стоп-лист" in page(cast.aigerim.browser())


def test_who_does_not_pack_sees_it_and_cannot_take_it_off(cast: Cast, stopped: Order) -> None:
    wanted: dict[str, Any] = document()
    wanted["companies"][0]["members"].append(
        {"email": "a@alma.example", "password": "long enough here", "name": "Анна", "role": "analyst"}
    )
    provision(wanted)
    browser = Person(cast.alma, "a@alma.example", "Анна").browser()
    assert "Стоп-лист" in page(browser)
    assert "put-aside" not in page(browser)
    assert browser.post("/documents/put-aside/", {"order": stopped.public_id}).status_code == 403


def test_what_was_cancelled_before_it_was_printed_does_not_stand_there(cast: Cast) -> None:
    printed(cast.bolat.browser(), "slip:a4", cast.place(Stage.CANCELLED))
    assert "Стоп-лист" not in page(cast.bolat.browser())


def test_what_kaspis_courier_took_is_not_ours_to_stop(cast: Cast) -> None:
    order = with_waybill(cast, 1)
    printed(cast.bolat.browser(), "waybill:a6", order)
    for step in ("courier_collects", "refused"):
        cast.kaspi.control("POST", f"orders/{order.code}", {"do": step})
        cast.observe(cast.alma, "alma-tech", order.code)
    assert "Стоп-лист" not in page(cast.bolat.browser())


def test_a_waybill_that_kaspi_made_anew_stops_the_old_paper(cast: Cast) -> None:
    order = with_waybill(cast, 1)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(waybill_number="11112222")
    printed(cast.bolat.browser(), "waybill:a6", order)
    assert "Стоп-лист" not in page(cast.bolat.browser())
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(waybill_number="33334444")
    assert "Kaspi переделал накладную" in page(cast.bolat.browser())


def test_a_reprint_leaves_out_what_is_cancelled(cast: Cast) -> None:
    gone, going, browser = cast.place(Stage.PICKUP), cast.place(Stage.PICKUP), cast.bolat.browser()
    press(browser, "label:order", gone, going)
    cancelled(cast, gone)
    with cast.alma.scope():
        batch = PrintedPaper.objects.values_list("batch", flat=True)[0]
    url = browser.post(f"/documents/{batch}/again/").headers["Location"]
    assert codes_of(browser.get(url).content) == [[], [going.code]]


def test_the_journal_is_filtered_by_shop_and_point(cast: Cast) -> None:
    here, there = cast.place(point="PP1"), cast.place(point="PP2")
    browser = cast.aigerim.browser()
    for order in (here, there):
        press(browser, "label:order", order)
    found = page(browser, "?shop=alma-tech&point=PP2")
    assert there.code in found
    assert here.code not in found
    assert browser.get("/documents/?shop=bereke-tools").status_code == 404
    assert here.code not in page(browser, "?shop=alma-dom")
