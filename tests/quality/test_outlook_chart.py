"""Geometry of the forecast's drawing: places by hand, labels that do not lie on one another."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import Metric
from quality.metrics import DayCounts, official_window
from quality.outlook.chart import APART, FOOT, MOST_TICKS, TOP, Chart, Label, frame, spread
from quality.outlook.forecast import HORIZON, Course, course_of, forecast
from quality.outlook.picture import PAST, Path, draw, facts
from quality.thresholds import V2_2026
from tests.quality.pasts import TODAY, pasts, steady

shares = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def _course(past: list[DayCounts], metric: Metric = Metric.CANCELLED) -> Course:
    return course_of(past, V2_2026.rules[metric], today=TODAY)


def _drawn(course: Course) -> Chart:
    found = forecast(course, seed=1, paths=20)
    return draw(course, found, (Path("pace", tuple(day.median for day in found.days)),), label="")


@given(values=shares)
def test_an_axis_holds_every_value_between_few_lines(values: list[float]) -> None:
    held = frame(values, last=10, unit=100, floor_=0.0, ceiling=None)
    assert 2 <= len(held.heights) <= MOST_TICKS + 2
    for value in values:
        assert TOP <= held.px(value) <= FOOT
        # Nothing is cut off: what lies inside is drawn where it is.
        assert held.low - 1e-4 <= value <= held.high + 1e-4


def test_places_are_those_of_the_design() -> None:
    held = frame([0.0, 0.04], last=30, unit=100, floor_=0.0, ceiling=None)
    assert [(line.y, line.text) for line in held.heights] == [(236, "0"), (180, "1"), (124, "2"), (68, "3"), (12, "4")]
    assert held.px(0.0218) == 113.92
    assert held.x(16) == "53.33%"
    assert held.path([0.0261, 0.0255]) == "M0 34.75 L3.33 36.25"
    assert held.zone(0.03, above=True) == "M0 0 H100 V25 H0 Z"
    assert held.level(0.05) == ""


def test_a_day_without_a_number_breaks_the_line_and_leaves_no_area() -> None:
    held = frame([0.0, 0.04], last=2, unit=100, floor_=0.0, ceiling=None)
    assert held.path([0.01, None, 0.02]) == "M0 75 M100 50"
    assert held.area([0.01, None, 0.02], [0.0, 0.0, 0.0]) == ""


@given(heights=st.lists(st.floats(TOP, FOOT), min_size=1, max_size=4))
def test_labels_at_one_place_are_moved_apart(heights: list[float]) -> None:
    placed = spread(*(Label("100%", y, str(number)) for number, y in enumerate(heights)))
    assert all(lower.y - upper.y >= APART - 0.02 for upper, lower in pairwise(placed))
    assert all(label.y <= FOOT for label in placed)


@pytest.mark.parametrize("metric", Metric)
def test_the_line_of_the_past_is_what_the_cabinet_showed(metric: Metric) -> None:
    past = steady(20, 0.1)
    found = facts(_course(past, metric))
    for n, value in enumerate(reversed(found)):
        window = official_window(TODAY - timedelta(days=n), V2_2026.rules[metric].window_days)
        held = [day for day in past if window.holds(day.day)]
        assert value == Fraction(sum(day.numerator for day in held), sum(day.denominator for day in held))
    assert len(found) == PAST + 1


@given(past=pasts())
def test_every_past_can_be_drawn(past: list[DayCounts]) -> None:
    chart = _drawn(_course(past))
    assert "nan" not in chart.curves[0].path + chart.band
    assert len(chart.days) >= 5
    assert chart.limit and chart.zone


def test_the_zone_of_the_rating_lies_below_its_line() -> None:
    fives = [DayCounts(TODAY - timedelta(days=n), 5 * 4, 4) for n in range(120, 0, -1)]
    chart = _drawn(_course(fives, Metric.RATING))
    assert chart.zone.endswith("V100 H0 Z") and not chart.zone.startswith("M0 0")
    assert chart.heights[-1].text == "5"


def test_today_and_the_ends_are_named_on_the_axis() -> None:
    days = _drawn(_course(steady(20, 0.02))).days
    named = {day.text: day for day in days}
    assert days[0].text == "28 сен" and days[-1].text == "28 окт"
    assert named["14"].x == f"{100 * PAST / (PAST + HORIZON):.2f}%" and not named["14"].minor
