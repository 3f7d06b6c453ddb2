"""Figures of a group and the honest term, against counting one by one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.standing.intervals import of_share
from quality.terms.rules import (
    FEW,
    OUTSIDE,
    SURE,
    TARGET,
    Advice,
    Cell,
    Verdict,
    covered,
    group_of,
    needed,
)

DAYS = st.integers(0, 9)
TARGETS = st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), TARGET])


@st.composite
def counted(draw: st.DrawFn) -> Cell:
    promised, taken = draw(DAYS), draw(st.one_of(st.none(), DAYS))
    late = taken is None or taken > promised
    return Cell(Verdict.LATE if late else Verdict.KEPT, promised, taken, draw(st.booleans()), draw(st.integers(1, 60)))


def one_by_one(cells: list[Cell]) -> list[float]:
    return sorted(float("inf") if cell.taken is None else cell.taken for cell in cells for _ in range(cell.orders))


def slowest_of(values: list[float], level: Fraction) -> int | None:
    """The first value that is not exceeded by at least `level` of all, looked for among all."""
    found = next(v for v in values if Fraction(sum(w <= v for w in values), len(values)) >= level)
    return None if found == float("inf") else int(found)


@given(st.lists(counted(), min_size=1, max_size=12))
def test_quantiles_are_those_of_a_list_of_all_orders(cells: list[Cell]) -> None:
    group, values = group_of(cells, target=TARGET), one_by_one(cells)
    levels = (Fraction(1, 2), Fraction(9, 10), Fraction(19, 20))
    assert [group.median, group.ninety, group.ninety_five] == [slowest_of(values, level) for level in levels]
    assert group.orders == len(values) and group.small == (len(values) < FEW)


@given(st.lists(counted(), min_size=1, max_size=12), TARGETS)
def test_the_honest_term_is_the_first_day_whose_share_is_surely_enough(cells: list[Cell], target: Fraction) -> None:
    term, values = group_of(cells, target=target).term, one_by_one(cells)
    sure = [d for d in range(10) if of_share(sum(v <= d for v in values), len(values), level=SURE).low >= target]
    assert term.days == (sure[0] if sure else None)
    assert term.before == sum(cell.orders for cell in cells if cell.verdict is Verdict.LATE)
    assert term.after == (None if term.days is None else sum(v > term.days for v in values))


@given(TARGETS)
def test_needed_is_the_fewest_orders_that_could_be_promised_by(target: Fraction) -> None:
    first = next(n for n in range(1, 1000) if of_share(n, n, level=SURE).low >= target)
    assert needed(target) == first


@given(st.lists(counted(), min_size=1, max_size=8))
def test_a_longer_term_keeps_no_fewer_orders(cells: list[Cell]) -> None:
    shares, values = covered(cells, 9), one_by_one(cells)
    assert list(shares) == sorted(shares)
    assert shares[3] == Fraction(sum(value <= 3 for value in values), len(values))


@pytest.mark.parametrize("verdict", OUTSIDE)
def test_what_is_outside_the_term_is_counted_apart_and_in_no_share(verdict: Verdict) -> None:
    group = group_of([Cell(Verdict.KEPT, 2, 1, False, 9), Cell(verdict, 2, 7, False, 4)], target=TARGET)
    assert (group.orders, group.late, group.kept, group.outside) == (9, 0, 1, {verdict: 4})
    assert group.ninety_five == 1


@pytest.mark.parametrize(
    ("promised", "taken", "orders", "advice"),
    [
        (3, 2, 200, Advice.SHORTER),
        (2, 2, 200, Advice.RIGHT),
        (1, 2, 200, Advice.LONGER),
        (3, 2, 10, Advice.FEW),
        (3, None, 200, Advice.NEVER),
    ],
)
def test_the_advice_follows_the_term(promised: int, taken: int | None, orders: int, advice: Advice) -> None:
    late = taken is None or taken > promised
    cell = Cell(Verdict.LATE if late else Verdict.KEPT, promised, taken, False, orders)
    assert group_of([cell], target=TARGET).term.advice is advice


def test_late_by_the_promises_is_told_beside_late_by_the_term() -> None:
    cells = [
        Cell(Verdict.KEPT, 2, 2, False, 900),
        Cell(Verdict.LATE, 2, 3, False, 90),
        Cell(Verdict.LATE, 2, 8, True, 10),
    ]
    group = group_of(cells, target=TARGET)
    assert (group.term.days, group.term.before, group.term.after) == (3, 100, 10)
    assert (group.spare, group.promised, group.moved) == (0, 2, 10)


def test_nothing_done_has_no_figures() -> None:
    group = group_of([], target=TARGET)
    assert (group.kept, group.median, group.spare, group.term.advice) == (None, None, None, Advice.FEW)
    assert covered([], 3) == ()
