"""How many buyers may come, and what to order, against chances summed by hand and days lived through by dice."""

import math
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.replenishment.forecast import Demand, Pace, pace_of
from catalog.replenishment.ordering import Terms, plan

MONDAY = date(2026, 11, 30)
FLAT = (1.0,) * 7
MEANS, SPREADS = st.floats(0.01, 40), st.just(0.0) | st.floats(0.01, 3)


def chances(demand: Demand, most: int) -> list[float]:
    """Of 0, 1 … pieces, straight from the formulas with the gamma function."""
    spread = demand.variance - demand.mean
    if spread <= demand.mean * 1e-9:
        return [math.exp(n * math.log(demand.mean) - demand.mean - math.lgamma(n + 1)) for n in range(most)]
    size = demand.mean**2 / spread
    p = size / (size + demand.mean)
    return [
        math.exp(
            math.lgamma(n + size) - math.lgamma(size) - math.lgamma(n + 1) + size * math.log(p) + n * math.log1p(-p)
        )
        for n in range(most)
    ]


@settings(max_examples=30)
@given(mean=MEANS, spread=SPREADS, level=st.sampled_from((0.5, 0.9, 0.95, 0.99)), stock=st.integers(0, 80))
def test_quantile_shortage_and_chance_are_those_of_the_formulas(
    mean: float, spread: float, level: float, stock: int
) -> None:
    demand = Demand(mean, mean + spread * mean)
    told = chances(demand, 900)
    summed = [math.fsum(told[: n + 1]) for n in range(600)]
    assert summed[demand.quantile(level)] >= level - 1e-6
    assert demand.quantile(level) == 0 or summed[demand.quantile(level) - 1] < level + 1e-6
    assert demand.above(stock) == pytest.approx(
        math.fsum((n - stock) * one for n, one in enumerate(told) if n > stock), abs=1e-5
    )
    assert demand.chance_above(stock) == pytest.approx(math.fsum(told[stock + 1 :]), abs=1e-5)


def test_far_from_nought_the_normal_shape_takes_over_without_a_step() -> None:
    near, far = Demand(1_999, 4_000), Demand(2_001, 4_000)
    assert abs(near.quantile(0.95) - far.quantile(0.95)) <= 4
    assert near.above(2_050) == pytest.approx(far.above(2_050), rel=0.15)


@pytest.mark.parametrize("spread", [0.0, 0.8])
def test_the_pace_of_a_known_shop_is_found_again_from_its_days(spread: float) -> None:
    dice = Random(7)
    true = [1.0, 1.0, 1.0, 1.0, 1.4, 1.6, 0.4]
    weeks = [MONDAY - timedelta(days=n) for n in range(1, 8 * 7 + 1)][::-1]
    sold = [_drawn(dice, 6 * true[day.weekday()], spread) for day in weeks]
    pace = pace_of(sold, weeks[-1])
    assert pace.daily == pytest.approx(6 * sum(true) / 7, rel=0.2)
    assert pace.shape[5] > pace.shape[2] > pace.shape[6]
    assert pace.spread == pytest.approx(spread, abs=0.4)


def _drawn(dice: Random, mean: float, spread: float) -> int:
    rate = mean * (dice.gammavariate(1 / spread, spread) if spread else 1)
    count, product = 0, dice.random()
    while product > math.exp(-rate):
        count, product = count + 1, product * dice.random()
    return count


def test_a_day_on_which_nobody_could_buy_is_not_a_day_without_demand() -> None:
    half_empty = [2, 2, 2, None, None, None, None] * 4
    assert pace_of(half_empty, MONDAY).daily == pytest.approx(pace_of([2] * 28, MONDAY).daily, rel=0.05)
    assert pace_of([None] * 28, MONDAY) == Pace(0.0, FLAT, 0.0, 0)


@settings(max_examples=8, deadline=None)
@given(daily=st.floats(0.5, 5), spread=st.sampled_from((0.0, 0.6)), lead=st.integers(1, 6), free=st.integers(0, 20))
def test_what_is_ordered_lasts_as_surely_as_asked_and_the_shortage_is_what_dice_show(
    daily: float, spread: float, lead: int, free: int
) -> None:
    terms, pace, dice = Terms(lead, 3, 0.9), Pace(daily, FLAT, spread, 56), Random(11)
    found = plan(pace, free=free, terms=terms, first=MONDAY, unit_cost=None)
    lives = [[_drawn(dice, daily, spread) for _ in range(lead + 3)] for _ in range(2_000)]
    enough = sum(sum(life) <= free + found.pieces for life in lives) / len(lives)
    unmet = sum(max(0, sum(life[:lead]) - free) for life in lives) / len(lives)
    assert enough >= 0.9 - 0.03
    assert found.unmet == pytest.approx(unmet, rel=0.15, abs=0.15)
    assert 0 <= found.cancels <= found.unmet + 1e-9


def test_cover_preorder_and_cost_follow_from_the_pace() -> None:
    pace = Pace(2.0, FLAT, 0.0, 56)
    found = plan(pace, free=9, terms=Terms(lead_days=10, review_days=7), first=MONDAY, unit_cost=None)
    assert (found.cover, found.preorder, found.cost) == (4, 10, None)
    rested = plan(pace, free=90, terms=Terms(lead_days=10, review_days=7), first=MONDAY, unit_cost=None)
    assert (rested.cover, rested.pieces, rested.preorder) == (45, 0, 0)
    assert plan(pace, free=0, terms=Terms(lead_days=31), first=MONDAY, unit_cost=None).preorder == 0
