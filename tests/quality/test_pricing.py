"""The price of one more cancel in words, with what the days ahead give back."""

from datetime import date, timedelta

import pytest

from quality.budget import days_ahead
from quality.formulas import Metric
from quality.metrics import DayCounts, measure_days, preview_window
from quality.pricing import one_more_cancel
from quality.thresholds import DEFAULT

TODAY = date(2026, 11, 24)
RULE = DEFAULT.rules[Metric.CANCELLED]


def priced(*days: DayCounts) -> str:
    measured = measure_days({Metric.CANCELLED: days}, Metric.CANCELLED, preview_window(TODAY, RULE.window_days))
    told = one_more_cancel(measured, RULE, days_ahead(days, RULE, today=TODAY, horizon=RULE.window_days))
    assert told is not None
    return told.ahead


@pytest.mark.parametrize(("ago", "day"), [(3, "22 декабря"), (28, "27 ноября"), (29, "26 ноября")])
def test_the_day_is_told_on_which_the_next_cancel_leaves_the_window(ago: int, day: str) -> None:
    old = DayCounts(TODAY - timedelta(days=ago), 1, 10)
    assert priced(old, DayCounts(TODAY, 0, 500)) == f"Следующая отмена выйдет из окна {day}"


def test_a_cancel_that_is_out_of_the_preview_already_is_not_told_of() -> None:
    assert priced(DayCounts(TODAY - timedelta(days=30), 1, 10), DayCounts(TODAY, 0, 500)) == ""


def test_where_no_room_is_left_the_day_is_told_on_which_there_is_again() -> None:
    said = priced(DayCounts(TODAY - timedelta(days=20), 1, 10), DayCounts(TODAY, 0, 70))
    leaves = (TODAY + timedelta(days=11)).day
    assert said == f"Следующая отмена выйдет из окна {leaves} декабря, место для ещё одной появится {leaves} декабря"
    never = "место для ещё одной в ближайшие дни не появится, если заказов придёт как раньше"
    assert priced(DayCounts(TODAY, 0, 40)) == never
