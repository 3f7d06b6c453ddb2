"""One box finds an order by any of its numbers, and a name with a slip in it."""

import pytest

from orders.filters import search
from orders.lifecycle import Shelf, Stage
from orders.models import LineDevices, Order
from staff.clock import database_now
from tests.cast import Cast, Person

OMAROVA = {"firstName": "Айгерим", "lastName": "Омарова", "cellPhone": "7015554021"}


def found(person: Person, q: str, *, shelf: Shelf | None = Shelf.NEW) -> list[int]:
    with person.company.scope():
        return search(q, by=person.actor, shop=None, shelf=shelf)


@pytest.mark.parametrize("typed", ["Айгерм", "айгерим", "Амарова", "омарва", "Омарова Айгирим"])
def test_a_name_with_a_slip_is_found_on_the_shelves(cast: Cast, typed: str) -> None:
    order = cast.place(customer=OMAROVA)
    cast.place(customer=OMAROVA | {"firstName": "Данияр", "lastName": "Ким"})
    assert found(cast.bolat, typed) == [order.pk]


@pytest.mark.parametrize("typed", ["Серик", "Айг", "Кимбаева"])
def test_another_name_finds_nobody(cast: Cast, typed: str) -> None:
    order = cast.place(customer=OMAROVA)
    assert found(cast.bolat, typed) == ([order.pk] if typed == "Айг" else [])


def test_a_slip_is_forgiven_within_ones_own_orders_only(cast: Cast) -> None:
    cast.place(customer=OMAROVA, point="PP2")
    cast.place(Stage.CANCELLED, customer=OMAROVA)
    assert [found(one, "Айгерм", shelf=None) for one in (cast.bolat, cast.chingiz)] == [[], []]


def test_a_waybill_is_found_by_its_number_or_the_beginning_of_it(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(waybill_number="770015554433")
    for typed in ("770015554433", "77001", "7700 1555"):
        assert found(cast.bolat, typed, shelf=Shelf.KASPI_DELIVERY) == [order.pk]
    assert found(cast.daniyar, "770015554433", shelf=None) == []


def test_a_device_is_found_by_any_of_its_imeis(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    with cast.alma.scope():
        imeis = [["490154203237518", "352099001761481"]]
        LineDevices.objects.create(order_id=order.pk, entry_number=0, imeis=imeis, read_at=database_now())
    assert [found(cast.bolat, imei, shelf=Shelf.PICKUP) for imei in imeis[0]] == [[order.pk]] * 2
    assert [found(one, imeis[0][1], shelf=None) for one in (cast.daniyar, cast.chingiz)] == [[], []]
