"""Orders that nobody accepted in time."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from catalog import stock
from integrations.models import ActionKind, ActionState, KaspiAction, SlotKind
from orders import expiry
from orders.expiry import expire_due
from orders.lifecycle import Shelf, Stage
from orders.models import ChangedDay, Order, ShelfCount
from staff.errors import Refused
from staff.models import ExpiryPolicy
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import action, at_once, carry, codes, done, history, press
from tests.shop import TestShop, make_shop

SKU = "A100"
LATE = {"kind": "pickup", "approved_minutes_ago": 200, "entries": [{"sku": SKU, "quantity": 2, "price": 100}]}


def late_order(kaspi_server: KaspiServer, shop: TestShop, **attributes: Any) -> str:
    """An order past its three hours, which Kaspi has not cancelled yet."""
    code = kaspi_server.order(shop.merchant_uid, **LATE | attributes)
    shop.poll()
    return code


def test_by_mirror_it_leaves_the_shelf_at_once_counts_against_the_seller_and_nothing_is_sent(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = late_order(kaspi_server, shop)
    with company_scope(shop.company_id):
        ChangedDay.objects.all().delete()
    assert expire_due() == 1
    order = shop.get(code)
    assert (order.stage, order.shelf, order.fault) == (Stage.EXPIRED, Shelf.ARCHIVE, "seller")
    assert order.expired_at == order.overdue_at == order.accept_by
    assert kaspi_server.writes(code, status="CANCELLED") == [] and history(shop, code)[-1] == "expired"
    with company_scope(shop.company_id):
        assert ChangedDay.objects.exists()
        assert not KaspiAction.objects.exists()


def test_its_stock_is_free_again(kaspi_server: KaspiServer, shop: TestShop) -> None:
    late_order(kaspi_server, shop)
    assert free_pieces(shop) == -2
    expire_due()
    assert free_pieces(shop) == 0


def free_pieces(shop: TestShop) -> int:
    with company_scope(shop.company_id):
        return stock.available(shop.point_id, [SKU])[SKU]


def test_by_push_exactly_one_cancel_is_sent(kaspi_server: KaspiServer, shop: TestShop) -> None:
    shop.set_policy(ExpiryPolicy.PUSH)
    code = late_order(kaspi_server, shop)
    assert (expire_due(), expire_due()) == (1, 0)
    carry(shop)
    writes = kaspi_server.writes(code, status="CANCELLED")
    assert [(write["applied"], write["reason"]) for write in writes] == [(True, "MERCHANT_OUT_OF_STOCK")]
    order = shop.get(code)
    assert (order.stage, order.fault) == (Stage.CANCELLED, "seller")
    assert history(shop, code) == ["seen", "requested", "expired", "moved", "confirmed"]


def test_switched_off_it_is_only_marked(kaspi_server: KaspiServer, shop: TestShop) -> None:
    shop.set_policy(ExpiryPolicy.OFF)
    code = late_order(kaspi_server, shop)
    assert (expire_due(), expire_due()) == (1, 0)
    order = shop.get(code)
    assert (order.stage, order.shelf, order.overdue_at) == (Stage.NEW, Shelf.NEW, order.accept_by)
    assert done(shop, ActionKind.ACCEPT, code).state == ActionState.DONE


def test_one_run_sees_to_the_shops_of_all_companies(kaspi_server: KaspiServer, shop: TestShop) -> None:
    shops = [shop, *(make_shop(kaspi_server) for _ in range(3))]
    orders = [(one, late_order(kaspi_server, one)) for one in shops]
    assert expire_due() == len(shops)
    assert {one.get(code).stage for one, code in orders} == {Stage.EXPIRED}


def test_a_shop_that_breaks_does_not_stop_the_others(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_shop(kaspi_server)
    bad, good = late_order(kaspi_server, shop), late_order(kaspi_server, other)
    monkeypatch.setattr(expiry, "BATCH", 1)
    mark = expiry._expire
    monkeypatch.setattr(
        expiry, "_expire", lambda shop_id, *a, **k: mark(shop_id, *a, **k) if shop_id != shop.shop_id else 1 / 0
    )
    assert expire_due() == 1
    assert (shop.get(bad).stage, other.get(good).stage) == (Stage.NEW, Stage.EXPIRED)


def test_an_order_in_time_is_left_alone(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = late_order(kaspi_server, shop, approved_minutes_ago=170)
    assert expire_due() == 0
    assert shop.get(code).stage == Stage.NEW


def test_kaspis_cancel_confirms_it(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = late_order(kaspi_server, shop)
    expire_due()
    kaspi_server.control(f"orders/{code}", {"do": "expires"})
    shop.poll(SlotKind.NEW)
    look_up(shop)
    order = shop.get(code)
    assert (order.stage, order.expired_at) == (Stage.CANCELLED, order.accept_by)
    assert history(shop, code) == ["seen", "expired", "moved"]


def look_up(shop: TestShop) -> None:
    """Read the orders that a sweep has missed."""
    shop.poll(SlotKind.LOOKUP)


def test_kaspis_acceptance_takes_it_back_with_its_stock(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = late_order(kaspi_server, shop)
    expire_due()
    kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    shop.poll(SlotKind.NEW)
    look_up(shop)
    assert (shop.get(code).stage, shop.get(code).expired_at) == (Stage.PICKUP, None)
    assert history(shop, code) == ["seen", "expired", "taken_back"]
    assert free_pieces(shop) == -2


def test_an_accept_on_its_way_is_not_overtaken(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = late_order(kaspi_server, shop)
    action_id = press(shop, ActionKind.ACCEPT, code)
    assert expire_due() == 0
    carry(shop)
    assert (action(shop, action_id).state, shop.get(code).stage) == (ActionState.DONE, Stage.PICKUP)


def test_an_accept_that_never_gets_through_does_not_hold_the_order_for_ever(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = late_order(kaspi_server, shop)
    press(shop, ActionKind.ACCEPT, code)
    with company_scope(shop.company_id):
        KaspiAction.objects.update(give_up_at=Now() - timedelta(minutes=3))
    assert expire_due() == 1
    assert shop.get(code).stage == Stage.EXPIRED


def both(shop: TestShop, code: str) -> bool:
    """Whether an order is expired while an accept of it was let in."""
    with company_scope(shop.company_id):
        accepted = KaspiAction.objects.filter(code=code, kind=ActionKind.ACCEPT).exists()
    return accepted and shop.get(code).stage == Stage.EXPIRED


def race(shop: TestShop, wanted: list[str]) -> int:
    """An accept of each against an expiry of all; answers how many ended as both."""

    def accept() -> None:
        for code in wanted:
            try:
                press(shop, ActionKind.ACCEPT, code)
            except Refused:
                continue

    at_once(accept, expire_due)
    return sum(both(shop, code) for code in wanted)


def test_at_the_deadline_an_order_is_accepted_or_expired_and_never_both(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    wanted = [late_order(kaspi_server, shop) for _ in range(12)]
    assert race(shop, wanted) == 0


def test_without_taking_turns_both_do_happen(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the race is real: the expiry has looked, an accept comes in, and the expiry goes on without a lock."""
    code = late_order(kaspi_server, shop)
    monkeypatch.setattr(expiry, "take_turn", lambda shop_id: None)
    monkeypatch.setattr(Order.objects, "filter", _with_a_rival_after(Order.objects.filter, shop, code))
    expire_due()
    assert both(shop, code)


