"""The list and the card of buyers, as each may see them."""

import re

import pytest

from orders.buyers.gathering import gather_due
from orders.lifecycle import Stage
from orders.models import BuyerOrder, Order
from staff.models import AuditEntry, Disclosure
from tests.buyers.test_gathering import DINARA
from tests.cast import Cast

OLGA = {"firstName": "Ольга", "lastName": "Ким", "cellPhone": "7775554021"}


def address(cast: Cast, order: Order) -> str:
    gather_due()
    with cast.alma.scope():
        return f"/buyers/{BuyerOrder.objects.select_related('card').get(order_id=order.pk).card.public_id}/"


def test_an_order_says_what_its_buyer_bought_before(cast: Cast) -> None:
    cast.place(Stage.COMPLETED, customer=OLGA)
    cast.place(Stage.CANCELLED, shop="alma-dom", customer=OLGA)
    going = cast.place(Stage.PICKUP, customer=OLGA)
    order = cast.place(customer=OLGA)
    gather_due()
    page = cast.aigerim.browser().get(f"/orders/{order.code}/").content.decode()
    assert "4\xa0заказа: выдано 1, отменено 1, идёт 2. Первый в " in page
    assert "У покупателя ещё идёт заказ" in page and going.code in page
    assert address(cast, order) in page


def test_a_card_tells_each_the_orders_that_he_may_see(cast: Cast) -> None:
    here = cast.place(Stage.COMPLETED, customer=OLGA)
    there = cast.place(Stage.PICKUP, point="PP2", customer=OLGA)
    url = address(cast, here)
    seen = {who.name: who.browser().get(url).content.decode() for who in (cast.aigerim, cast.bolat, cast.daniyar)}
    codes = {name: {o.code for o in (here, there) if f"/orders/{o.code}/" in page} for name, page in seen.items()}
    assert codes == {"Айгерим": {here.code, there.code}, "Болат": {here.code}, "Данияр": {there.code}}
    assert ("2\xa0заказа" in seen["Айгерим"], "2\xa0заказа" in seen["Болат"]) == (True, False)
    assert cast.chingiz.browser().get(url).status_code == 404


def test_a_buyer_of_another_point_is_as_if_there_were_none(cast: Cast) -> None:
    order = cast.place(customer=OLGA)
    url = address(cast, order)
    browser = cast.daniyar.browser()
    assert browser.get(url).status_code == 404
    assert "Ольга" not in browser.get("/buyers/").content.decode()


def test_the_list_has_repeat_buyers_first_and_goes_on_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.paging.USUAL", 1)
    for customer in (OLGA, DINARA, OLGA):
        cast.place(customer=customer)
    gather_due()
    browser = cast.aigerim.browser()
    first = browser.get("/buyers/").content.decode()
    assert ("Ольга Ким" in first, "Динара" in first) == (True, False)
    following = re.search(r'href="(/buyers/\?after=[^"]+)"', first)
    assert following is not None
    second = browser.get(following[1]).content.decode()
    assert ("Ольга Ким" in second, "Динара Ахметова" in second) == (False, True)


def test_a_buyer_is_found_by_name_end_of_phone_and_number(cast: Cast) -> None:
    order, _other = cast.place(customer=OLGA), cast.place(customer=DINARA | {"cellPhone": "7010001122"})
    gather_due()
    browser = cast.bolat.browser()
    for q in ("ким", "4021", "+7 777 555-40-21", order.code):
        page = browser.get("/buyers/", {"q": q}).content.decode()
        assert ("Ольга Ким" in page, "Динара" in page) == (True, False), q
    assert "Никого не нашли" in browser.get("/buyers/", {"q": "Несуществующий"}).content.decode()


def test_whoever_is_shown_a_buyer_is_written_down(cast: Cast) -> None:
    order = cast.place(customer=OLGA)
    cast.bolat.browser().get(address(cast, order))
    with cast.alma.scope():
        assert Disclosure.objects.filter(actor_label="Болат", subjects__contains=[order.code]).exists()


def test_orders_are_parted_and_joined_again_on_the_page(cast: Cast) -> None:
    mother, son = cast.place(customer=OLGA), cast.place(customer=OLGA | {"firstName": "Артём"})
    url, browser = address(cast, mother), cast.bolat.browser()
    assert browser.post(f"{url}part/", {"order": []}).status_code == 422
    other = browser.post(f"{url}part/", {"order": [son.code]})["Location"]
    assert "Снова объединить" in browser.get(other).content.decode()
    browser.post(f"{other}rejoin/", {"other": url.split("/")[2]})
    assert browser.get(other)["Location"] == url
    with cast.alma.scope():
        assert list(
            AuditEntry.objects.filter(subject_kind="buyer").values_list("action", flat=True).order_by("id")
        ) == [
            "buyer.parted",
            "buyer.rejoined",
        ]


def test_notes_stand_on_the_card_and_a_long_one_comes_back(cast: Cast) -> None:
    url, browser = address(cast, cast.place(customer=OLGA)), cast.bolat.browser()
    browser.post(f"{url}note/", {"text": "Забирает по субботам"})
    assert "Забирает по субботам" in browser.get(url).content.decode()
    assert [browser.post(f"{url}note/", {"text": text}).status_code for text in ("", "я" * 2001, "\x00")] == [422] * 3


def test_a_template_of_the_company_is_saved_used_and_taken_back(cast: Cast) -> None:
    owner, order = cast.aigerim.browser(), cast.place(Stage.PICKUP, customer=OLGA)
    wrong = owner.post("/buyers/messages/", {"key": "ready", "name": "Ждёт", "text": "Привет, {кот}"})
    assert (wrong.status_code, "Поля {кот} нет" in wrong.content.decode()) == (422, True)
    owner.post("/buyers/messages/", {"key": "ready", "name": "Ждёт", "text": "{имя}, ждём вас: {точка}"})
    dialog = f"/orders/{order.code}/message/?template=ready"
    assert "Ольга, ждём вас: Склад Абая 52" in owner.get(dialog).content.decode()
    remove = re.search(
        r'action="(/buyers/messages/[0-9a-f-]+/remove/)"', owner.get("/buyers/messages/").content.decode()
    )
    assert remove is not None
    owner.post(remove[1])
    assert "Ольга, ждём вас" not in owner.get(dialog).content.decode()
    assert cast.bolat.browser().get("/buyers/messages/").status_code == 403
