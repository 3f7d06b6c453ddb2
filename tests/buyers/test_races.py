"""Two people who open orders of one buyer at once make one card."""

from collections.abc import Iterator
from threading import Barrier

import pytest
from django.db import IntegrityError

from orders.buyers import gathering
from orders.buyers.gathering import card_of
from orders.models import BuyerCard, Order
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import at_once
from tests.shop import TestShop, make_shop

PHONE = {"firstName": "Динара", "lastName": "Ахметова", "cellPhone": "7015554021"}


@pytest.fixture
def orders(kaspi_server: KaspiServer, transactional_db: None) -> Iterator[tuple[TestShop, list[Order]]]:
    shop = make_shop(kaspi_server)
    made = [{"merchant": shop.merchant_uid, "kind": "pickup", "point": "PP1", "customer": PHONE} for _ in range(2)]
    codes = [kaspi_server.control("orders", one)["codes"][0] for one in made]
    shop.poll()
    yield shop, [shop.get(code) for code in codes]


def _open_at_once(shop: TestShop, orders: list[Order], monkeypatch: pytest.MonkeyPatch, *, together: bool) -> list[int]:
    """Both look what is known; `together`: nobody writes before both have looked."""
    barrier, real = Barrier(2), gathering.known_signs

    def look(signs: object) -> object:
        found = real(signs)  # type: ignore[arg-type]
        if together:
            barrier.wait(timeout=20)
        return found

    def open_one(order: Order) -> int:
        with company_scope(shop.company_id):
            return card_of(order)

    monkeypatch.setattr(gathering, "known_signs", look)
    return at_once(*(lambda order=order: open_one(order) for order in orders))


def test_two_who_open_orders_of_one_buyer_at_once_make_one_card(
    orders: tuple[TestShop, list[Order]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, both = orders
    assert len(set(_open_at_once(shop, both, monkeypatch, together=False))) == 1
    with company_scope(shop.company_id):
        assert BuyerCard.objects.get().orders == 2


def test_without_the_turn_they_would_have_made_two(
    orders: tuple[TestShop, list[Order]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the unique sign is left then, and one of them is refused his page."""
    shop, both = orders
    monkeypatch.setattr(gathering, "take_turn", lambda: None)
    with pytest.raises(IntegrityError):
        _open_at_once(shop, both, monkeypatch, together=True)
