"""Geometry of lines over days. Pure; positions in a square of 100 × 100, or in pixels of the page's chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from staff.formats import Number

# The lowest and the highest point of a small line, as in the design.
TOP, BOTTOM = 9.68, 90.32
# A line longer than this is drawn by every second, third … day: no screen shows more.
MOST_POINTS = 400

Values = Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Span:
    """What lies at the bottom and at the top of a drawing."""

    low: Number
    high: Number

    def y(self, value: Number) -> float:
        """0 at the top, 100 at the bottom; what lies outside is put on the edge."""
        position = (float(value) - float(self.low)) / (float(self.high) - float(self.low))
        return round(100 - min(max(position, 0.0), 1.0) * 100, 2)


def span_of(values: Values) -> Span | None:
    """A span in which these values fill the height between TOP and BOTTOM; None without a value."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = float(min(known)), float(max(known))
    room = (high - low) or max(abs(high), 1.0)
    scale = room / (BOTTOM - TOP)
    middle = 50.0 if high == low else BOTTOM
    return Span(low - (100 - middle) * scale, low + middle * scale)


def line(values: Values, span: Span) -> str:
    """The path through the values, one a day; a day without a value breaks it."""
    return " ".join(_stroke(run) for run in _runs(values, span))


def area(values: Values, span: Span) -> str:
    """What lies below the line."""
    return " ".join(
        f"{_stroke(run)} L{_number(run[-1][0])} 100 L{_number(run[0][0])} 100 Z"
        for run in _runs(values, span)
        if len(run) > 1
    )


def thinned(count: int) -> range:
    """Which of so many days are drawn: the newest always."""
    step = -(-count // MOST_POINTS) or 1
    return range((count - 1) % step, count, step)


def _runs(values: Values, span: Span) -> list[list[tuple[float, float]]]:
    last = max(len(values) - 1, 1)
    placed = [(100 * n / last, None if value is None else span.y(value)) for n, value in enumerate(values)]
    return [
        [(x, y) for x, y in run if y is not None]
        for known, run in groupby(placed, lambda one: one[1] is not None)
        if known
    ]


def _stroke(run: Sequence[tuple[float, float]]) -> str:
    points = [f"{_number(x)} {_number(y)}" for x, y in run]
    # A single day is a dot: a line of no length with round ends.
    return "M" + " L".join(points if len(points) > 1 else points * 2)


def _number(position: float) -> str:
    return f"{position:.2f}".rstrip("0").rstrip(".")
