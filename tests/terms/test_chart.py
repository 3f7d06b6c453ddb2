"""The columns of terms: where they stand, and that nothing lies on the line that is aimed at."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quality.terms.chart import ABOVE, AXIS, TOP, draw

SHARES = st.fractions(0, 1, max_denominator=100)


@given(st.lists(SHARES, min_size=1, max_size=15), st.sampled_from([Fraction(9, 10), Fraction(97, 100)]))
def test_a_column_is_as_high_as_its_share_and_full_when_it_reaches_the_aim(
    shares: list[Fraction], target: Fraction
) -> None:
    chart = draw(shares, target, {}, label="", goal="")
    for bar, value in zip(chart.bars, shares, strict=True):
        assert abs(bar.height - (AXIS - TOP) * float(value)) < 0.01
        assert bar.reached == (value >= target)
        assert bar.share_y <= chart.goal_y - ABOVE or bar.share_y >= chart.goal_y + ABOVE


def test_what_a_day_is_to_the_shop_stands_below_it_in_two_rows() -> None:
    chart = draw([Fraction(1, 2), Fraction(1)], TARGET, {1: ["обещаем", "честно"], 0: ["", ""]}, label="", goal="")
    nothing, both = (bar.marks for bar in chart.bars)
    assert nothing == () and [mark.text for mark in both] == ["обещаем", "честно"]
    assert both[0].y < both[1].y


TARGET = Fraction(97, 100)
