"""When a number is worth a warning: before it is lost, and when it is safe again. Pure; the database is not asked.

What is looked at is the number that the cabinet will show tomorrow, so a warning is a day ahead of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from quality.budget import marks_needed, room
from quality.formulas import Metric
from quality.metrics import Measured
from quality.thresholds import Rule, Status, enough_data

# So few left are worth a warning.
FEW_LEFT: Final = 2
# A breach that is foreseen within so many days is told.
SOON: Final = timedelta(days=7)
# The same is not told again for so long.
QUIET: Final = timedelta(days=7)


class AlertKind(StrEnum):
    """What is told. Of a little room each step is a kind of its own, so that each can be told on the same day."""

    CROSSED = "crossed"
    BACK = "back"
    ROOM_2 = "room_2"
    ROOM_1 = "room_1"
    ROOM_0 = "room_0"
    LIKELY = "likely"
    # Told by the night's recompute alone.
    DISAGREEMENT = "disagreement"


ROOM: Final = (AlertKind.ROOM_0, AlertKind.ROOM_1, AlertKind.ROOM_2)
SIDES: Final = (AlertKind.CROSSED, AlertKind.BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How one number stands. `left` more still fit, None where nothing has gone wrong yet in too little data, or where
    no mark leads to the line. `breach_on`: the first likely day of a breach, as the forecast has it.
    """

    metric: Metric
    official: Status
    preview: Status
    left: int | None = None
    breach_on: date | None = None


class Raised(NamedTuple):
    """A warning of this number that was told before."""

    kind: AlertKind
    about: date
    on: date


class Warn(NamedTuple):
    """A warning to be told. `about`: the Almaty day that it is about."""

    kind: AlertKind
    about: date


def left_of(measured: Measured, rule: Rule) -> int | None:
    """How many more still fit under the line: cancels, late hand-overs, returns; of the rating marks «1».

    Where there is too little data to be judged, the violation that makes the number judged is the line.
    """
    if rule.metric is Metric.RATING:
        ones = marks_needed(measured.numerator, measured.denominator, rule.critical, mark=1)
        return max(ones - 1, 0) if ones is not None and enough_data(measured, rule) else None
    if enough_data(measured, rule):
        return room(measured.numerator, measured.denominator, rule.critical).left
    if rule.min_violations is None or not measured.numerator:
        return None
    return max(rule.min_violations - 1 - measured.numerator, 0)


def warnings(stand: Stand, before: Sequence[Raised], *, today: date) -> Iterator[Warn]:
    """What is to be told of this number now. `before`: what was told of it, the newest first."""
    side = next((one.kind for one in before if one.kind in SIDES), None)
    if stand.preview is Status.CRITICAL:
        if side is not AlertKind.CROSSED:
            yield Warn(AlertKind.CROSSED, today)
        return
    if side is AlertKind.CROSSED:
        yield Warn(AlertKind.BACK, today)
    lately = [one for one in before if one.on > today - QUIET]
    if _is_short(stand):
        assert stand.left is not None, "what is short is counted"
        if not any(one.kind in ROOM[: stand.left + 1] for one in lately):
            yield Warn(ROOM[stand.left], today)
    if stand.breach_on is not None and _is_news(stand.breach_on, lately, today):
        yield Warn(AlertKind.LIKELY, stand.breach_on)


def _is_short(stand: Stand) -> bool:
    """Little is left of a number that is not good, and still ours to lose."""
    safe = stand.preview is Status.OK or stand.official is Status.CRITICAL
    return not safe and stand.left is not None and stand.left <= FEW_LEFT


def _is_news(breach_on: date, lately: Iterable[Raised], today: date) -> bool:
    """Soon, and sooner than it was told lately."""
    told = [one.about for one in lately if one.kind is AlertKind.LIKELY]
    return today <= breach_on <= today + SOON and all(breach_on < about for about in told)
