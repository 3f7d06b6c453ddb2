"""Presses: one decision each, an answer in the form that was asked for, a refusal in words."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from integrations.models import KaspiAction
from orders.lifecycle import Stage
from orders.models import Order
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def actions(cast: Cast, order: Order) -> list[str]:
    with cast.alma.scope():
        return list(KaspiAction.objects.filter(subject_id=order.pk).values_list("kind", flat=True))


def press(browser: Client, order: Order, verb: str, *, htmx: bool = True, **fields: Any) -> HttpResponse:
    headers = HTMX if htmx else {}
    return browser.post(f"/orders/{order.code}/{verb}/", fields, headers=headers)  # type: ignore[return-value]


def told(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])
    return found


def test_accepting_from_a_row_answers_the_row_that_waits_for_kaspi(cast: Cast) -> None:
    order = cast.place()
    answer = press(cast.bolat.browser(), order, "accept", shelf="new", version="new")
    assert answer.status_code == 200
    assert "принимаем…" in answer.content.decode()
    assert f'hx-get="/orders/{order.code}/row/?shelf=new"' in answer.content.decode()


def test_a_second_press_makes_no_second_action(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    press(browser, order, "accept", shelf="new")
    press(browser, order, "accept", shelf="new")
    assert actions(cast, order) == ["accept"]


def test_accepting_from_the_card_tells_the_page_to_look_again(cast: Cast) -> None:
    order = cast.place()
    answer = press(cast.bolat.browser(), order, "accept")
    assert answer.status_code == 204
    assert told(answer) == {"order-changed": {"codes": [order.code]}}


def test_without_script_a_press_leads_back_with_a_word(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    answer = press(browser, order, "accept", htmx=False)
    assert answer["Location"] == f"/orders/{order.code}/"
    assert "Принимаем заказ, ждём подтверждения Kaspi" in browser.get(answer["Location"]).content.decode()


def test_a_card_offers_what_is_allowed_and_nothing_while_an_action_is_on_its_way(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    form = f'action="/orders/{order.code}/accept/"'
    assert form in browser.get(f"/orders/{order.code}/").content.decode()
    press(browser, order, "accept")
    assert form not in browser.get(f"/orders/{order.code}/").content.decode()


def test_a_row_whose_order_has_moved_on_answers_409_with_the_row_as_it_is(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    answer = press(cast.bolat.browser(), order, "accept", shelf="new", version="new")
    assert answer.status_code == 409
    assert "принят" in answer.content.decode()
    assert told(answer)["toast"]["level"] == "danger"


def test_what_the_state_forbids_is_refused_in_words_without_script_too(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    answer = press(cast.bolat.browser(), order, "accept", htmx=False)
    assert answer.status_code == 409
    assert "Нельзя принять заказ" in answer.content.decode()
    assert actions(cast, order) == []


def test_the_cancel_dialog_shows_four_reasons_and_nothing_chosen(cast: Cast) -> None:
    order = cast.place()
    page = cast.bolat.browser().get(f"/orders/{order.code}/cancel/", headers=HTMX).content.decode()
    assert page.count('type="radio"') == 4
    assert "checked" not in page


def test_a_cancel_without_a_reason_comes_back_with_what_was_written(cast: Cast) -> None:
    order = cast.place()
    answer = press(cast.bolat.browser(), order, "cancel", comment="витрина разбита")
    assert answer.status_code == 422
    assert 'value="витрина разбита"' in answer.content.decode()
    assert actions(cast, order) == []


def test_a_cancel_with_a_reason_is_on_its_way(cast: Cast) -> None:
    order = cast.place()
    assert press(cast.bolat.browser(), order, "cancel", reason="out_of_stock").status_code == 204
    assert actions(cast, order) == ["cancel"]


@pytest.mark.parametrize("places", ["", "0", "-1", "1.5", "1000", "два"])
def test_an_impossible_number_of_places_is_asked_again(cast: Cast, places: str) -> None:
    order = cast.place(Stage.KD_PACKING)
    answer = press(cast.bolat.browser(), order, "assemble", places=places)
    assert answer.status_code == 422
    assert actions(cast, order) == []


def test_packing_without_script_asks_on_a_page_of_its_own(cast: Cast) -> None:
    order = cast.place(Stage.KD_PACKING)
    page = cast.bolat.browser().get(f"/orders/{order.code}/assemble/").content.decode()
    assert '<dialog class="dialog dialog--s" id="assemble" aria-labelledby="assemble-title" open' in page


def test_a_code_of_three_digits_is_asked_again_without_script(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    answer = press(cast.bolat.browser(), order, "complete", htmx=False, code="123")
    assert answer.status_code == 400
    assert "Код состоит из четырёх цифр" in answer.content.decode()


def test_asking_for_a_code_leaves_the_dialog_open_for_it(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    answer = press(cast.bolat.browser(), order, "send-code")
    assert "Kaspi отправляет код" in answer.content.decode()
    assert told(answer)["order-changed"]["target"] == "body"


def test_a_picked_order_of_another_point_is_not_accepted(cast: Cast) -> None:
    other = cast.place(point="PP2")
    cast.bolat.browser().post("/orders/accept/", {"pick": [other.code]}, headers=HTMX)
    assert actions(cast, other) == []


def test_picks_that_are_no_numbers_are_left_out(cast: Cast) -> None:
    answer = cast.bolat.browser().post("/orders/accept/", {"pick": ["\x00", "1' OR 1=1", "💥"]}, headers=HTMX)
    assert told(answer)["toast"]["text"] == "Ничего не выбрано"  # type: ignore[arg-type]


def test_the_row_says_that_its_order_has_left(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    page = cast.bolat.browser().get(f"/orders/{order.code}/row/?shelf=new", headers=HTMX).content.decode()
    assert "data-leave" in page
    assert "принят" in page


def test_a_number_that_stands_in_two_shops_asks_which(cast: Cast) -> None:
    first, second = cast.place(shop="alma-tech"), cast.place(shop="alma-dom")
    with cast.alma.scope():
        Order.objects.filter(pk=second.pk).update(code=first.code)
    browser = cast.aigerim.browser()
    page = browser.get(f"/orders/{first.code}/").content.decode()
    assert f"/orders/{first.code}/?shop=alma-dom" in page
    card = browser.get(f"/orders/{first.code}/?shop=alma-dom").content.decode()
    assert f'action="/orders/{second.public_id}/accept/"' in card
    assert browser.post(f"/orders/{first.code}/accept/").status_code == 409


def test_a_waybill_that_is_not_there_yet_says_so(cast: Cast) -> None:
    order = cast.place(Stage.KD_PACKING)
    answer = cast.bolat.browser().get(f"/orders/{order.code}/waybill/")
    assert answer.status_code == 404
    assert "Накладной пока нет" in answer.content.decode()


def test_an_order_of_another_company_takes_no_press(cast: Cast) -> None:
    order = cast.place()
    assert press(cast.chingiz.browser(), order, "accept").status_code == 404
    assert actions(cast, order) == []
