"""Storing what Kaspi said: once per order, whatever comes twice, torn or from two sides at once."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connections

from catalog import stock
from integrations.kaspi.facts import Faulty, KaspiEntry, KaspiOrder
from integrations.models import ParkedOrder
from orders.facts import sync
from orders.facts.storing import known_rows
from orders.facts.sync import ShopPlace, Stored
from orders.lifecycle import Stage
from orders.merging import Row
from orders.models import Order, OrderEntry, OrderEvent, ShelfCount, ShopPulse
from staff.scoping import company_scope
from tests.cast import Cast
from tests.orders.observed import ALWAYS_OPEN, ENTRY, START, fact
from tests.orders.working import at_once
from tests.shop import TestShop

KETTLE = ENTRY
CUP = replace(ENTRY, kaspi_id="e1", number=1, sku="B200", quantity=Decimal(1))


@pytest.fixture
def place(cast: Cast) -> Iterator[ShopPlace]:
    """«Алма Техника», its first point open day and night, in the scope of its company."""
    with cast.alma.scope():
        shop, point = cast.alma.shop("alma-tech"), cast.alma.point("alma-tech", "PP1")
        yield ShopPlace(shop.pk, {"PP1": (point.pk, ALWAYS_OPEN)}, ALWAYS_OPEN)


def told(number: int = 1, state: str = "NEW", status: str = "APPROVED_BY_BANK", **changes: Any) -> KaspiOrder:
    return fact(state, status, **{"kaspi_id": f"k{number}", "code": f"c{number}", "origin_point": "PP1"} | changes)


def store(place: ShopPlace, *facts: KaspiOrder, minute: float = 0, by_id: bool = False) -> Stored:
    return sync.store(place, facts, observed_at=START + timedelta(minutes=minute), by_id=by_id)


def free_pieces(place: ShopPlace) -> dict[str, int]:
    return stock.available(place.points["PP1"][0], ["A100", "B200"])


def test_an_order_told_again_and_again_stands_here_once(place: ShopPlace) -> None:
    first = store(place, told(), told())
    again = store(place, told(), minute=1)
    assert ((first.fresh, first.changed), (again.fresh, again.unchanged)) == ((1, 0), (0, 1))
    assert (Order.objects.count(), OrderEntry.objects.count(), OrderEvent.objects.count()) == (1, 1, 1)


def test_pages_that_shift_and_overlap_leave_each_order_once(place: ShopPlace) -> None:
    for page in ([told(n) for n in range(10)], [told(n) for n in range(7, 15)], [told(n) for n in range(3, 9)]):
        store(place, *page)
    assert Order.objects.count() == 15


def test_a_page_that_came_late_changes_nothing(place: ShopPlace) -> None:
    store(place, told(state="PICKUP", status="ACCEPTED_BY_MERCHANT"), minute=5)
    store(place, told(), minute=4)
    assert Order.objects.get().stage == Stage.PICKUP


SPOILED: dict[str, dict[str, Any]] = {
    "code longer than any": {"code": "9" * 33},
    "id longer than any": {"kaspi_id": "x" * 65},
    "NUL in a name of a good": {"entries": (replace(ENTRY, name="Чай\x00ник"),)},
    "half a letter in the raw text": {"raw": {"attributes": {"name": "\ud83d"}}},
    "NUL in the raw text": {"raw": {"attributes": {"name": "\x00"}}},
    "no number in the raw text": {"raw": {"attributes": {"sum": float("nan")}}},
    "a sum over all measure": {"total_price": Decimal(10) ** 13},
    "an amount over all measure": {"entries": (replace(ENTRY, quantity=Decimal(10) ** 10),)},
}


@pytest.mark.parametrize("flaw", SPOILED)
def test_one_order_that_does_not_fit_is_put_aside_with_its_raw_text_and_its_neighbours_stand(
    place: ShopPlace, flaw: str
) -> None:
    spoiled = replace(told(2), **SPOILED[flaw])
    result = store(place, told(1), spoiled, told(3))
    assert (result.parked, set(Order.objects.values_list("code", flat=True))) == (1, {"c1", "c3"})
    parked = ParkedOrder.objects.get()
    assert (parked.raw_text.startswith("{") and "c2" in parked.raw_text) or spoiled.raw != told(2).raw
    assert "заказ" in parked.problem and parked.resolved_at is None


def test_an_order_that_fits_later_is_no_more_aside(place: ShopPlace) -> None:
    store(place, replace(told(), **SPOILED["a sum over all measure"]))
    assert ParkedOrder.objects.get().resolved_at is None
    store(place, told(), minute=1)
    assert ParkedOrder.objects.get().resolved_at is not None and Order.objects.count() == 1


def test_an_order_that_was_torn_once_and_stands_here_unchanged_is_no_more_aside(place: ShopPlace) -> None:
    store(place, told())
    sync.park(place.shop_id, [Faulty("k1", "c1", "Поле totalPrice: ожидалась сумма", "{}")], now=START)
    store(place, told(), minute=1)
    assert ParkedOrder.objects.get().resolved_at is not None


def test_an_order_put_aside_again_and_again_is_counted(place: ShopPlace) -> None:
    for minute in range(3):
        store(place, replace(told(), **SPOILED["a sum over all measure"]), minute=minute)
    assert ParkedOrder.objects.get().times == 3


def test_a_text_too_long_for_its_column_is_cut_and_keeps_no_order_off_its_shelf(place: ShopPlace) -> None:
    long = told(phone_alias="1" * 100, cancellation_reason="R" * 100, delivery_mode="D" * 60, waybill_number="W" * 90)
    assert store(place, long, told(2, state="S" * 60, status="T" * 64)).parked == 0
    assert Order.objects.get(code="c1").phone_alias == "1" * 64
    assert Order.objects.get(code="c2").stage == Stage.UNKNOWN
    assert json.loads(json.dumps(Order.objects.get(code="c1").raw))["attributes"]["waybill_number"] == "W" * 90


def test_lines_are_replaced_after_a_partial_cancel_and_its_stock_is_free(place: ShopPlace) -> None:
    store(place, told(entries=(KETTLE, CUP), total_price=Decimal(1500)))
    assert free_pieces(place) == {"A100": -2, "B200": -1}
    fewer = told(entries=(replace(KETTLE, quantity=Decimal(1)),), total_price=Decimal(500))
    store(place, fewer, minute=1)
    assert [(line.sku, line.quantity) for line in OrderEntry.objects.all()] == [("A100", Decimal(1))]
    assert free_pieces(place) == {"A100": -1, "B200": 0}


def test_stock_is_held_freed_and_shipped_once_however_often_it_is_told(place: ShopPlace) -> None:
    transit = {"is_kaspi_delivery": True, "courier_handed_at": START}
    for minute in range(3):
        store(place, told(1), told(2), minute=minute)
    assert free_pieces(place)["A100"] == -4
    for minute in range(3, 6):
        store(place, told(1, "ARCHIVE", "CANCELLED", cancellation_reason=f"R{minute}"), minute=minute)
        store(
            place,
            told(2, "KASPI_DELIVERY", "ACCEPTED_BY_MERCHANT", waybill_number=f"{minute}", **transit),
            minute=minute,
        )
    assert free_pieces(place)["A100"] == 0


def test_an_order_without_lines_is_asked_for_them(place: ShopPlace) -> None:
    bare: tuple[KaspiEntry, ...] | None = None
    assert store(place, told(entries=bare)).without_entries == ["k1"]
    assert store(place, told(entries=bare), minute=1).without_entries == ["k1"]
    assert store(place, told(), minute=2).without_entries == []
    assert store(place, told(entries=bare), minute=3).without_entries == []
    assert store(place, told(entries=bare, total_price=Decimal(7)), minute=4).without_entries == ["k1"]


def test_an_order_of_a_point_we_do_not_know_is_shown_by_the_hours_of_the_first(place: ShopPlace) -> None:
    store(place, told(origin_point="PP9"))
    order = Order.objects.get()
    assert (order.point_id, order.stage) == (None, Stage.NEW)
    assert order.accept_by == START + timedelta(hours=3)


WALK = (
    ("NEW", "APPROVED_BY_BANK"),
    ("PICKUP", "ACCEPTED_BY_MERCHANT"),
    ("KASPI_DELIVERY", "ACCEPTED_BY_MERCHANT"),
    ("ARCHIVE", "COMPLETED"),
    ("ARCHIVE", "CANCELLED"),
    ("TELEPORT", "TELEPORTED"),
)


@pytest.mark.parametrize("seed", range(3))
def test_the_counters_equal_a_count_of_the_rows_after_any_history(place: ShopPlace, seed: int) -> None:
    chance = random.Random(seed)
    for minute in range(25):
        seen = [
            told(number, *chance.choice(WALK), origin_point=chance.choice(["PP1", "PP9"]))
            for number in chance.sample(range(30), 8)
        ]
        store(place, *seen, minute=minute, by_id=chance.random() < 0.5)
    rows = Counter(Order.objects.values_list("point_id", "stage"))
    counted = {(one.point_id or None, one.stage): one.orders for one in ShelfCount.objects.exclude(orders=0)}
    assert counted == dict(rows)


def test_the_pulse_grows_with_a_change_and_rests_without(place: ShopPlace) -> None:
    def pulse() -> int:
        return int(ShopPulse.objects.get(shop_id=place.shop_id).version)

    store(place, told())
    before = pulse()
    store(place, told(), minute=1)
    assert pulse() == before
    store(place, told(state="PICKUP", status="ACCEPTED_BY_MERCHANT"), minute=2)
    assert pulse() > before


# --- two writers -------------------------------------------------------------------------------------------------------


def two_pages_at_once(shop: TestShop, rounds: int) -> list[Exception]:
    """The same orders written from two sides, one of them from behind; answers what went wrong."""
    problems: list[Exception] = []
    place = ShopPlace(shop.shop_id, {"PP1": (shop.point_id, ALWAYS_OPEN)}, ALWAYS_OPEN)
    page = [told(number) for number in range(40)]

    def write(facts: list[KaspiOrder], at: datetime) -> None:
        try:
            with company_scope(shop.company_id):
                sync.store(place, facts, observed_at=at)
        except Exception as problem:
            problems.append(problem)

    for minute in range(rounds):
        at = START + timedelta(minutes=minute)
        state = ("PICKUP", "ACCEPTED_BY_MERCHANT") if minute % 2 else ("NEW", "APPROVED_BY_BANK")
        seen = [told(int(one.code[1:]), *state) for one in page]
        at_once(partial(write, seen, at), partial(write, seen[::-1], at + timedelta(seconds=30)))
    return problems


def test_two_writers_of_one_page_leave_each_order_once_and_never_lock_each_other_out(shop: TestShop) -> None:
    assert two_pages_at_once(shop, rounds=6) == []
    with company_scope(shop.company_id):
        assert Order.objects.count() == 40
        assert OrderEvent.objects.filter(kind="seen").count() == 40
        assert sum(ShelfCount.objects.values_list("orders", flat=True)) == 40


def test_without_taking_turns_two_writers_do_harm(shop: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the turn is needed: a rival writes between our reading and our writing, and a good order is put aside."""
    place = ShopPlace(shop.shop_id, {"PP1": (shop.point_id, ALWAYS_OPEN)}, ALWAYS_OPEN)

    def write(at: datetime) -> None:
        with company_scope(shop.company_id):
            sync.store(place, [told()], observed_at=at)

    def read_and_be_late(shop_id: int, kaspi_ids: Iterable[str]) -> Mapping[str, Row]:
        known = known_rows(shop_id, kaspi_ids)
        monkeypatch.setattr(sync, "known_rows", known_rows)
        at_once(partial(write, START))
        return known

    monkeypatch.setattr(sync, "take_turn", lambda shop_id: None)
    monkeypatch.setattr(sync, "known_rows", read_and_be_late)
    write(START + timedelta(seconds=30))
    with company_scope(shop.company_id):
        assert ParkedOrder.objects.count() == 1
    connections.close_all()