def _with_a_rival_after(ask: Callable[..., Any], shop: TestShop, code: str) -> Callable[..., Any]:
    """A query whose rows are read, then somebody else presses, then the caller sees them as they were."""

    def asking(*args: Any, **where: Any) -> Any:
        found = ask(*args, **where)
        if "accept_by__lte" in where:
            stale = list(found)
            at_once(lambda: press(shop, ActionKind.ACCEPT, code))
            return _Stale(stale)
        return found

    return asking


class _Stale(list[Order]):
    """Rows read without a lock."""

    def exclude(self, *_: Any) -> "_Stale":
        return self

    def select_for_update(self, **_: Any) -> "_Stale":
        return self

    def order_by(self, *_: Any) -> "_Stale":
        return self

    def only(self, *_: Any) -> "_Stale":
        return self


def test_five_thousand_are_drained_and_an_idle_tick_costs_nothing(
    kaspi_server: KaspiServer, shop: TestShop, capsys: pytest.CaptureFixture[str]
) -> None:
    late_order(kaspi_server, shop)
    multiply(shop, 5_000)
    started = time.perf_counter()
    handled = expire_due()
    seconds = time.perf_counter() - started
    idle = min(timed(expire_due) for _ in range(20))
    with capsys.disabled():
        print(
            f"\nexpired {handled} in {seconds:.2f} s, {handled / seconds:.0f}/s; a tick with nothing due {idle * 1000:.2f} ms"
        )
    assert (handled, codes(shop, stage=Stage.NEW)) == (5_000, set())
    with company_scope(shop.company_id):
        assert ShelfCount.objects.get(stage=Stage.EXPIRED).orders == 5_000
    assert seconds < 30 and idle < 0.05


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def multiply(shop: TestShop, orders: int) -> None:
    """Copies of the one order that there is, until there are so many."""
    own = {"id", "public_id", "kaspi_id", "code"}
    names = ", ".join(str(field.column) for field in Order._meta.concrete_fields if field.column not in own)
    with company_scope(shop.company_id), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_order (public_id, kaspi_id, code, {names})"
            f" SELECT gen_random_uuid(), 'copy' || n, 'copy' || n, {names} FROM orders_order, generate_series(2, %s) n",
            [orders],
        )


def test_policy_is_read_anew_for_each_run(kaspi_server: KaspiServer, shop: TestShop) -> None:
    first = late_order(kaspi_server, shop)
    expire_due()
    shop.set_policy(ExpiryPolicy.OFF)
    second = late_order(kaspi_server, shop)
    expire_due()
    assert (shop.get(first).stage, shop.get(second).stage) == (Stage.EXPIRED, Stage.NEW)
