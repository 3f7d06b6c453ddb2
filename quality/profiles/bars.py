"""All competing lines of one number on one bar: what is critical above it, what is good below it. Pure geometry."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from quality.formulas import Metric
from quality.profiles.wording import bound_sign
from quality.scales import HIGHEST_MARK, LOWEST_MARK
from quality.thresholds import Bound, Rule
from staff.drawing import Zone, per_cent, zones

# Labels nearer than this part of the width stand in rows of their own; heights in px.
NEAR: Final = 0.12
ROW, THICK = 14, 8
ABOVE_TEXT, BELOW_TEXT = 11, 16


@dataclass(frozen=True, slots=True)
class Line:
    """A bound: where it crosses the bar, its label, and the heights of label and stroke."""

    x: str
    text: str
    text_y: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Bar:
    """`zones` are those of the profile in force; `marker` is empty while there is no number."""

    label: str
    zones: tuple[Zone, ...]
    critical: tuple[Line, ...]
    good: tuple[Line, ...]
    marker: str
    height: int
    top: int

    @property
    def middle(self) -> int:
        return self.top + THICK // 2


def bar(rules: Sequence[Rule], in_force: Rule, value: Fraction | None, label: str) -> Bar:
    """The lines of these rules of one metric, over the zones of the one in force."""
    low, high = _axis(rules)
    metric = in_force.metric

    def place(number: Fraction) -> float:
        return float((number - low) / (high - low))

    above, below = (_rows({getattr(rule, side) for rule in rules}, place) for side in ("critical", "good"))
    top = ROW * (1 + max((row for *_, row in above), default=0)) + 2
    bottom, lowest = top + THICK, max((row for *_, row in below), default=0)
    rating = metric is Metric.RATING
    lines = (in_force.critical, in_force.good) if rating else (in_force.good, in_force.critical)
    return Bar(
        label=label,
        zones=zones(
            [place(bound.value) for bound in lines], ("bad", "fair", "good") if rating else ("good", "fair", "bad")
        ),
        critical=tuple(
            Line(per_cent(x), bound_sign(bound, metric), ABOVE_TEXT + ROW * row, ROW * (row + 1), bottom + 3)
            for bound, x, row in above
        ),
        good=tuple(
            Line(
                per_cent(x),
                bound_sign(bound, metric),
                bottom + BELOW_TEXT + ROW * (lowest - row),
                top,
                bottom + 4 + ROW * (lowest - row),
            )
            for bound, x, row in below
        ),
        marker="" if value is None else per_cent(place(value)),
        height=bottom + ROW * (1 + lowest) + 6,
        top=top,
    )


def _axis(rules: Iterable[Rule]) -> tuple[Fraction, Fraction]:
    """Marks from three to five, shares from nothing to a third beyond the farthest line."""
    critical = [(rule.critical.value, rule.metric is Metric.RATING) for rule in rules]
    if any(rating for _, rating in critical):
        return min(Fraction(LOWEST_MARK), min(value for value, _ in critical) - 1), Fraction(HIGHEST_MARK)
    return Fraction(0), max(value for value, _ in critical) * Fraction(4, 3)


def _rows(bounds: Iterable[Bound], place: Callable[[Fraction], float]) -> list[tuple[Bound, float, int]]:
    """Bound, place 0–1, row: past those of all labels that stand too near.

    Labels stand right of their lines, the leftmost farthest from the bar: so no line crosses a label.
    """
    found: list[tuple[Bound, float, int]] = []
    for bound in sorted(bounds, key=lambda one: (one.value, one.comparator)):
        x = place(bound.value)
        found.append((bound, x, max((row + 1 for _, other, row in found if x - other < NEAR), default=0)))
    return found
