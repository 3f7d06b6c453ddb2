"""The pages of promises and their file: what they say, to whom, and what they refuse."""

from typing import Any
from urllib.parse import urlencode

import pytest

from orders.models import Order
from staff.errors import NotVisible, Refused
from tests.cast import Cast, Person
from tests.exports.sheets import made, rows_of
from tests.terms.conftest import Make

NBSP = chr(0xA0)


def get(person: Person, path: str = "", **query: str) -> str:
    answer = person.browser().get(f"/quality/terms/{path}?{urlencode(query)}")
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def column(rows: list[tuple[Any, ...]], name: str) -> list[Any]:
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]


@pytest.mark.parametrize("by", ["point", "way", "city", "sku", "category", "weekday"])
def test_the_page_tells_the_share_and_what_is_late(cast: Cast, make: Make, by: str) -> None:
    make(), make(done=6), make("own")
    page = get(cast.aigerim, by=by, unit="calendar")
    assert f"66,7{NBSP}%" in page and "поздно 1" in page
    assert "мало заказов" in page and "<svg" in page


def test_the_advice_names_the_days_and_what_the_past_would_have_been(cast: Cast, make: Make) -> None:
    orders = [make(done=done) for done in [8] * 28 + [7] * 8]
    page = get(cast.aigerim, unit="calendar", target="90")
    assert len(orders) == 36
    assert f"нужно на 1{NBSP}день больше" in page and "опозданий 8 → 0" in page
    assert "обещаем" in page and "честно" in page


def test_a_row_opens_to_its_orders_the_latest_first(cast: Cast, make: Make) -> None:
    late, kept, other = make(done=6), make(), make(point="PP2")
    key = str(late.point_id)
    page = get(cast.aigerim, "orders/", by="point", key=key)
    codes = [f"/orders/{order.code}/" for order in (late, kept, other)]
    assert page.index(codes[0]) < page.index(codes[1]) and codes[2] not in page
    assert codes[1] not in get(cast.aigerim, "orders/", by="point", key=key, verdict="late")


def test_late_for_other_reasons_is_told_apart(cast: Cast, make: Make) -> None:
    make(), make(planned_delivery_at=make().courier_planned_at, completed_at=make().first_seen_at)
    page = get(cast.aigerim)
    assert "Kaspi привёз покупателю позже обещанного" in page and "verdict=road" in page
    assert f"100,0{NBSP}%" in page


def test_what_waits_and_is_late_already_is_said_even_when_nothing_was_done(cast: Cast, make: Make) -> None:
    make("packing", promised=1)
    page = get(cast.aigerim)
    assert "Ещё не выполнены и уже опоздали" in page and "За эти дни ничего не выполнено" in page


def test_a_manager_sees_his_point_only(cast: Cast, make: Make) -> None:
    make(point="PP1"), make(point="PP2", done=6)
    page = get(cast.bolat)
    assert f"100,0{NBSP}%" in page and "только ваши точки" in page and "Розыбакиева" not in page


def test_another_company_sees_nothing_of_it(cast: Cast, make: Make) -> None:
    order = make(entries=[{"sku": "A1", "name": "Чайник Saya", "quantity": 1, "price": 1000}])
    assert "Saya" not in get(cast.chingiz, by="sku")
    assert order.code not in get(cast.chingiz, "orders/", by="sku", key="A1")
    assert cast.chingiz.browser().get("/quality/terms/?shop=alma-tech").status_code == 404


@pytest.mark.parametrize(
    "query", ["days=7", "days=abc", "by=buyer", "unit=hours", "sort=x", "target=50", "start=-1", "verdict=x", "key=%00"]
)
def test_an_address_that_means_nothing_is_refused(cast: Cast, query: str) -> None:
    for path in ("", "orders/"):
        assert cast.aigerim.browser().get(f"/quality/terms/{path}?{query}").status_code == 400


def test_the_target_is_the_good_line_of_the_shop_s_rules_until_another_is_chosen(cast: Cast, make: Make) -> None:
    make()
    usual, chosen = get(cast.aigerim), get(cast.aigerim, target="99")
    assert "Цель по правилам магазина" in usual and f"95,0{NBSP}%" in usual
    assert "Цель по правилам магазина" not in chosen and f"99,0{NBSP}%" in chosen


def test_the_file_holds_the_orders_with_their_days_and_nothing_of_a_buyer(cast: Cast, make: Make) -> None:
    late, kept = make(done=6), make(done=9)
    with cast.alma.scope():
        Order.objects.filter(pk=late.pk).update(buyer_last_name="Секретова", address="Тайная 1")
    file = made(cast.aigerim, "promises", shop="alma-tech", unit="calendar")
    rows = rows_of(file)
    assert column(rows, "Номер") == [late.code, kept.code]
    assert column(rows, "Запас дней") == [-2, 1]
    assert column(rows, "Итог") == ["поздно", "вовремя"]
    assert file.persons == 0 and not any(word in str(rows) for word in ("Секретова", "Тайная"))


def test_the_file_of_a_group_holds_its_orders(cast: Cast, make: Make) -> None:
    here, _ = make(delivery_mode="DELIVERY_LOCAL"), make(point="PP2", delivery_mode="DELIVERY_LOCAL")
    rows = rows_of(made(cast.bolat, "promises", by="way", key="city"))
    assert column(rows, "Номер") == [here.code]
    assert column(rows, "Точка") == ["Склад Абая 52"]


def test_a_file_of_a_foreign_shop_or_of_no_group_is_refused(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        made(cast.chingiz, "promises", shop="alma-tech")
    with pytest.raises(Refused):
        made(cast.aigerim, "promises", by="buyer")


def test_the_button_asks_for_the_file_that_the_page_shows(cast: Cast, make: Make) -> None:
    make()
    answer = cast.aigerim.browser().post("/quality/terms/export/", {"by": "point", "days": "30"})
    assert answer.status_code == 302
    assert cast.aigerim.browser().post("/quality/terms/export/", {"days": "1"}).status_code == 400
