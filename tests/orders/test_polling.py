"""Slots in turns: what is due is read, who hangs holds nobody, and whatever goes wrong the slot is due again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from integrations import slots
from integrations.kaspi.client import KaspiClient
from integrations.models import KaspiAccount, ParkedOrder, PollSlot, SlotKind
from orders.facts import importing, lookups, polling, reading, sweeps
from orders.lifecycle import Shelf, Stage
from orders.models import Order
from staff.clock import RunningClock, database_now
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.observed import START
from tests.orders.working import account, at_once, codes, history, slot
from tests.shop import TestShop, make_shop

NEW = SlotKind.NEW
DAY = 86_400_000


def fault(kaspi_server: KaspiServer, kind: str, **options: Any) -> None:
    kaspi_server.control("faults", {"kind": kind} | options)


def many(kaspi_server: KaspiServer, shop: TestShop, count: int, **attributes: Any) -> list[str]:
    body = {"merchant": shop.merchant_uid, "count": count, "kind": "pickup"} | attributes
    return list(kaspi_server.control("orders", body)["codes"])


def kaspis(kaspi_server: KaspiServer, shop: TestShop, state: str) -> set[str]:
    found = kaspi_server.control(f"orders?merchant={shop.merchant_uid}&state={state}", method="GET")["orders"]
    return {order["code"] for order in found}


def set_due(shop: TestShop, *kinds: SlotKind) -> None:
    with company_scope(shop.company_id):
        PollSlot.objects.update(due_at=None)
        PollSlot.objects.filter(kind__in=kinds).update(due_at=Now())


# --- claims ------------------------------------------------------------------------------------------------------------


def test_a_shop_has_two_turns_at_a_time_new_and_one_other(shop: TestShop) -> None:
    set_due(shop, NEW, SlotKind.PICKUP, SlotKind.DELIVERY, SlotKind.IMPORT)
    first = {held.kind for held in slots.claim(limit=10)}
    assert len(first) == 2 and NEW in first
    assert slots.claim(limit=10) == []


def test_new_is_claimed_before_what_is_due_as_long(kaspi_server: KaspiServer, shop: TestShop) -> None:
    other = make_shop(kaspi_server)
    set_due(shop, SlotKind.PICKUP)
    set_due(other, NEW)
    assert [held.shop_id for held in slots.claim(limit=1)] == [other.shop_id]


def test_what_has_waited_a_minute_longer_than_new_goes_before_it(kaspi_server: KaspiServer, shop: TestShop) -> None:
    other = make_shop(kaspi_server)
    set_due(other, NEW)
    set_due(shop, SlotKind.PICKUP)
    with company_scope(shop.company_id):
        PollSlot.objects.filter(kind=SlotKind.PICKUP).update(due_at=Now() - timedelta(seconds=61))
    assert [held.shop_id for held in slots.claim(limit=1)] == [shop.shop_id]


def test_a_lease_that_was_lost_gives_nothing_back(shop: TestShop) -> None:
    set_due(shop, NEW)
    (held,) = slots.claim(limit=1)
    stranger = replace(held, lease_token=held.lease_token.__class__(int=1))
    with company_scope(shop.company_id):
        assert not slots.renew(stranger) and not slots.finish(stranger) and not slots.retry(stranger, failures=0)
        assert slots.renew(held) and slots.finish(held)


def test_a_reader_whose_slot_was_taken_over_stops_and_what_it_read_stays(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(kaspi_server, shop, 150)
    monkeypatch.setattr(slots, "renew", lambda held: False)
    shop.poll()
    assert len(codes(shop)) == 100
    assert slot(shop).lease_until is not None


# --- what a turn ends with ---------------------------------------------------------------------------------------------


def test_an_error_of_our_own_gives_the_slot_back_and_says_so(
    shop: TestShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeps, "window", lambda *_, **__: 1 / 0)
    shop.poll()
    given_back = slot(shop)
    assert (given_back.lease_until, given_back.failures) == (None, 1)
    assert given_back.due_at is not None and given_back.due_at > database_now()
    assert account(shop).last_problem == polling.BROKEN
    assert "ZeroDivisionError" in caplog.text


def test_a_token_that_does_not_open_pauses_the_shop_in_words(shop: TestShop) -> None:
    with company_scope(shop.company_id):
        KaspiAccount.objects.update(token_cipher=b"\x01\x04lostxxxxxxxxxxxxxxxx")
    shop.poll()
    assert account(shop).last_problem.startswith("Токен магазина не читается")
    set_due(shop, NEW)
    assert polling.poll_due() == 0


def test_an_unknown_point_keeps_no_order_away(kaspi_server: KaspiServer, shop: TestShop) -> None:
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "points": ["PP1", "PP7"]})
    code = kaspi_server.order(shop.merchant_uid, point="PP7")
    shop.poll()
    assert (shop.get(code).point_id, shop.get(code).stage) == (None, Stage.NEW)


def test_a_fresh_order_brings_its_lines_and_asks_for_nothing(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = kaspi_server.order(shop.merchant_uid)
    shop.poll()
    assert shop.get(code).items_count > 0
    assert slot(shop, SlotKind.ENTRIES).due_at is None


# --- sweeps ------------------------------------------------------------------------------------------------------------


def test_two_hundred_and_fifty_new_orders_that_come_and_go_while_they_are_read_end_as_kaspis_set(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    listed = many(kaspi_server, shop, 250)
    fault(kaspi_server, "page_shift", times=2)

    def busy() -> None:
        for code in listed[:20]:
            kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
        many(kaspi_server, shop, 10)

    at_once(lambda: shop.poll(NEW), busy)
    shop.poll(NEW)
    for _ in range(4):
        shop.poll(SlotKind.LOOKUP)
    assert codes(shop, stage=Stage.NEW) == kaspis(kaspi_server, shop, "NEW")
    shop.poll(SlotKind.PICKUP)
    assert len(codes(shop)) == 260


def test_an_order_that_left_its_shelf_is_asked_for_and_moved(kaspi_server: KaspiServer, shop: TestShop) -> None:
    gone, stays = many(kaspi_server, shop, 2)
    shop.poll()
    kaspi_server.control(f"orders/{gone}", {"do": "buyer_cancels"})
    shop.poll()
    shop.poll(SlotKind.LOOKUP)
    assert (shop.get(gone).stage, shop.get(stays).stage) == (Stage.CANCELLED, Stage.NEW)
    assert slot(shop, SlotKind.LOOKUP).cursor == {"ids": []}


def test_an_order_that_kaspi_forgot_stands_on_the_shelf_of_the_unknown_and_comes_back(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    (code,) = many(kaspi_server, shop, 1)
    shop.poll()
    with company_scope(shop.company_id):
        reading.ask_lookup(shop.shop_id, [shop.get(code).kaspi_id, "bm9ib2R5"])
        lookups._mark_vanished(shop.shop_id, shop.get(code).kaspi_id, database_now() - timedelta(seconds=1))
    assert (shop.get(code).shelf, history(shop, code)[-1]) == (Shelf.UNKNOWN, "vanished")
    shop.poll(SlotKind.LOOKUP)
    assert shop.get(code).stage == Stage.NEW


def test_one_order_that_cannot_be_read_by_id_does_not_stand_before_the_others(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    first, second = many(kaspi_server, shop, 2)
    shop.poll()
    for code in (first, second):
        kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    fault(kaspi_server, "bad_order", path=f"/orders/{shop.get(first).kaspi_id}", times="until_cleared")
    shop.poll()
    shop.poll(SlotKind.LOOKUP)
    assert (shop.get(first).stage, shop.get(second).stage) == (Stage.NEW, Stage.PICKUP)
    assert slot(shop, SlotKind.LOOKUP).cursor == {"ids": []}
    with company_scope(shop.company_id):
        assert ParkedOrder.objects.get().code == first


@pytest.mark.parametrize("hours", [0, 1, 47])
def test_an_order_that_shows_itself_long_after_it_was_made_is_found(
    kaspi_server: KaspiServer, shop: TestShop, hours: int
) -> None:
    now = kaspi_server.control("state", method="GET")["now_ms"]
    code = kaspi_server.order(shop.merchant_uid, creationDate=now - hours * 3_600_000)
    shop.poll()
    assert shop.get(code).stage == Stage.NEW


def test_an_order_of_a_clock_that_is_ahead_of_ours_is_found(kaspi_server: KaspiServer, shop: TestShop) -> None:
    kaspi_server.control("advance", {"seconds": 36 * 3600})
    code = kaspi_server.order(shop.merchant_uid)
    shop.poll()
    assert shop.get(code).stage == Stage.NEW


def test_new_orders_of_a_month_ago_are_found_by_the_slower_sweep(kaspi_server: KaspiServer, shop: TestShop) -> None:
    now = kaspi_server.control("state", method="GET")["now_ms"]
    code = kaspi_server.order(shop.merchant_uid, creationDate=now - 30 * DAY)
    shop.poll(NEW)
    assert codes(shop) == set()
    shop.poll(SlotKind.OLD_NEW)
    assert codes(shop) == {code}


def test_an_order_older_than_any_sweep_is_asked_for_by_itself(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = many(kaspi_server, shop, 1)
    shop.poll()
    with company_scope(shop.company_id):
        Order.objects.update(created_at=Now() - timedelta(days=70))
    kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    shop.poll(SlotKind.ARCHIVE)
    shop.poll(SlotKind.LOOKUP)
    assert shop.get(code).stage == Stage.PICKUP


def test_a_wall_clock_that_is_wrong_or_set_meanwhile_moves_nothing() -> None:
    seconds = iter([100.0, 100.0, 104.0])
    clock = RunningClock(started=START, tick=lambda: next(seconds))
    assert (clock.now() - clock.started, clock.now() - clock.started) == (timedelta(0), timedelta(seconds=4))


# --- entries that lists leave out --------------------------------------------------------------------------------------


def test_lines_that_no_list_brings_are_fetched_and_the_slot_then_rests(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out_lines(monkeypatch)
    made = many(kaspi_server, shop, lookups.LOOKUPS_A_TURN + 3)
    shop.poll()
    assert slot(shop, SlotKind.ENTRIES).due_at is not None
    shop.poll(SlotKind.ENTRIES)
    assert slot(shop, SlotKind.ENTRIES).due_at is not None
    shop.poll(SlotKind.ENTRIES)
    assert all(shop.get(code).items_count for code in made)
    assert slot(shop, SlotKind.ENTRIES).due_at is None


def leave_out_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = KaspiClient.list_orders

    async def without(client: Any, **asked: Any) -> Any:
        return await plain(client, with_entries=False, **asked)

    monkeypatch.setattr(KaspiClient, "list_orders", without)


@pytest.mark.parametrize("kind", ["missing", "bad"])
def test_lines_that_cannot_be_had_are_not_asked_for_for_ever(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    leave_out_lines(monkeypatch)
    bad, good = many(kaspi_server, shop, 2)
    shop.poll()
    if kind == "bad":
        fault(kaspi_server, "bad_order", path=f"/orders/{shop.get(bad).kaspi_id}", times="until_cleared")
    else:
        with company_scope(shop.company_id):
            Order.objects.filter(code=bad).update(kaspi_id="bm9ib2R5")
    shop.poll(SlotKind.ENTRIES)
    assert (shop.get(good).items_count > 0, shop.get(bad).items_count) == (True, 0)
    assert slot(shop, SlotKind.ENTRIES).due_at is None


# --- the first import --------------------------------------------------------------------------------------------------


def test_the_first_import_brings_ninety_days_and_goes_on_after_a_kill(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = kaspi_server.control("state", method="GET")["now_ms"]
    past = [
        {"state": "ARCHIVE", "creationDate": now - day * DAY, "approvedByBankDate": now - day * DAY}
        for day in range(90)
        for _ in range(3)
    ]
    past += [past[20]] * 230
    kaspi_server.control("orders", {"merchant": shop.merchant_uid, "orders": past, "kind": "pickup"})
    monkeypatch.setattr(importing, "PAGES_A_TURN", 2)
    shop.poll(SlotKind.IMPORT)
    with company_scope(shop.company_id):
        # What a killed reader leaves behind: two pages stored, its lease, and no progress told.
        PollSlot.objects.filter(kind=SlotKind.IMPORT).update(lease_until=Now(), lease_token=None)
    for _ in range(30):
        if account(shop).import_finished_at:
            break
        shop.poll(SlotKind.IMPORT)
    done = account(shop)
    assert (done.import_windows_done, done.import_orders) == (done.import_windows, len(past))
    assert codes(shop) == kaspis(kaspi_server, shop, "ARCHIVE") and len(codes(shop)) == len(past)
    assert slot(shop, SlotKind.IMPORT).due_at is None
