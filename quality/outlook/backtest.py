"""How far the forecast has been off on the shop's own past: the same engine, told only what was known then. Pure.

As of a day once a week back, with the buckets before that day alone, against what the numbers then became. It judges the
method, not yesterday's promise: facts that came later are in the buckets of the past as they are known today.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from quality.formulas import FORMULA, Formula
from quality.metrics import DayCounts, official_window
from quality.outlook.forecast import HORIZON, course_of, forecast
from quality.outlook.rates import WEEKS
from quality.thresholds import Rule

POINTS = 8
# A past of fewer points says nothing of an error.
FEWEST = 3
# Enough for a median and a band: eight points cost as much as two forecasts.
PATHS = 80
HALFWAY = 7


@dataclass(frozen=True, slots=True)
class Backtest:
    """`error_7` and `error_14`: the mean absolute error of the median, a share of 1 (marks for the rating).

    `inside`: how many of the `points` lay within the band on the last day.
    """

    points: int
    inside: int
    error_7: float
    error_14: float


def backtest(
    days: Iterable[DayCounts],
    rule: Rule,
    *,
    today: date,
    since: date,
    seed: Callable[[date], int],
    formula: Formula = FORMULA,
) -> Backtest | None:
    """The error over at most eight weekly points; None where there are fewer than three.

    `since`: the first day of which the buckets are known; a point wants its whole window after it. `seed` by day.
    """
    past = tuple(days)
    asked = (today - timedelta(days=HORIZON + 7 * n) for n in range(POINTS))
    found = [
        one
        for day in asked
        if day - timedelta(days=rule.window_days) >= since
        and (one := _errors(past, rule, day, seed(day), formula)) is not None
    ]
    if len(found) < FEWEST:
        return None
    halfway, last, inside = zip(*found, strict=True)
    return Backtest(len(found), sum(inside), sum(halfway) / len(found), sum(last) / len(found))


def days_needed(rule: Rule) -> int:
    """How many days back from today the buckets are read for all points."""
    return HORIZON + 7 * (POINTS - 1) + max(rule.window_days, WEEKS * 7)


def _errors(
    past: tuple[DayCounts, ...], rule: Rule, day: date, seed: int, formula: Formula
) -> tuple[float, float, bool] | None:
    """How far the median was off on the seventh and on the last day, and whether the band held the last; None: no number."""
    then = course_of((one for one in past if one.day < day), rule, today=day, formula=formula)
    ahead = forecast(then, seed=seed, paths=PATHS).days
    halfway, last = ahead[HALFWAY - 1], ahead[-1]
    true_7, true_14 = _value(past, rule, halfway.day), _value(past, rule, last.day)
    if true_7 is None or true_14 is None or halfway.median is None or last.median is None:
        return None
    assert last.low is not None and last.high is not None, "a day with a median has a band"
    return abs(halfway.median - true_7), abs(last.median - true_14), last.low <= true_14 <= last.high


def _value(past: tuple[DayCounts, ...], rule: Rule, shown: date) -> float | None:
    window = official_window(shown, rule.window_days)
    above = sum(day.numerator for day in past if window.holds(day.day))
    below = sum(day.denominator for day in past if window.holds(day.day))
    return above / below if below else None
