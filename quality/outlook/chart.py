"""Geometry of a number over days: what has been, what may come, and the lines it is judged by.

Across in per cent of the width, down in px of a drawing of one height (staff.drawing says why). Lines lie in an inner
drawing of 100 × 100 that is stretched. They are told apart by their dashes and labels, never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from staff.drawing import Tick, per_cent
from staff.formats import grouped

HEIGHT, TOP, FOOT = 264, 12, 236
BELOW_AXIS = 256
# Labels nearer than this, in px, would lie on one another.
APART = 15
MOST_TICKS = 5
# The steps of an axis, in its own units: the first that leaves few enough.
STEPS = tuple(Fraction(step) for step in ("0.1", "0.2", "0.25", "0.5", "1", "2", "5", "10", "20", "25", "50", "100"))

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Height:
    """A line of the grid with its name: `y` of the line, `text_y` of the text, in px."""

    y: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the drawing; `level` picks their colour."""

    x: str
    y: float
    text: str
    level: str = ""
    anchor: str = "start"
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: float
    level: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line; `kind` are the classes behind `chart__line--`."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing as the template prints it. Paths are in the inner 100 × 100; `limit` and `goal` may lie outside it."""

    label: str
    heights: tuple[Height, ...]
    days: tuple[Tick, ...]
    zone: str
    limit: str
    goal: str
    now: str
    past_area: str
    band: str
    curves: tuple[Curve, ...]
    labels: tuple[Label, ...]
    dots: tuple[Dot, ...]
    height: int = HEIGHT
    top: int = TOP
    inner: int = FOOT - TOP


@dataclass(frozen=True, slots=True)
class Frame:
    """How values become places. `low` and `high` in the units of the values, `last` is the last day's number."""

    low: float
    high: float
    last: int
    heights: tuple[Height, ...]

    def across(self, day: int) -> float:
        return 100 * day / self.last

    def down(self, value: float) -> float:
        """Of 100, from above; what lies outside is put on the edge."""
        return 100 * min(max((self.high - value) / (self.high - self.low), 0.0), 1.0)

    def px(self, value: float) -> float:
        return round(TOP + (FOOT - TOP) * self.down(value) / 100, 2)

    def x(self, day: int) -> str:
        return per_cent(day / self.last)

    def path(self, values: Values, *, start: int = 0) -> str:
        """A line through the values of the days from `start` on; days without one break it."""
        drawn, pen = [], "M"
        for day, value in enumerate(values, start):
            if value is None:
                pen = "M"
                continue
            drawn.append(f"{pen}{_short(self.across(day))} {_short(self.down(value))}")
            pen = "L"
        return " ".join(drawn)

    def area(self, values: Values, floor_: Values, *, start: int = 0) -> str:
        """What lies between two lines; nothing where one of them is broken."""
        pairs = [(v, f) for v, f in zip(values, floor_, strict=True) if v is not None and f is not None]
        if len(pairs) < len(values) or len(pairs) < 2:
            return ""
        back = range(start + len(pairs) - 1, start - 1, -1)
        lower = [f"L{_short(self.across(day))} {_short(self.down(pairs[day - start][1]))}" for day in back]
        return " ".join([self.path([value for value, _ in pairs], start=start), *lower, "Z"])

    def level(self, value: float) -> str:
        return f"M0 {_short(self.down(value))} H100" if self.low <= value <= self.high else ""

    def zone(self, value: float, *, above: bool) -> str:
        """What lies beyond a line, up to the edge of the drawing."""
        down = _short(self.down(value))
        return f"M0 0 H100 V{down} H0 Z" if above else f"M0 {down} H100 V100 H0 Z"


def frame(values: Sequence[float], *, last: int, unit: int, floor_: float | None, ceiling: float | None) -> Frame:
    """An axis that holds all values. `unit`: what its numbers are multiplied by to be read; a share is read in per cent."""
    low = floor_ if floor_ is not None else min(values)
    high = ceiling if ceiling is not None else max(values)
    step = next((one for one in STEPS if (high - low) * unit / one <= MOST_TICKS), STEPS[-1])
    first = floor(Fraction(low).limit_denominator(10_000) * unit / step)
    final = max(ceil(Fraction(high).limit_denominator(10_000) * unit / step), first + 1)
    made = Frame(float(first * step / unit), float(final * step / unit), last, ())
    heights = (made.px(float(number * step / unit)) for number in range(first, final + 1))
    texts = (_number(number * step) for number in range(first, final + 1))
    return Frame(
        made.low,
        made.high,
        last,
        tuple(Height(y, text, y + 4) for y, text in zip(heights, texts, strict=True)),
    )


def spread(*labels: Label) -> tuple[Label, ...]:
    """Labels at one place, the upper ones first, moved apart until none lies on another, and never below the axis."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda one: one.y):
        y = max(label.y, placed[-1].y + APART) if placed else max(label.y, TOP + 10)
        placed.append(Label(label.x, y, label.text, label.level, label.anchor, label.minor))
    over = max(placed[-1].y - FOOT + 4, 0) if placed else 0
    return tuple(Label(one.x, round(one.y - over, 2), one.text, one.level, one.anchor, one.minor) for one in placed)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _number(number: Fraction) -> str:
    digits = next(n for n in (0, 1, 2) if (number * 10**n).denominator == 1)
    return grouped(number, digits=digits)
