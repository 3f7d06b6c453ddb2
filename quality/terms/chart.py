"""How many orders each term would have kept, as columns: geometry in per cent of the width and px of the height. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from staff.drawing import per_cent
from staff.formats import share

TOP, AXIS, NAMED_AT, HEIGHT = 34, 164, 182, 224
# Below the days what they are to the shop, in two rows: neighbours would lie on one another.
MARKED_AT: Final = (200, 216)
# Words lie so far above their column, and as far from the line that is aimed at.
ABOVE, CLEAR = 6, 11
MOST_DAYS: Final = 14
# Of the slot of a day its column takes so much.
WIDE: Final = 0.64


@dataclass(frozen=True, slots=True)
class Mark:
    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A term of so many days: the share above its column, the days below it, and what they are to the shop.

    `reached`: the share is the one that is aimed at; such a column is full, the others are hollow.
    """

    x: str
    y: float
    width: str
    height: float
    middle: str
    share: str
    share_y: float
    days: str
    marks: tuple[Mark, ...] = ()
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """`goal_y`: the line of the share that is aimed at."""

    label: str
    bars: tuple[Bar, ...]
    goal_y: float
    goal: str
    height: int = HEIGHT
    axis: int = AXIS
    named_at: int = NAMED_AT


def draw(
    shares: Sequence[Fraction], target: Fraction, marks: Mapping[int, Sequence[str]], *, label: str, goal: str
) -> Chart:
    """`shares` are of the terms from no day on; `marks`: of some of them, the words of the upper and the lower row."""
    slot = 1 / max(len(shares), 1)
    return Chart(
        label=label,
        bars=tuple(_bar(n, value, target, marks.get(n, ()), slot) for n, value in enumerate(shares)),
        goal_y=_y(target),
        goal=goal,
    )


def _bar(days: int, value: Fraction, target: Fraction, marks: Sequence[str], slot: float) -> Bar:
    y, goal = _y(value), _y(target)
    above = y - ABOVE
    return Bar(
        x=per_cent((days + (1 - WIDE) / 2) * slot),
        y=y,
        width=per_cent(WIDE * slot),
        height=round(AXIS - y, 2),
        middle=per_cent((days + 0.5) * slot),
        share=share(value, digits=0),
        share_y=round(goal - ABOVE if goal - ABOVE < above < goal + CLEAR else above, 2),
        days=str(days),
        marks=tuple(Mark(text, y) for text, y in zip(marks, MARKED_AT, strict=False) if text),
        reached=value >= target,
    )


def _y(value: Fraction) -> float:
    return round(AXIS - (AXIS - TOP) * float(value), 2)
