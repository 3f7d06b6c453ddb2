"""Orders stand on the cards of their buyers, whoever looks first."""

from typing import Any

import pytest

from orders.buyers.gathering import card_of, gather_due
from orders.lifecycle import Stage
from orders.models import BuyerCard, BuyerOrder, BuyerSign, Order
from tests.cast import Cast

PHONE = "7015554021"
DINARA = {"firstName": "Динара", "lastName": "Ахметова", "cellPhone": PHONE}


def cards(cast: Cast) -> dict[str, int]:
    with cast.alma.scope():
        return dict(BuyerOrder.objects.values_list("order__code", "card_id"))


def test_orders_of_one_phone_stand_on_one_card_over_all_shops_of_the_company(cast: Cast) -> None:
    here = cast.place(Stage.PICKUP, customer=DINARA)
    there = cast.place(Stage.NEW, shop="alma-dom", customer=DINARA)
    foreign = cast.place(Stage.NEW, shop="bereke-tools", customer=DINARA)
    assert gather_due() == 3
    found = cards(cast)
    assert found[here.code] == found[there.code]
    assert foreign.code not in found
    with cast.alma.scope():
        assert BuyerCard.objects.get().orders == 2
    assert gather_due() == 0


def test_who_opens_an_order_first_makes_its_card(cast: Cast) -> None:
    order = cast.place(customer=DINARA)
    with cast.alma.scope():
        card = card_of(order)
        assert card == card_of(order)
        assert set(BuyerSign.objects.values_list("kind", flat=True)) == {"kaspi", "phone"}
    gather_due()
    assert cards(cast) == {order.code: card}


def test_a_phone_that_is_learned_later_joins_two_cards_and_the_older_stays(cast: Cast) -> None:
    first, second = cast.place(customer=DINARA), cast.place(customer=DINARA | {"cellPhone": "7019990000"})
    gather_due()
    before = cards(cast)
    _change(cast, second, phone=f"+7{PHONE}")
    gather_due()
    assert set(cards(cast).values()) == {before[first.code]}
    with cast.alma.scope():
        assert dict(BuyerCard.objects.values_list("pk", "into_id"))[before[second.code]] == before[first.code]


def _change(cast: Cast, order: Order, **columns: Any) -> None:
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(version=order.version + 1, **columns)


@pytest.mark.parametrize("shop", ["alma-tech", "alma-dom"])
def test_orders_with_masked_phones_stay_apart(cast: Cast, shop: str) -> None:
    for _ in range(2):
        order = cast.place(shop=shop, customer=DINARA)
        _change(cast, order, phone="", phone_state="masked", buyer_kaspi_id="")
    gather_due()
    assert len(set(cards(cast).values())) == 2
