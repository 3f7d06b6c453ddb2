"""The drawing of a number: sixteen days that were, fourteen that may come, and what may come in words under it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.metrics import DayCounts, Window, official_window
from quality.outlook.chart import FOOT, TOP, Chart, Curve, Dot, Frame, Label, frame, spread
from quality.outlook.forecast import Course, Forecast
from quality.outlook.words import told
from quality.thresholds import Rule
from staff.drawing import Tick
from staff.formats import axis_day, grouped, share

PAST = 16
HIGHEST_MARK = 5.0
# Every fifth day is named; a narrow card keeps the ends and today.
NAMED_EVERY = 5


@dataclass(frozen=True, slots=True)
class Path:
    """A path from today on: its line, and the colour of its last number."""

    kind: str
    values: tuple[float | None, ...]
    level: str = ""


def facts(course: Course) -> tuple[Fraction | None, ...]:
    """The number as the cabinet showed it, sixteen days ago up to today."""
    shown = (course.today - timedelta(days=n) for n in range(PAST, -1, -1))
    return tuple(_official(course.past, official_window(day, course.rule.window_days)) for day in shown)


def _official(past: Iterable[DayCounts], window: Window) -> Fraction | None:
    held = [day for day in past if window.holds(day.day)]
    below = sum(day.denominator for day in held)
    return Fraction(sum(day.numerator for day in held), below) if below else None


def draw(course: Course, found: Forecast, paths: Sequence[Path], *, label: str) -> Chart:
    """`found` gives the band; the zone, the line and the goal are those of its rule."""
    known = tuple(None if value is None else float(value) for value in facts(course))
    lows, highs = ([getattr(day, name) for day in found.days] for name in ("low", "high"))
    held = _frame(found.rule, [*known, *lows, *highs, *(value for path in paths for value in path.values)], len(lows))
    rule, metric, now = found.rule, found.rule.metric, known[-1]
    base = (held.low,) * len(known)
    return Chart(
        label=label,
        heights=held.heights,
        days=_days(course, held.last),
        zone=held.zone(float(rule.critical.value), above=metric is not Metric.RATING),
        limit=held.level(float(rule.critical.value)),
        goal=held.level(float(rule.good.value)),
        now=f"M{held.across(PAST):.2f} 0 V100",
        past_area=held.area(known, base),
        band=held.area([now, *highs], [now, *lows], start=PAST),
        curves=(
            *(Curve(path.kind, held.path([now, *path.values], start=PAST)) for path in paths),
            Curve("s1", held.path(known)),
        ),
        labels=(*_bounds(held, rule), *_today(held, metric, now), *_ends(held, metric, paths)),
        dots=_dots(held, now, paths),
    )


def _frame(rule: Rule, values: Sequence[float | None], horizon: int) -> Frame:
    lines = [float(rule.critical.value), float(rule.good.value)]
    seen = [*(value for value in values if value is not None), *lines]
    if rule.metric is Metric.RATING:
        low = min(*seen, lines[0] - 0.25)
        return frame(seen, last=PAST + horizon, unit=1, floor_=max(low, 0.0), ceiling=HIGHEST_MARK)
    # A third of the line above it, so that the zone is seen.
    high = max(*seen, lines[0] * 4 / 3)
    return frame(seen, last=PAST + horizon, unit=100, floor_=0.0, ceiling=min(high, 1.0))


def _days(course: Course, last: int) -> tuple[Tick, ...]:
    named = [*range(0, PAST - 2, NAMED_EVERY), PAST, *range(PAST + NAMED_EVERY, last - 2, NAMED_EVERY), last]
    first = course.today - timedelta(days=PAST)
    return tuple(
        Tick(
            x="0%" if not n else f"{100 * n / last:.2f}%",
            text=axis_day(first + timedelta(days=n), month=n in (0, last)),
            anchor={0: "start", last: "end"}.get(n, "middle"),
            minor=n not in (0, PAST, last),
        )
        for n in named
    )


def _bounds(held: Frame, rule: Rule) -> tuple[Label, ...]:
    """The names of the lines: the critical one in its zone, the goal beyond itself."""
    marks = rule.metric is Metric.RATING
    critical, good = (
        grouped(one, digits=1) if marks else _percent(one) for one in (rule.critical.value, rule.good.value)
    )
    below, above = 15, -6
    return (
        Label(
            "4",
            held.px(float(rule.critical.value)) + (below if marks else above),
            gettext("критично %(value)s") % {"value": critical},
            "danger",
        ),
        Label(
            "4",
            held.px(float(rule.good.value)) + (above if marks else below),
            gettext("цель %(value)s") % {"value": good},
            "ok",
        ),
    )


def _percent(value: Fraction) -> str:
    return share(value, digits=0 if (value * 100).denominator == 1 else 1)


def _today(held: Frame, metric: Metric, now: float | None) -> tuple[Label, ...]:
    if now is None:
        return ()
    y = held.px(now)
    text = gettext("%(value)s сегодня") % {"value": told(metric, now)}
    return (Label(f"{100 * PAST / held.last - 1.4:.2f}%", y + 20 if y < FOOT - 30 else y - 12, text, "strong", "end"),)


def _ends(held: Frame, metric: Metric, paths: Sequence[Path]) -> tuple[Label, ...]:
    ends = [(path.values[-1], path.level) for path in paths if path.values and path.values[-1] is not None]
    ends.sort(key=lambda end: -(end[0] or 0))
    labels = []
    for number, (value, level) in enumerate(ends):
        y = held.px(value or 0) + (-8 if not number else 16)
        labels.append(Label("100%", max(y, TOP + 10), told(metric, value), level, "end"))
    return spread(*labels)


def _dots(held: Frame, now: float | None, paths: Sequence[Path]) -> tuple[Dot, ...]:
    ends = [(path.values[-1], path.level) for path in paths if path.values and path.values[-1] is not None]
    last = [
        Dot(held.x(held.last), held.px(value or 0), level if level in ("ok", "danger", "warn") else "")
        for value, level in ends
    ]
    return (*([Dot(held.x(PAST), held.px(now))] if now is not None else []), *last)
