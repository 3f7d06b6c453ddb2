"""Where a parcel lies is typed once and told until the order leaves the shelf."""

import re
from datetime import timedelta

import pytest

from orders import cells
from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderCell, OrderEvent
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry
from tests.cast import Cast, Person

HTMX = {"HX-Request": "true"}


def put(order: Order, place: str, by: Person) -> None:
    with by.company.scope():
        cells.put(order, place, by=by.actor, now=database_now())


def events(cast: Cast, order: Order) -> list[dict[str, str]]:
    with cast.alma.scope():
        told = OrderEvent.objects.filter(order_id=order.pk, kind=EventKind.CELL).order_by("id")
        return list(told.values_list("details", flat=True))


def test_the_place_stands_on_the_row_the_card_and_the_hand_out(cast: Cast) -> None:
    order, browser = cast.place(Stage.PICKUP), cast.bolat.browser()
    assert "указать место" in browser.get("/orders/pickup/").content.decode()
    browser.post(f"/orders/{order.code}/cell/", {"place": " 14 "}, headers=HTMX)
    for path in ("/orders/pickup/", f"/orders/{order.code}/row/?shelf=pickup", f"/orders/{order.code}/"):
        assert "Ячейка 14" in browser.get(path).content.decode(), path
    assert "Ячейка 14" in browser.get(f"/orders/{order.code}/complete/", headers=HTMX).content.decode()


def test_it_is_asked_over_the_shelf_with_what_is_known(cast: Cast) -> None:
    order, browser = cast.place(Stage.PICKUP), cast.bolat.browser()
    put(order, "Стеллаж Б", cast.bolat)
    dialog = browser.get(f"/orders/{order.code}/cell/", headers=HTMX).content.decode()
    assert 'value="Стеллаж Б"' in dialog and 'maxlength="20"' in dialog
    assert browser.get(f"/orders/{order.code}/cell/")["Location"] == f"/orders/{order.code}/"


@pytest.mark.parametrize("place", ["я" * 21, "А\x00", "А\u200b\u202e"])
def test_a_long_or_strange_place_is_refused_with_nothing_written(cast: Cast, place: str) -> None:
    order = cast.place(Stage.PICKUP)
    with pytest.raises(Refused, match="не больше 20"):
        put(order, place, cast.bolat)
    assert events(cast, order) == []


def test_it_is_typed_anew_and_taken_back_and_the_history_keeps_both(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    for place in ("14", "14", "15", ""):
        put(order, place, cast.bolat)
    told = [(one["before"], one["cell"]) for one in events(cast, order)]
    assert told == [("", "14"), ("14", "15"), ("15", "")]
    with cast.alma.scope():
        assert not OrderCell.objects.exists()
        assert AuditEntry.objects.filter(action="order.cell", subject_id=order.code).count() == 3
    assert "Где лежит: Ячейка 15" in cast.bolat.browser().get(f"/orders/{order.code}/").content.decode()


@pytest.mark.parametrize("leaves", ["buyer_collected", "buyer_cancels"])
def test_it_is_forgotten_when_the_order_leaves_the_shelf(cast: Cast, leaves: str) -> None:
    order, other = cast.place(Stage.PICKUP), cast.place(Stage.PICKUP)
    for one in (order, other):
        put(one, "14", cast.bolat)
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": leaves})
    cast.observe(cast.alma, "alma-tech", order.code)
    with cast.alma.scope():
        assert list(OrderCell.objects.values_list("order_id", flat=True)) == [other.pk]
    assert events(cast, order) == [{"cell": "14", "before": ""}]


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.DELIVERY, Stage.COMPLETED])
def test_an_order_that_nobody_fetches_here_has_no_place(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    with pytest.raises(Refused, match="самовывоз"):
        put(order, "14", cast.bolat)
    answer = cast.bolat.browser().get(f"/orders/{order.code}/cell/", headers=HTMX)
    assert answer.status_code == 204 and "toast" in answer["HX-Trigger"]


@pytest.mark.parametrize("q", ["14", "ячейка 14", "Ячейка 14"])
def test_the_shelf_is_searched_by_it_within_ones_own_points(cast: Cast, q: str) -> None:
    mine, other = cast.place(Stage.PICKUP), cast.place(Stage.PICKUP, point="PP2")
    for one in (mine, other):
        put(one, "14", cast.aigerim)
    cast.place(Stage.PICKUP, point="PP1")
    found = [
        re.findall(r'id="order-(\d+)"', who.browser().get("/orders/pickup/", {"q": q}).content.decode())
        for who in (cast.bolat, cast.daniyar, cast.chingiz)
    ]
    assert [[code for code in codes if code in (mine.code, other.code)] for codes in found] == [
        [mine.code],
        [other.code],
        [],
    ]
    assert f"order-{mine.code}" not in cast.bolat.browser().get("/orders/new/", {"q": q}).content.decode()


def test_a_row_and_the_card_remind_of_the_last_day(cast: Cast) -> None:
    order, browser = cast.place(Stage.PICKUP), cast.bolat.browser()
    assert "напомните" not in browser.get("/orders/pickup/").content.decode()
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(accepted_at=database_now() - timedelta(days=3))
    assert "последний день, напомните" in browser.get("/orders/pickup/").content.decode()
    assert "Напомните покупателю" in browser.get(f"/orders/{order.code}/").content.decode()


def test_who_does_not_hand_out_reads_it_and_does_not_change_it(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    put(order, "14", cast.bolat)
    with cast.alma.scope():
        member = cast.daniyar.member
        type(member).objects.filter(pk=member.pk).update(role="analyst")
    browser = cast.daniyar.browser()
    page = browser.get("/orders/pickup/").content.decode()
    assert "Ячейка 14" in page and "указать место" not in page and f"/orders/{order.code}/cell/" not in page
    assert browser.post(f"/orders/{order.code}/cell/", {"place": "15"}).status_code == 403
