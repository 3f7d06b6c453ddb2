"""Scenarios are what their names say, at any hour."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from integrations.kaspi.simulator import life, rules, scenarios, steps
from integrations.kaspi.simulator.clock import DAY, HOUR, MINUTE, Clock
from integrations.kaspi.simulator.world import Order, World

from .conftest import WEDNESDAY_11

HOURS = [
    WEDNESDAY_11,
    WEDNESDAY_11 + 13 * HOUR,
    WEDNESDAY_11 + 17 * HOUR,
    WEDNESDAY_11 + 9.9 * HOUR,
]  # 11:00, 00:00, 04:00, 20:54


def begun(scenario: str, now: float = WEDNESDAY_11) -> World:
    return scenarios.begin(World(clock=Clock(source=lambda: int(now))), scenario)


@pytest.fixture(scope="module", params=HOURS, ids=["morning", "midnight", "night", "evening"])
def demo(request: pytest.FixtureRequest) -> World:
    return begun("demo", request.param)


SUB_SHELVES: dict[str, Callable[[Order], bool]] = {
    "pre-order": lambda order: order.pre_order and order.status == steps.ACCEPTED,
    "packing": lambda order: order.status == steps.ACCEPTED and not order.assembled and not order.pre_order,
    "hand-over": lambda order: order.status == steps.ACCEPTED and order.assembled and order.courier_taken is None,
    "on the way": lambda order: order.status == steps.ACCEPTED and order.courier_taken is not None,
    "cancelled on the way": lambda order: order.status == steps.CANCELLING,
}


def test_all_shelves_of_every_demo_shop_are_full_at_any_hour(demo: World) -> None:
    for merchant in demo.merchants.values():
        assert set(merchant.shelves) >= {"NEW", "SIGN_REQUIRED", "PICKUP", "DELIVERY", "KASPI_DELIVERY", "ARCHIVE"}
        delivered = [demo.orders[code] for _, code in merchant.shelves["KASPI_DELIVERY"]]
        assert [name for name, fits in SUB_SHELVES.items() if not any(map(fits, delivered))] == []


def test_some_new_orders_burn_and_some_are_fresh_at_any_hour(demo: World) -> None:
    shelf = demo.merchants["30000001"].shelves["NEW"]
    now = demo.clock.now()
    left = [(steps.acceptance_deadline(demo, demo.orders[code]) - now) / MINUTE for _, code in shelf]
    assert all(minutes > 5 for minutes in left)
    assert sum(minutes < 60 for minutes in left) >= 1
    assert sum(minutes > 100 for minutes in left) >= 2


def test_three_months_of_history_hold_the_expected_orders_a_day(demo: World) -> None:
    now = demo.clock.now()
    counted = Counter(order.merchant for order in demo.orders.values() if order.created < now - DAY)
    for uid, habits in scenarios.HABITS.items():
        assert counted[uid] / 95 == pytest.approx(habits.orders, rel=0.12)
    assert min(order.created for order in demo.orders.values()) < now - 93 * DAY


def test_the_mix_of_the_demo_is_a_real_one(demo: World) -> None:
    orders = [order for order in demo.orders.values() if order.merchant == "30000001"]
    delivered = sum(order.kaspi_delivery for order in orders) / len(orders)
    faults = sum(
        order.cancellation_reason in ("MERCHANT_OUT_OF_STOCK", "TIMEOUT_MERCHANT_DELIVERY") for order in orders
    )
    late = [
        order
        for order in orders
        if order.courier_taken and order.courier_planned and order.courier_taken > order.courier_planned
    ]
    assert 0.7 < delivered < 0.9
    assert 0.005 < faults / len(orders) < 0.04
    assert 0.01 < len(late) / len(orders) < 0.12


def test_no_order_of_the_demo_was_made_or_finished_in_the_future(demo: World) -> None:
    now = demo.clock.now()
    for order in demo.orders.values():
        moments = [order.created, order.approved, order.completed, order.courier_taken]
        assert max(moment for moment in moments if moment is not None) <= now
        assert order.created <= order.approved


def test_two_runs_of_the_demo_differ_in_nothing() -> None:
    first, second = begun("demo"), begun("demo")
    assert list(first.orders) == list(second.orders)
    assert [order.customer for order in first.orders.values()] == [order.customer for order in second.orders.values()]


def test_the_demo_begins_within_two_seconds() -> None:
    started = time.process_time()
    begun("demo")
    assert time.process_time() - started < 2


def test_the_codes_of_the_demo_are_the_last_four_digits(demo: World) -> None:
    order = demo.orders[demo.merchants["30000001"].shelves["PICKUP"][0][1]]
    assert rules.buyer_code(demo, order) == order.code[-4:]


def run(world: World, *, minutes: int, step: int = 1) -> None:
    for _ in range(0, minutes, step):
        world.advance(step * MINUTE)
        life.catch_up(world)


def test_the_demo_lives() -> None:
    world = begun("demo")
    before = {code: (order.state, order.status, order.assembled) for code, order in world.orders.items()}
    run(world, minutes=120)
    moved = sum(
        before[code] != (world.orders[code].state, world.orders[code].status, world.orders[code].assembled)
        for code in before
    )
    born = len(world.orders) - len(before)
    assert 120 <= born <= 360
    assert moved >= 15


def test_a_leap_of_the_clock_brings_no_flood() -> None:
    world = begun("demo")
    before = len(world.orders)
    run(world, minutes=24 * 60, step=24 * 60)
    assert len(world.orders) - before <= 1


def test_a_rush_brings_an_order_each_second() -> None:
    world = begun("rush")
    run(world, minutes=2)
    assert len(world.orders) == pytest.approx(120, abs=2)


def test_nothing_moves_in_the_quiet_scenario() -> None:
    world = begun("quiet")
    run(world, minutes=50)
    assert {order.state for order in world.orders.values()} == {"NEW"}
    assert len(world.orders) == 5


def test_nobody_is_in_the_empty_scenario() -> None:
    assert begun("empty").merchants == {}


def test_a_seventh_of_the_requests_go_wrong_in_the_hostile_scenario() -> None:
    faults = begun("hostile").faults
    assert sum(rule.probability for rule in faults.rules) == pytest.approx(0.15)
    assert len({rule.kind for rule in faults.rules}) > 15


def test_a_demo_that_was_off_for_days_gets_fresh_orders() -> None:
    world = begun("demo")
    world.settings.living = False
    run(world, minutes=3 * 24 * 60, step=60)
    assert not world.merchants["30000003"].shelves["NEW"]
    scenarios.resume(world)
    assert len(world.merchants["30000003"].shelves["NEW"]) == 4
