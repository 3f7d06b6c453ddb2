"""The rules tried on the past: stock as it was then, what became of the orders, and a slow walk to compare with."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import stock
from catalog.shared import Place
from orders.auto_accept.past import report_of
from orders.auto_accept.rehearsal import Change, DayOf, Outcome, PastOrder, Then, rehearse
from orders.auto_accept.rules import Facts, Reason, Rules
from orders.lifecycle import Stage
from staff.clock import database_now
from staff.working_calendar import WorkingCalendar
from tests.cast import Cast

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACE: Place = (1, "SAY-KTL-17")
ALWAYS = WorkingCalendar.round_the_clock()
AT_ONCE = Rules(wait_minutes=0, mind_budget=False)
BOILER = [{"sku": "BOILER-1", "quantity": 1}]


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def order(
    number: int, arrived: int, *, taken: int | None = None, left: int | None = None, pieces: int = 1
) -> PastOrder:
    """Its moments in minutes after it arrived."""
    return PastOrder(
        id=number,
        code=str(number),
        facts=Facts(arrived_at=at(arrived), accept_by=None, total=Decimal(100)),
        point_id=1,
        wants={PLACE: pieces},
        accepted_at=None if taken is None else at(arrived + taken),
        leaves_at=None if left is None else at(arrived + left),
        gone_at=None,
        outcome=Outcome.DONE,
    )


def then(on_hand: int, *changes: tuple[int, int]) -> Then:
    moved = [Change(at(minute), PLACE, pieces) for minute, pieces in changes]
    return Then(on_hand={PLACE: on_hand}, changes=moved, counted_at={PLACE: at(-1000)}, calendars={1: ALWAYS})


@st.composite
def pasts(draw: st.DrawFn) -> tuple[int, list[PastOrder]]:
    """Orders at minutes of their own, some taken by people, some sent out."""
    minutes = draw(st.lists(st.integers(0, 200), min_size=1, max_size=8, unique=True))
    orders = []
    for number, minute in enumerate(minutes):
        taken = draw(st.none() | st.integers(1, 30))
        left = None if taken is None else draw(st.none() | st.integers(taken + 1, 60))
        orders.append(order(number, minute * 100, taken=taken, left=left, pieces=draw(st.integers(1, 2))))
    return draw(st.integers(0, 5)), orders


def slowly(on_hand: int, orders: Sequence[PastOrder]) -> set[int]:
    """Order by order: what lay there when it came, less what earlier ones had been promised and not yet taken away."""
    accepted: set[int] = set()
    for one in sorted(orders, key=lambda one: one.facts.arrived_at):
        now = one.facts.arrived_at
        before = [other for other in orders if other.facts.arrived_at < now]
        sent = sum(other.wants[PLACE] for other in before if other.leaves_at and other.leaves_at <= now)
        owed = sum(
            other.wants[PLACE]
            for other in before
            if (other.id in accepted or (other.accepted_at and other.accepted_at <= now))
            and not (other.leaves_at and other.leaves_at <= now)
        )
        if on_hand - sent - owed >= one.wants[PLACE]:
            accepted.add(one.id)
    return accepted


@given(pasts())
def test_the_walk_accepts_what_a_slow_count_accepts(past: tuple[int, list[PastOrder]]) -> None:
    on_hand, orders = past
    changes = [Change(one.leaves_at, PLACE, -one.wants[PLACE]) for one in orders if one.leaves_at]
    told = rehearse(orders, replace(then(on_hand), changes=changes), AT_ONCE, day_of=DayOf(ALWAYS))
    assert {one.order.id for one in told.accepted} == slowly(on_hand, orders)


def test_an_order_waits_for_its_time_and_what_is_cancelled_meanwhile_costs_nothing() -> None:
    bought, cancelled = order(1, 0), replace(order(2, 1), gone_at=at(5))
    told = rehearse([bought, cancelled], then(2), Rules(wait_minutes=10, mind_budget=False), day_of=DayOf(ALWAYS))
    assert [one.at for one in told.accepted] == [at(10)]
    assert [one.order.id for one in told.gone] == [2]


def test_before_the_first_count_nobody_knows_what_lay_there() -> None:
    told = rehearse([order(1, -2000)], then(5), AT_ONCE, day_of=DayOf(ALWAYS))
    assert told.reasons() == {Reason.UNCOUNTED: 1}


def test_minutes_are_saved_only_where_a_person_was_slower() -> None:
    told = rehearse([order(1, 0, taken=30), order(2, 100, taken=10)], then(5), AT_ONCE, day_of=DayOf(ALWAYS))
    assert told.saved() == timedelta(minutes=20)


def test_the_past_of_a_shop_is_decided_by_the_stock_of_then(cast: Cast) -> None:
    point, now = cast.alma.point("alma-tech", "PP1"), database_now()
    with cast.alma.scope():
        stock.count(point_id=point.pk, quantities={"BOILER-1": 1}, now=now - timedelta(days=2))
    taken = cast.place(Stage.PICKUP, entries=BOILER, approved_minutes_ago=100)
    late = cast.place(Stage.NEW, entries=BOILER, approved_minutes_ago=50)
    with cast.alma.scope():
        stock.count(point_id=point.pk, quantities={"BOILER-1": 9}, now=database_now())
        told = report_of(cast.alma.shop("alma-tech"), AT_ONCE, days=30, now=database_now()).rehearsal
    assert [one.order.code for one in told.accepted] == [taken.code]
    assert [(one.order.code, one.decision.reason) for one in told.held] == [(late.code, Reason.SHORT)]


@pytest.mark.parametrize(("minutes_ago", "outcome"), [(50, Outcome.SHOP), (200, Outcome.EXPIRED)])
def test_a_cancel_among_the_accepted_is_the_shops_or_one_that_the_rule_would_have_spared(
    cast: Cast, minutes_ago: int, outcome: Outcome
) -> None:
    point = cast.alma.point("alma-tech", "PP1")
    with cast.alma.scope():
        stock.count(point_id=point.pk, quantities={"BOILER-1": 5}, now=database_now() - timedelta(days=2))
    order_ = cast.place(Stage.NEW, entries=BOILER, approved_minutes_ago=minutes_ago)
    cast.kaspi.control("POST", f"orders/{order_.code}", {"do": "expires"})
    cast.observe(cast.alma, "alma-tech", order_.code)
    with cast.alma.scope():
        told = report_of(cast.alma.shop("alma-tech"), AT_ONCE, days=30, now=database_now()).rehearsal
    assert [one.order.outcome for one in told.accepted] == [outcome]


def test_a_large_past_is_walked_through_in_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    orders = [order(number, number, taken=20, left=90) for number in range(27_000)]
    changes = [(number + 90, -1) for number in range(27_000)]
    known = then(1000, *changes)
    began = time.process_time()
    told = rehearse(orders, known, Rules(in_hours=True), day_of=DayOf(ALWAYS))
    seconds = time.process_time() - began
    with capsys.disabled():
        print(f"\n{len(told.decided)} past orders decided in {seconds:.2f} s of a core")
    assert len(told.decided) == 27_000 and seconds < 5
