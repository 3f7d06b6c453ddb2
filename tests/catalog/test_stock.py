"""The ledger of stock: once per order and entry, never below zero, and every change in its movements."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import stock
from catalog.models import Movement, Reservation, ReservationState, StockItem
from catalog.stock import Claim, Line
from tests.cast import Cast, Company

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SKUS = ("SAY-KTL-17", "NMD-R2-WH")


@pytest.fixture
def point(cast: Cast) -> Iterator[int]:
    """PP1 of «Алма Техника», in the company's scope, with ten kettles."""
    place = cast.alma.point("alma-tech", "PP1")
    with cast.alma.scope():
        stock.count(point_id=place.pk, quantities={SKUS[0]: 10}, now=NOW)
        yield place.pk


def shelf(point: int) -> dict[str, tuple[int, int]]:
    rows = StockItem.objects.filter(point_id=point).order_by("sku")
    return {row.sku: (row.on_hand, row.reserved) for row in rows}


def reasons() -> list[str]:
    return list(Movement.objects.exclude(reason="counted").order_by("id").values_list("reason", flat=True))


def test_what_an_order_holds_is_not_available(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    assert stock.available(point, SKUS) == {SKUS[0]: 7, SKUS[1]: 0}


def test_holding_twice_holds_once(point: int) -> None:
    for _ in range(2):
        stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    assert (shelf(point), reasons()) == ({SKUS[0]: (10, 3)}, ["held"])


def test_more_may_be_held_than_there_is(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[1], 2)], now=NOW)
    assert stock.available(point, [SKUS[1]]) == {SKUS[1]: -2}


def test_a_freed_order_gives_its_reservation_back_once(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    for _ in range(2):
        stock.free(order_ids=[1], now=NOW)
    assert (shelf(point), reasons()) == ({SKUS[0]: (10, 0)}, ["held", "freed"])


def test_an_expiry_taken_back_holds_again(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    stock.free(order_ids=[1], now=NOW)
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    assert shelf(point) == {SKUS[0]: (10, 3)}


def test_shipping_takes_from_both_columns_once(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    for _ in range(2):
        stock.ship(order_ids=[1], now=NOW)
    assert (shelf(point), reasons()) == ({SKUS[0]: (7, 0)}, ["held", "shipped"])


def test_a_shortage_is_written_and_stock_stays_at_zero(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 12)], now=NOW)
    stock.ship(order_ids=[1], now=NOW)
    assert (shelf(point), reasons()) == ({SKUS[0]: (0, 0)}, ["held", "short 2"])


@pytest.mark.parametrize("verb", ["free", "hold"])
def test_goods_that_left_do_not_come_back_by_themselves(point: int, verb: str) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    stock.ship(order_ids=[1], now=NOW)
    carry_out(point, verb, 1, 0, SKUS[0], 3)
    assert shelf(point) == {SKUS[0]: (7, 0)}


def test_a_changed_quantity_moves_the_reservation(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 1)], now=NOW)
    assert shelf(point) == {SKUS[0]: (10, 1)}


def test_a_line_that_was_cancelled_is_freed_and_does_not_leave_with_the_rest(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3), Line(1, SKUS[0], 2)], now=NOW)
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], 3)], now=NOW)
    assert shelf(point) == {SKUS[0]: (10, 3)}
    stock.ship(order_ids=[1], now=NOW)
    assert shelf(point) == {SKUS[0]: (7, 0)}


def test_an_order_that_moves_to_another_point_is_held_there(cast: Cast, point: int) -> None:
    other = cast.alma.point("alma-tech", "PP2").pk
    for place in (point, other):
        stock.hold(order_id=1, point_id=place, lines=[Line(0, SKUS[0], 3)], now=NOW)
    assert (shelf(point), shelf(other)) == ({SKUS[0]: (10, 0)}, {SKUS[0]: (0, 3)})


def test_a_weight_is_rounded_up_to_whole_pieces(point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Line(0, SKUS[0], Decimal("1.250"))], now=NOW)
    assert shelf(point) == {SKUS[0]: (10, 2)}


def test_a_hundred_orders_cost_no_more_statements_than_one(point: int) -> None:
    claims = [Claim(order, point, [Line(0, sku, 1) for sku in SKUS]) for order in range(1, 101)]
    with CaptureQueriesContext(connection) as one:
        stock.hold_many(claims[:1], now=NOW)
    with CaptureQueriesContext(connection) as many:
        stock.hold_many(claims[1:], now=NOW)
    assert len(many) <= len(one) <= 8


