"""How many pieces buyers may ask for in some hours, against Poisson's sum in exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.demand import EXACT_UP_TO, _far, _summed, quantile


def chance_of_at_most(pieces: int, mean: float) -> float:
    """The chance summed term by term with whole factorials: slow and obvious."""
    exact = sum(Fraction(mean) ** n / math.factorial(n) for n in range(pieces + 1))
    return float(exact) * math.exp(-mean)


@given(rate=st.floats(0, 3), hours=st.floats(0, 12), level=st.sampled_from((0.5, 0.8, 0.9, 0.95, 0.99)))
def test_demand_stays_within_the_quantile_as_often_as_asked_and_within_no_fewer_pieces(
    rate: float, hours: float, level: float
) -> None:
    pieces = quantile(rate, hours, level)
    assert chance_of_at_most(pieces, rate * hours) >= level - 1e-9
    assert pieces == 0 or chance_of_at_most(pieces - 1, rate * hours) < level + 1e-9


@pytest.mark.parametrize("level", [0.01, 0.5, 0.9, 0.99, 0.999])
def test_the_sum_and_the_normal_shape_meet(level: float) -> None:
    assert abs(_summed(EXACT_UP_TO, level) - _far(EXACT_UP_TO, level)) <= 1


def test_nothing_is_asked_for_at_a_rate_of_zero_and_a_level_next_to_one_ends() -> None:
    assert quantile(0, 24, 0.99) == quantile(5, 0, 0.99) == 0
    assert quantile(1, 5, math.nextafter(1, 0)) < 60


@pytest.mark.parametrize(("rate", "hours", "level"), [(-1, 1, 0.5), (1, -1, 0.5), (1, 1, 0), (1, 1, 1)])
def test_a_negative_rate_and_a_level_of_one_are_refused(rate: float, hours: float, level: float) -> None:
    with pytest.raises(ValueError, match=r"negative|level"):
        quantile(rate, hours, level)
