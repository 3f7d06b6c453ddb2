"""Writes about one line: each ends by the line as Kaspi shows it, reaches Kaspi once, and stock follows."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db.models.functions import Now

from catalog.models import Reservation
from integrations.models import ActionKind, ActionState, KaspiAction, SlotKind
from orders import sending
from orders.models import LineDevices, OrderEntry
from staff.errors import Refused
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import action, carry, done, press
from tests.shop import TestShop

PHONES = ["490154203237518", "356938035643809"]
GOODS = [
    {"sku": "TEA", "name": "Чайник", "quantity": 3, "price": 9990},
    {"sku": "FISH", "name": "Рыба", "quantity": 1, "price": 5000, "unit_type": "MEASURABLE", "weight": 1000},
    {"sku": "PHONE", "name": "Смартфон", "quantity": 1, "price": 99990, "needs_imei": True},
]


class Write(NamedTuple):
    params: dict[str, Any]
    sent_as: str
    proven: Callable[[TestShop], object]
    proof: object


def entries(shop: TestShop) -> dict[str, Decimal]:
    with company_scope(shop.company_id):
        return dict(OrderEntry.objects.order_by("number").values_list("sku", "quantity"))


def grams(shop: TestShop) -> Decimal | None:
    with company_scope(shop.company_id):
        return OrderEntry.objects.get(sku="FISH").weight_grams


def imeis(shop: TestShop) -> object:
    with company_scope(shop.company_id):
        return LineDevices.objects.get(entry_number=2).imeis


WRITES = {
    ActionKind.CANCEL_ENTRY: Write(
        {"entry": 0, "quantity": 1, "reason": "out_of_stock"},
        "orderEntryCancelOperation",
        lambda shop: entries(shop)["TEA"],
        1,
    ),
    ActionKind.WEIGH: Write({"entry": 1, "grams": 950}, "orderPartialCancel", grams, 950),
    ActionKind.IMEI: Write({"entry": 2, "items": [PHONES]}, "orderEntryImeiOperation", imeis, [PHONES]),
}
KINDS = pytest.mark.parametrize("kind", list(WRITES))


@pytest.fixture
def code(kaspi_server: KaspiServer, shop: TestShop) -> str:
    made = kaspi_server.order(shop.merchant_uid, kind="pickup", entries=GOODS)
    kaspi_server.control(f"orders/{made}", {"do": "kaspi_accepts"})
    shop.poll(SlotKind.PICKUP)
    return made


def fault(kaspi_server: KaspiServer, kind: str, **options: Any) -> None:
    kaspi_server.control("faults", {"kind": kind} | options)


@KINDS
def test_a_write_about_a_line_is_done_when_the_line_shows_it(
    kind: ActionKind, kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    write = WRITES[kind]
    ended = done(shop, kind, code, **write.params)
    assert (ended.state, ended.params, write.proven(shop)) == (ActionState.DONE, None, write.proof)
    assert [one["applied"] for one in kaspi_server.writes(code, status=write.sent_as)] == [True]


@KINDS
@pytest.mark.parametrize(("kind_of_fault", "sends"), [("lost_answer", [True]), ("lost_request", [False, True])])
def test_an_unclear_answer_is_read_before_anything_is_sent_again(
    kind: ActionKind, kind_of_fault: str, sends: list[bool], kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    write = WRITES[kind]
    fault(kaspi_server, kind_of_fault, method="PUT" if kind is ActionKind.WEIGH else "POST")
    assert done(shop, kind, code, **write.params).state == ActionState.DONE
    assert write.proven(shop) == write.proof
    assert [one["applied"] for one in kaspi_server.writes(code, status=write.sent_as)] == sends


def test_a_cut_that_kaspi_shows_late_is_looked_for_and_not_repeated(
    kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    fault(kaspi_server, "late_apply", seconds=60)
    action_id = press(shop, ActionKind.CANCEL_ENTRY, code, entry=0, quantity=1, reason="out_of_stock")
    carry(shop, rounds=3)
    assert action(shop, action_id).state == ActionState.UNKNOWN
    kaspi_server.control("advance", {"seconds": 61})
    carry(shop)
    assert action(shop, action_id).state == ActionState.DONE
    assert len(kaspi_server.writes(code, status="orderEntryCancelOperation")) == 1


def test_a_cut_that_never_shows_is_sent_a_second_time(kaspi_server: KaspiServer, shop: TestShop, code: str) -> None:
    fault(kaspi_server, "late_apply", seconds=100_000)
    action_id = press(shop, ActionKind.CANCEL_ENTRY, code, entry=0, quantity=1, reason="out_of_stock")
    carry(shop, rounds=2)
    with company_scope(shop.company_id):
        KaspiAction.objects.update(taken_at=Now() - sending.RESEND_AFTER)
    carry(shop)
    assert action(shop, action_id).state == ActionState.DONE
    assert len(kaspi_server.writes(code, status="orderEntryCancelOperation")) == 2


def test_a_line_that_somebody_else_has_cut_meanwhile_is_refused_and_shown_as_it_is(
    kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    fault(kaspi_server, "lost_request", method="POST")
    action_id = press(shop, ActionKind.CANCEL_ENTRY, code, entry=0, quantity=1, reason="out_of_stock")
    carry(shop, rounds=1)
    other = [GOODS[0] | {"quantity": 2}, *GOODS[1:]]
    kaspi_server.control(f"orders/{code}", {"entries": other})
    carry(shop)
    assert (action(shop, action_id).state, entries(shop)["TEA"]) == (ActionState.REFUSED, 2)


def test_a_line_that_goes_frees_its_goods_and_one_that_shrinks_a_part(
    kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    done(shop, ActionKind.CANCEL_ENTRY, code, entry=0, quantity=1, reason="buyer_refused")
    done(shop, ActionKind.WEIGH, code, entry=1, grams=0)
    assert entries(shop) == {"TEA": 1, "PHONE": 1}
    with company_scope(shop.company_id):
        held = Reservation.objects.filter(state="held").order_by("entry_number")
        assert dict(held.values_list("sku", "quantity")) == {"TEA": 1, "PHONE": 1}


def test_two_presses_about_one_line_are_one_action_and_about_two_lines_wait(
    kaspi_server: KaspiServer, shop: TestShop, code: str
) -> None:
    first = press(shop, ActionKind.WEIGH, code, entry=1, grams=950)
    assert press(shop, ActionKind.WEIGH, code, entry=1, grams=950) == first
    with pytest.raises(Refused, match="другое действие"):
        press(shop, ActionKind.WEIGH, code, entry=1, grams=900)
    carry(shop)
    assert len(kaspi_server.writes(code, status="orderPartialCancel")) == 1