VERBS = st.sampled_from(["hold", "hold", "free", "ship", "count", "claim", "claim", "promise", "unclaim"])
STEPS = st.lists(
    st.tuples(VERBS, st.integers(1, 3), st.integers(0, 1), st.sampled_from(SKUS), st.integers(0, 9)), max_size=14
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ledger_agrees_with_plain_books(point: int, steps: list[tuple[str, int, int, str, int]]) -> None:
    with undone():
        books = Books({SKUS[0]: 10})
        for verb, order, entry, sku, quantity in steps:
            books.do(verb, order, entry, sku, quantity)
            carry_out(point, verb, order, entry, sku, quantity)
        expected = {sku: (books.on_hand.get(sku, 0), books.reserved(sku)) for sku in SKUS}
        assert {sku: shelf(point).get(sku, (0, 0)) for sku in SKUS} == expected
        assert moved(point) == {sku: row for sku, row in expected.items() if sku in moved(point)}
        assert promised(point) == {sku: books.promised(sku) for sku in SKUS}


class Books:
    """The slow and obvious reference: a dict of stock and a dict of what each entry holds."""

    def __init__(self, on_hand: dict[str, int]) -> None:
        self.on_hand = dict(on_hand)
        self.entries: dict[tuple[int, int], tuple[str, int, str]] = {}
        self.owed: set[tuple[int, int]] = set()

    def reserved(self, sku: str) -> int:
        return sum(quantity for held, quantity, state in self.entries.values() if held == sku and state == "held")

    def promised(self, sku: str) -> int:
        return sum(self.entries[key][1] for key in self.owed if self.entries[key][0] == sku)

    def claim(self, order: int) -> None:
        """All that the order holds and has no promise of, if there is as much that nobody else was promised."""
        lines = [key for key, (_, _, state) in self.entries.items() if key[0] == order and state == "held"]
        fresh = [key for key in lines if key not in self.owed]
        for sku in {self.entries[key][0] for key in fresh}:
            wanted = sum(self.entries[key][1] for key in fresh if self.entries[key][0] == sku)
            if sku not in self.on_hand or self.on_hand[sku] - self.promised(sku) < wanted:
                return
        self.owed |= set(fresh)

    def do(self, verb: str, order: int, entry: int, sku: str, quantity: int) -> None:
        if verb == "count":
            self.on_hand[sku] = quantity
        elif verb == "claim":
            self.claim(order)
        elif verb == "promise":
            self.owed |= {key for key, row in self.entries.items() if key[0] == order and row[2] == "held"}
        elif verb == "unclaim":
            self.owed = {key for key in self.owed if key[0] != order}
        elif verb == "hold":
            for key, (held, _, state) in self.entries.items():
                if key[0] == order and key[1] != entry and state != "shipped":
                    self.entries[key] = (held, 0, "freed")
            if self.entries.get((order, entry), ("", 0, ""))[2] != "shipped":
                self.entries[order, entry] = (sku, quantity, "held")
        else:
            for key, (held, count, state) in self.entries.items():
                if key[0] == order and verb == "free" and state == "held":
                    self.entries[key] = (held, count, "freed")
                if key[0] == order and verb == "ship" and state != "shipped":
                    self.entries[key] = (held, count, "shipped")
                    if held in self.on_hand:
                        self.on_hand[held] = max(0, self.on_hand[held] - count)
        self.owed = {key for key in self.owed if self.entries[key][2] == "held"}


def carry_out(point: int, verb: str, order: int, entry: int, sku: str, quantity: int) -> None:
    if verb == "count":
        stock.count(point_id=point, quantities={sku: quantity}, now=NOW)
    elif verb == "hold":
        stock.hold(order_id=order, point_id=point, lines=[Line(entry, sku, quantity)], now=NOW)
    elif verb == "claim":
        stock.claim(order, now=NOW)
    elif verb in ("promise", "unclaim"):
        getattr(stock, verb)([order], now=NOW)
    else:
        getattr(stock, verb)(order_ids=[order], now=NOW)


def promised(point: int) -> dict[str, int]:
    """What the rows say; and that it is what the reservations say."""
    rows = dict(StockItem.objects.filter(point_id=point).values_list("sku", "promised"))
    sums = dict.fromkeys(SKUS, 0)
    for row in Reservation.objects.filter(point_id=point, promised=True):
        assert row.state == ReservationState.HELD
        sums[row.sku] += row.quantity
    assert sums == {sku: rows.get(sku, 0) for sku in SKUS}
    return sums


def moved(point: int) -> dict[str, tuple[int, int]]:
    """What the movements add up to."""
    sums: dict[str, tuple[int, int]] = {}
    for row in Movement.objects.filter(point_id=point):
        on_hand, reserved = sums.get(row.sku, (0, 0))
        sums[row.sku] = (on_hand + row.on_hand_change, reserved + row.reserved_change)
    return sums


class Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that each example begins alike."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def test_movements_are_never_changed_by_the_application(point: int) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Movement.objects.filter(point_id=point).update(reason="forged")


def hold_in_thread(company: Company, point: int, order: int) -> None:
    try:
        with company.scope():
            lines = [Line(number, sku, 1) for number, sku in enumerate(reversed(SKUS) if order % 2 else SKUS)]
            stock.hold(order_id=order, point_id=point, lines=lines, now=NOW)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_orders_that_come_at_once_neither_deadlock_nor_lose_a_piece(cast: Cast) -> None:
    point = cast.alma.point("alma-tech", "PP1").pk
    with ThreadPoolExecutor(max_workers=6) as threads:
        # The same orders twice, with the goods in both orders of mention.
        list(threads.map(lambda order: hold_in_thread(cast.alma, point, order), [*range(24), *range(24)]))
    with cast.alma.scope():
        held = Reservation.objects.filter(state=ReservationState.HELD).count()
        assert (shelf(point), held) == (dict.fromkeys(SKUS, (0, 24)), 48)
