"""Geometry of prices over time: steps in a square of 100 × 100, marks in per cent across and pixels down. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from catalog.repricing.page_models import Mark
from catalog.repricing.replaying import Step
from staff.drawing import per_cent
from staff.formats import ALMATY, calendar_day, grouped

# The drawing's inner height in pixels, and where it begins.
TOP, INNER, AXIS = 12.0, 200.0, 232.0
ROOM: Final = Decimal("0.06")
GRID_LINES: Final = 4
DAYS_NAMED: Final = 6


class Frame:
    """Between which moments and prices a drawing lies."""

    def __init__(self, since: datetime, until: datetime, prices: Sequence[Decimal]) -> None:
        self.since, self.until = since, until
        room = max((max(prices) - min(prices)) * ROOM, max(prices) * Decimal("0.01"))
        self.low, self.high = min(prices) - room, max(prices) + room

    def x(self, moment: datetime) -> float:
        """0–1."""
        return (moment - self.since) / (self.until - self.since)

    def y(self, price: Decimal) -> float:
        """0 at the top, 100 at the bottom."""
        return round(float((self.high - price) / (self.high - self.low)) * 100, 2)

    def path(self, steps: Sequence[Step]) -> str:
        """A line that stays level from one change to the next, and to the end."""
        first, *rest = steps
        told = [f"M{self._across(first.at)} {self.y(first.price)}"]
        told += [f"H{self._across(step.at)} V{self.y(step.price)}" for step in rest]
        return " ".join([*told, "H100"])

    def grid(self) -> tuple[Mark, ...]:
        """Level lines with their prices."""
        prices = [self.low + (self.high - self.low) * n / GRID_LINES for n in range(GRID_LINES + 1)]
        return tuple(Mark("0", TOP + self.y(price) / 100 * INNER, grouped(price), "end") for price in prices)

    def days(self) -> tuple[Mark, ...]:
        """Some days of Almaty under the drawing, the first and the last on its edges."""
        span = self.until - self.since
        marks = []
        for n in range(DAYS_NAMED):
            moment = self.since + span * n / (DAYS_NAMED - 1)
            anchor = "start" if n == 0 else "end" if n == DAYS_NAMED - 1 else "middle"
            text = calendar_day(moment.astimezone(ALMATY).date())
            marks.append(Mark(per_cent(n / (DAYS_NAMED - 1)), AXIS + 8, text, anchor, minor=n in (1, 2, 3, 4)))
        return tuple(marks)

    def _across(self, moment: datetime) -> str:
        return f"{min(max(self.x(moment), 0.0), 1.0) * 100:.2f}"


def shorter(steps: Sequence[Step], *, apart: timedelta) -> list[Step]:
    """The steps without those that the next one follows within `apart`: no screen shows them."""
    if not steps:
        return []
    kept = [one for one, following in pairwise(steps) if following.at - one.at >= apart]
    return [*kept, steps[-1]]
