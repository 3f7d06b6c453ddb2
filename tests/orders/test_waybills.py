"""Waybills are fetched when Kaspi has made them, kept, and asked for with patience."""

import pytest

from integrations.models import AccountState, KaspiAccount, SlotKind
from orders.documents import waybills
from orders.models import Order, Waybill
from staff.clock import database_now
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop


@pytest.fixture
def packed(kaspi_server: KaspiServer, shop: TestShop) -> str:
    """An order that Kaspi has a waybill for, known to us."""
    code = kaspi_server.order(shop.merchant_uid, kind="kaspi_delivery")
    kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    kaspi_server.control(f"orders/{code}", {"do": "packed"})
    kaspi_server.control("advance", {"seconds": 300})
    shop.poll(SlotKind.KASPI_DELIVERY)
    assert shop.get(code).waybill_url
    return code


def kept(shop: TestShop, code: str) -> Waybill:
    with company_scope(shop.company_id):
        found: Waybill = Waybill.objects.get(order__code=code)
        return found


def try_now(shop: TestShop) -> None:
    with company_scope(shop.company_id):
        Waybill.objects.update(try_at=database_now())


def test_a_waybill_is_fetched_once_and_prints(packed: str, shop: TestShop) -> None:
    assert waybills.fetch_due() == 1
    with company_scope(shop.company_id):
        pdf = waybills.pdf_of(shop.get(packed))
    assert pdf is not None
    assert pdf.startswith(b"%PDF-")
    assert waybills.fetch_due() == 0


def test_a_waybill_that_kaspi_has_made_anew_is_fetched_again(packed: str, shop: TestShop) -> None:
    waybills.fetch_due()
    with company_scope(shop.company_id):
        order = shop.get(packed)
        Order.objects.filter(pk=order.pk).update(waybill_url=order.waybill_url + "?places=2")
    try_now(shop)
    assert waybills.fetch_due() == 1
    assert kept(shop, packed).url.endswith("?places=2")


def test_a_failure_is_tried_again_later_and_not_at_once(packed: str, kaspi_server: KaspiServer, shop: TestShop) -> None:
    kaspi_server.control("faults", {"kind": "500", "times": 1, "path": "waybill"})
    assert waybills.fetch_due() == 1
    assert kept(shop, packed).pdf is None
    assert waybills.fetch_due() == 0
    try_now(shop)
    assert waybills.fetch_due() == 1
    assert kept(shop, packed).pdf is not None


def test_a_shop_whose_token_is_refused_is_not_asked(packed: str, kaspi_server: KaspiServer, shop: TestShop) -> None:
    with company_scope(shop.company_id):
        KaspiAccount.objects.update(state=AccountState.REFUSED)
    kaspi_server.control("faults", {"kind": "500", "times": 1, "path": "waybill"})
    waybills.fetch_due()
    assert kept(shop, packed).pdf is None
    assert kaspi_server.control("faults", method="GET")["faults"][0]["played"] == 0


def test_a_token_that_does_not_open_does_not_turn_the_duty_into_a_loop(packed: str, shop: TestShop) -> None:
    with company_scope(shop.company_id):
        KaspiAccount.objects.update(token_cipher=b"\x01\x01x damaged")
    assert waybills.fetch_due() == 1
    assert waybills.fetch_due() == 0
