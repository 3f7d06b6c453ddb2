"""The rule at work: accepted by itself once, held with its reason, stopped at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import stock
from integrations.models import ActionKind, KaspiAction
from orders import actions, stakes, undoing
from orders.auto_accept import deciding, switching
from orders.auto_accept.deciding import accept_due, decide_all
from orders.auto_accept.keeping import RULE_NAME
from orders.auto_accept.rules import Reason, Rules
from orders.auto_accept.switching import InForce, in_force
from orders.lifecycle import Stage
from orders.models import AutoAcceptDecision, Order
from orders.stakes import Budget
from staff.access import rule
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


def test_a_restocked_shelf_lets_a_held_order_through(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    lying(shop, 0)
    switched_on(shop)
    accept_due()
    assert reasons(shop) == {code: Reason.SHORT}
    lying(shop, 1)
    look_again(shop)
    accept_due()
    assert (reasons(shop), accepts(shop)) == ({code: Reason.ALL_MET}, 1)


def look_again(shop: TestShop) -> None:
    """The minute until the next look is over."""
    with company_scope(shop.company_id):
        AutoAcceptDecision.objects.update(look_at=database_now() - timedelta(seconds=1))


def test_an_order_rests_and_is_not_asked_about_before_its_time(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = kaspi_server.order(shop.merchant_uid, entries=[{"sku": KETTLE, "quantity": 1}], approved_minutes_ago=0)
    shop.poll()
    lying(shop, 1)
    switched_on(shop, Rules(wait_minutes=10))
    assert [accept_due(), accept_due()] == [1, 0]
    assert reasons(shop) == {code: Reason.SETTLING}


def test_the_same_decision_is_kept_and_told_once(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    switched_on(shop)
    for _ in range(3):
        accept_due()
        look_again(shop)
    assert history(shop, code) == ["seen", "ruled"]


def test_a_person_who_has_thought_better_of_it_is_not_overruled(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    with company_scope(shop.company_id):
        order, now = Order.objects.get(code=code), database_now()
        person = replace(shop.owner, kind="member")
        press = undoing.Press(actions.accept(order, by=person, now=now), order)
        undoing.undo(press, by=person, now=now)
    switched_on(shop)
    accept_due()
    assert (reasons(shop), accepts(shop)) == ({code: Reason.PRESSED}, 0)


def test_a_red_budget_holds_every_order(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    monkeypatch.setattr(stakes, "_budgeter", lambda shop_ids, now, days: Budget(today=0))
    switched_on(shop, Rules(wait_minutes=0))
    accept_due()
    assert (reasons(shop), accepts(shop)) == ({code: Reason.RED_BUDGET}, 0)


def test_the_switch_takes_back_what_is_decided_and_not_sent(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    accept_due()
    assert switched_off(shop) == 1
    carry(shop)
    assert kaspi_server.writes(code) == []
    assert (shop.get(code).stage, reasons(shop)) == (Stage.NEW, {code: Reason.STOPPED})


def test_what_was_taken_back_is_accepted_when_it_is_switched_on_again(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    accept_due()
    switched_off(shop)
    switched_on(shop)
    accept_due()
    carry(shop)
    assert (shop.get(code).stage, reasons(shop)) == (Stage.PICKUP, {code: Reason.ALL_MET})


def test_a_company_that_is_stopped_decides_nothing_until_it_resumes(kaspi_server: KaspiServer, shop: TestShop) -> None:
    switched_on(shop)
    with company_scope(shop.company_id):
        switching.stop_all(by=shop.owner, now=database_now())
    kettles(kaspi_server, shop)
    lying(shop, 1)
    assert (accept_due(), accepts(shop)) == (0, 0)
    with company_scope(shop.company_id):
        switching.resume_all(by=shop.owner, now=database_now())
    accept_due()
    assert accepts(shop) == 1


def test_a_switch_thrown_after_the_orders_were_found_is_seen_before_any_is_accepted(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    found = deciding._due()
    switched_off(shop)
    monkeypatch.setattr(deciding, "_due", lambda: found)
    assert (accept_due(), accepts(shop)) == (0, 0)


def test_two_workers_accept_once(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    at_once(accept_due, accept_due, accept_due)
    assert accepts(shop) == 1
    assert history(shop, code) == ["seen", "requested", "ruled"]


def test_two_workers_with_an_order_each_promise_the_last_piece_once(kaspi_server: KaspiServer, shop: TestShop) -> None:
    kettles(kaspi_server, shop, 2)
    lying(shop, 1)
    switched_on(shop)

    def decide(order_id: int) -> None:
        with company_scope(shop.company_id):
            decide_all(shop.shop_id, [order_id], by=rule(RULE_NAME, shop.company_id), now=database_now())

    with company_scope(shop.company_id):
        first, second = Order.objects.values_list("pk", flat=True)
    at_once(lambda: decide(first), lambda: decide(second))
    assert (accepts(shop), sorted(reasons(shop).values())) == (1, [Reason.ALL_MET, Reason.SHORT])


@pytest.mark.parametrize(("by_turns", "accepted"), [(False, 1), (True, 0)])
def test_the_switch_leaves_no_accept_behind_it_because_it_waits_for_its_turn(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch, by_turns: bool, accepted: int
) -> None:
    """Without turns it is thrown after a worker has looked at it, and that worker accepts all the same."""
    kettles(kaspi_server, shop)
    lying(shop, 1)
    switched_on(shop)
    looked, thrown = threading.Event(), threading.Event()

    def look(shop_id: int) -> InForce | None:
        found = in_force(shop_id)
        looked.set()
        thrown.wait(timeout=1)
        return found

    def throw() -> None:
        looked.wait()
        switched_off(shop)
        thrown.set()

    monkeypatch.setattr(deciding, "in_force", look)
    if not by_turns:
        monkeypatch.setattr(deciding, "take_turn", lambda shop_id: None)
    at_once(accept_due, throw)
    assert accepts(shop) == accepted
