"""Our number against Kaspi's: a planted difference is found again."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from quality.audit.reconcile import Candidate, Doubt, Step, Theirs, reconcile
from quality.formulas import Metric

steps = st.builds(Step, st.integers(-5, 5), st.integers(-1, 1)).filter(any)
candidates = st.lists(
    st.builds(Candidate, st.integers(1, 10**9).map(str), st.sampled_from(Doubt), steps),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.code,
)
shares = st.sampled_from([metric for metric in Metric if metric is not Metric.RATING])
sums = st.integers(60, 3000).flatmap(lambda below: st.tuples(st.integers(50, below), st.just(below)))


def shown(metric: Metric, above: int, below: int) -> Theirs:
    """As the cabinet shows it: two digits after the point, half up."""
    scale = 1 if metric is Metric.RATING else 100
    digits = Decimal(above * scale) / Decimal(below)
    return Theirs(metric, Fraction(digits.quantize(Decimal("0.01"), ROUND_HALF_UP)) / scale)


@given(ours=sums, known=candidates, metric=st.sampled_from(Metric), counted=st.booleans(), data=st.data())
def test_a_planted_difference_of_one_order_is_among_the_candidates_that_explain_it(
    ours: tuple[int, int], known: Any, metric: Any, counted: bool, data: Any
) -> None:
    planted = data.draw(st.sampled_from(known))
    above, below = ours[0] + planted.step.numerator, ours[1] + planted.step.denominator
    theirs = shown(metric, above, below)
    theirs = Theirs(metric, theirs.value, above, below) if counted else theirs
    found = reconcile(*ours, theirs, known)
    assert planted in [one.candidate for one in found.candidates if one.explains]
    assert len(found.together) == (0 if found.agrees else 1)


@given(ours=sums, known=candidates, metric=shares, data=st.data())
def test_the_smallest_set_is_as_small_as_trying_all_of_them_finds(
    ours: tuple[int, int], known: Any, metric: Any, data: Any
) -> None:
    planted = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True))
    theirs = shown(metric, *moved(ours, planted))
    found = reconcile(*ours, theirs, known)
    assume(not found.agrees)
    sizes = (
        size
        for size in range(1, len(known) + 1)
        if any(theirs.distance(*moved(ours, taken)) == 0 for taken in combinations(known, size))
    )
    assert len(found.together) == next(sizes)
    assert theirs.distance(*moved(ours, found.together)) == 0


def moved(ours: tuple[int, int], taken: Any) -> tuple[int, int]:
    return ours[0] + sum(one.step.numerator for one in taken), ours[1] + sum(one.step.denominator for one in taken)


@given(ours=sums, metric=st.sampled_from(Metric))
def test_a_number_agrees_with_itself_as_it_is_shown(ours: tuple[int, int], metric: Any) -> None:
    found = reconcile(*ours, shown(metric, *ours), [])
    assert (found.agrees, found.orders) == (True, 0)


@given(ours=sums, metric=shares, orders=st.integers(1, 40))
def test_the_difference_is_said_in_orders(ours: tuple[int, int], metric: Any, orders: int) -> None:
    above, below = ours
    assume(below < 5000 and orders <= above)
    found = reconcile(above, below, Theirs(metric, Fraction(above - orders, below)), [])
    assert found.orders in (0, orders) if found.agrees else found.orders == orders


def test_the_likelier_of_two_that_explain_it_alike_comes_first() -> None:
    known = [Candidate("1", Doubt.COUNTED, Step(-1, 0)), Candidate("2", Doubt.RELABELLED, Step(-1, 0))]
    found = reconcile(28, 1000, Theirs(Metric.CANCELLED, Fraction(27, 1000)), known)
    assert [one.candidate.code for one in found.candidates] == ["2", "1"]
    assert [one.code for one in found.together] == ["2"]


def test_only_what_brings_the_numbers_nearer_is_helpful() -> None:
    known = [Candidate("1", Doubt.COUNTED, Step(1, 0)), Candidate("2", Doubt.COUNTED, Step(-1, 0))]
    found = reconcile(30, 1000, Theirs(Metric.CANCELLED, Fraction(20, 1000)), known)
    assert [one.candidate.code for one in found.helpful] == ["2"]


def test_forty_orders_of_one_kind_are_found_together() -> None:
    known = [Candidate(str(number), Doubt.EDGE, Step(-1, 0)) for number in range(60)]
    found = reconcile(80, 1000, Theirs(Metric.CANCELLED, Fraction(40, 1000)), known)
    assert (found.orders, len(found.together)) == (40, 40)


def test_without_orders_of_ours_nothing_agrees_and_nothing_breaks() -> None:
    found = reconcile(0, 0, Theirs(Metric.CANCELLED, Fraction(1, 100)), [])
    assert (found.agrees, found.together) == (False, ())
