"""Geometry of the small drawings: positions in per cent of the width, computed here, printed by templates as SVG.

Per cent, because a drawing without a viewBox keeps its text at the size of the page whatever its width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from staff.formats import Number

# Room left and right of a border between two zones.
GAP = 0.25


def per_cent(position: float) -> str:
    """0.4823 is «48.23%»; what lies outside the drawing is put on its edge."""
    return f"{min(max(position, 0.0), 1.0) * 100:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True)
class Zone:
    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    text: str
    anchor: str = "middle"
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A value between two bounds; `marker` is empty while the value is not counted."""

    label: str
    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    marker: str


def zones(borders: Sequence[float], kinds: Sequence[str]) -> tuple[Zone, ...]:
    """Neighbouring stripes: `borders` are positions 0–1 between the `kinds`, one fewer than kinds."""
    edges = [0.0, *borders, 1.0]
    gap = GAP / 100
    lefts = [edge + (gap if index else 0) for index, edge in enumerate(edges[:-1])]
    rights = [edge - gap for edge in edges[1:-1]] + [1.0]
    return tuple(
        Zone(kind, per_cent(left), per_cent(right - left))
        for kind, left, right in zip(kinds, lefts, rights, strict=True)
    )


def metric_scale(
    value: Number | None,
    *,
    low: Number,
    high: Number,
    bounds: Sequence[tuple[Number, str]],
    kinds: Sequence[str],
    label: str,
) -> Scale:
    """A metric from `low` to `high`; `bounds` are (value, text under it) in rising order, `kinds` the zones between."""

    def position(number: Number) -> float:
        return (float(number) - float(low)) / (float(high) - float(low))

    places = [position(bound) for bound, _ in bounds]
    return Scale(
        label=label,
        zones=zones(places, kinds),
        ticks=tuple(Tick(per_cent(place), text) for place, (_, text) in zip(places, bounds, strict=True)),
        marker="" if value is None else per_cent(position(value)),
    )


def root_axis(seconds: int, *, length: int) -> float:
    """Square-root time axis: of `length` seconds the first quarter takes half the width."""
    return sqrt(max(seconds, 0) / length)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a small chart with its number above and its name below; `count` empty: no column on that day."""

    x: str
    y: float
    width: str
    height: float
    middle: str
    count: str
    count_y: float
    text: str
    minor: bool = False


# Heights in px: the axis, the tallest column, the room for a number.
AXIS, TALLEST, LIFT = 72.0, 44.0, 6.0


def columns(counts: Sequence[tuple[str, int]], *, named_every: int = 3) -> tuple[Column, ...]:
    """Columns side by side, as wide as the drawing: (name, count). A narrow card keeps every third name."""
    slot = 1 / max(len(counts), 1)
    top = max((count for _, count in counts), default=0) or 1

    def column(index: int, text: str, count: int) -> Column:
        height = round(TALLEST * count / top, 2)
        return Column(
            x=per_cent((index + 0.16) * slot),
            y=AXIS - height,
            width=per_cent(0.68 * slot),
            height=height,
            middle=per_cent((index + 0.5) * slot),
            count=str(count) if count else "",
            count_y=AXIS - height - LIFT,
            text=text,
            minor=bool(index % named_every),
        )

    return tuple(column(index, text, count) for index, (text, count) in enumerate(counts))
