"""What comes back: each piece once, never more than left, and every change in the movements."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import coming_back, stock
from catalog.coming_back import Verdict
from catalog.models import ComeBack, Movement, StockItem
from catalog.stock import Line
from staff.errors import Refused
from tests.cast import Cast

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SKU = "SAY-KTL-17"
VERDICTS = ("restocked", "repacked", "quarantined", "written_off")
STATES = ("on_hand", "reserved", "quarantine", "written_off")


@pytest.fixture
def point(cast: Cast) -> Iterator[int]:
    """PP1 of «Алма Техника» in the company's scope: ten kettles lay there, order 1 has taken three with it."""
    place = cast.alma.point("alma-tech", "PP1")
    with cast.alma.scope():
        stock.count(point_id=place.pk, quantities={SKU: 10}, now=NOW)
        stock.hold(order_id=1, point_id=place.pk, lines=[Line(0, SKU, 3)], now=NOW)
        stock.ship(order_ids=[1], now=NOW)
        yield place.pk


def judge(point: int, *, order: int = 1, **pieces: int) -> bool:
    verdict = Verdict(entry_number=0, sku=SKU, most=3, **pieces)
    return coming_back.take_back(order_id=order, point_id=point, verdicts=[verdict], now=NOW)


def shelf(point: int) -> tuple[int, ...]:
    return tuple(StockItem.objects.values_list(*STATES).get(point_id=point, sku=SKU))


def test_each_verdict_has_its_place(point: int) -> None:
    assert judge(point, restocked=1, repacked=1, written_off=1)
    assert shelf(point) == (8, 0, 1, 1)
    assert stock.available(point, [SKU]) == {SKU: 8}


def test_pressed_twice_it_moves_once(point: int) -> None:
    assert [judge(point, restocked=2), judge(point, restocked=2)] == [True, False]
    assert (shelf(point), Movement.objects.filter(reason="returned").count()) == ((9, 0, 0, 0), 1)


def test_a_changed_mind_moves_only_the_difference(point: int) -> None:
    judge(point, quarantined=3)
    judge(point, quarantined=1, restocked=2)
    assert shelf(point) == (9, 0, 1, 0)


def test_to_repack_what_lay_in_quarantine_moves_nothing_but_is_kept(point: int) -> None:
    judge(point, quarantined=2)
    judge(point, repacked=2)
    assert (shelf(point), ComeBack.objects.get().repacked) == ((7, 0, 2, 0), 2)


def test_more_than_the_order_had_never_comes_back(point: int) -> None:
    for pieces in ({"restocked": 4}, {"restocked": 2, "written_off": 2}, {"quarantined": -1}):
        with pytest.raises(Refused, match="too_many_back"):
            judge(point, **pieces)
    assert shelf(point) == (7, 0, 0, 0)


def test_a_piece_that_is_sold_again_is_not_taken_off_the_shelf(point: int) -> None:
    judge(point, restocked=1)
    stock.count(point_id=point, quantities={SKU: 0}, now=NOW)
    with pytest.raises(Refused, match="sold_again"):
        judge(point, quarantined=1)


def test_of_two_lines_both_move_or_none(point: int) -> None:
    lines = [Verdict(entry_number=n, sku=SKU, most=1, restocked=1 + n) for n in range(2)]
    with pytest.raises(Refused):
        coming_back.take_back(order_id=1, point_id=point, verdicts=lines, now=NOW)
    assert (shelf(point), ComeBack.objects.count()) == ((7, 0, 0, 0), 0)


counts = st.integers(0, 3)
presses = st.lists(st.tuples(st.sampled_from([1, 2]), counts, counts, counts, counts), max_size=8)


@given(presses)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_movements_add_up_to_the_state_in_any_order_and_repetition(
    point: int, presses: list[tuple[int, int, int, int, int]]
) -> None:
    with transaction.atomic():
        last = {1: (0, 0, 0, 0), 2: (0, 0, 0, 0)}
        for order, *pieces in presses:
            if sum(pieces) <= 3:
                judge(point, order=order, **dict(zip(VERDICTS, pieces, strict=True)))
                last[order] = (pieces[0], pieces[1], pieces[2], pieces[3])
        laid = [sum(column) for column in zip(*last.values(), strict=True)]
        assert shelf(point) == (7 + laid[0], 0, laid[1] + laid[2], laid[3])
        sums = Movement.objects.filter(point_id=point, sku=SKU).aggregate(*(Sum(f"{name}_change") for name in STATES))
        assert tuple(sums.values()) == shelf(point)
        transaction.set_rollback(True)
