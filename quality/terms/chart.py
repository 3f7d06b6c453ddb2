"""How many orders each term would have kept, as columns: geometry in per cent of the width and px of the height. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from staff.drawing import per_cent
from staff.formats import share

TOP, AXIS, NAMED_AT, MARKED_AT, HEIGHT = 22, 152, 170, 188, 196
MOST_DAYS: Final = 14
# Of the slot of a day its column takes so much.
WIDE: Final = 0.64


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
    mark: str = ""
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
    marked_at: int = MARKED_AT


def draw(shares: Sequence[Fraction], target: Fraction, marks: Sequence[str], *, label: str, goal: str) -> Chart:
    """`shares` are of the terms from no day on, each with its mark (empty: none)."""
    slot = 1 / max(len(shares), 1)
    return Chart(
        label=label,
        bars=tuple(
            _bar(n, value, target, mark, slot) for n, (value, mark) in enumerate(zip(shares, marks, strict=True))
        ),
        goal_y=_y(target),
        goal=goal,
    )


def _bar(days: int, value: Fraction, target: Fraction, mark: str, slot: float) -> Bar:
    y = _y(value)
    return Bar(
        x=per_cent((days + (1 - WIDE) / 2) * slot),
        y=y,
        width=per_cent(WIDE * slot),
        height=round(AXIS - y, 2),
        middle=per_cent((days + 0.5) * slot),
        share=share(value, digits=0),
        share_y=round(y - 6, 2),
        days=str(days),
        mark=mark,
        reached=value >= target,
    )


def _y(value: Fraction) -> float:
    return round(AXIS - (AXIS - TOP) * float(value), 2)
