"""The rule at work: accepted by itself once, held with its reason, stopped at once."""

import threading
from collections.abc import Iterator

import pytest

from catalog import stock
from integrations.models import ActionKind, KaspiAction, ActionState
from orders.auto_accept import claiming, deciding, switching
from orders.auto_accept.deciding import accept_due
from orders.auto_accept.rules import Reason, Rules, Verdict
from orders.lifecycle import Stage
from orders.models import AutoAcceptDecision, Order, OrderEvent
from staff.access import Actor
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import at_once, carry, history
from tests.shop import TestShop

KETTLE = "SAY-KTL-17"
AT_ONCE = Rules(wait_minutes=0, mind_budget=False)


def switched_on(shop: TestShop, rules: Rules = AT_ONCE) -> None:
    with company_scope(shop.company_id):
        own = Shop.objects.get(pk=shop.shop_id)
        switching.write(own, rules, by=shop.owner, now=database_now())
        switching.switch_on(own, by=shop.owner, now=database_now())


def switched_off(shop: TestShop) -> int:
    with company_scope(shop.company_id):
        own = Shop.objects.get(pk=shop.shop_id)
        return switching.switch_off(own, by=shop.owner, now=database_now())


def lying(shop: TestShop, pieces: int) -> None:
    with company_scope(shop.company_id):
        stock.count(point_id=shop.point_id, quantities={KETTLE: pieces}, now=database_now())


def kettles(kaspi_server: KaspiServer, shop: TestShop, count: int = 1, **spec: object) -> list[str]:
    """Orders for a kettle each, the most urgent first, known to us."""
    wanted = {"entries": [{"sku": KETTLE, "quantity": 1}], "kind": "pickup"} | spec
    made = [
        kaspi_server.order(shop.merchant_uid, approved_minutes_ago=60 - number, **wanted) for number in range(count)
    ]
    shop.poll()
    return made


def reasons(shop: TestShop) -> dict[str, str]:
    """What holds of each order that was decided about."""
    with company_scope(shop.company_id):
        rows = AutoAcceptDecision.objects.filter(is_latest=True).values_list("order__code", "reason")
        return dict(rows)


def accepts(shop: TestShop) -> int:
    with company_scope(shop.company_id):
        return int(KaspiAction.objects.filter(kind=ActionKind.ACCEPT, withdrawn_at=None).count())


def test_an_order_whose_pieces_lie_there_is_accepted_by_itself_and_says_why(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    accept_due()
    carry(shop)
    assert shop.get(code).stage == Stage.PICKUP
    assert reasons(shop) == {code: Reason.ALL_MET}
    assert history(shop, code) == ["seen", "requested", "ruled", "moved", "confirmed"]


def test_nothing_is_accepted_before_anybody_switches_it_on(kaspi_server: KaspiServer, shop: TestShop) -> None:
    kettles(kaspi_server, shop)
    lying(shop, 1)
    assert (accept_due(), accepts(shop)) == (0, 0)


def test_goods_that_nobody_counted_are_left_to_a_person(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    switched_on(shop)
    accept_due()
    assert (reasons(shop), accepts(shop)) == ({code: Reason.UNCOUNTED}, 0)


def test_the_last_piece_goes_to_the_more_urgent_of_two(kaspi_server: KaspiServer, shop: TestShop) -> None:
    first, second = kettles(kaspi_server, shop, 2)
    lying(shop, 1)
    switched_on(shop)
    accept_due()
    assert reasons(shop) == {first: Reason.ALL_MET, second: Reason.SHORT}
    assert accepts(shop) == 1
