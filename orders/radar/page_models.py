"""What the radar and the notices show: plain frozen data, already in words (see `orders.shelves.page_models`)."""

from __future__ import annotations

from dataclasses import dataclass

from orders.shelves.page_models import Deadline, PointChoice
from staff.page_parts import Chip, Empty


@dataclass(frozen=True, slots=True)
class StepStat:
    """A step in the summary: how many wait at it, and in red how many of them burn."""

    label: str
    value: str
    url: str
    note: str = ""
    alert: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class RadarRow:
    """`who`: the point; `who_note`: who holds it now, or who brings the order."""

    code: str
    url: str
    shelf: str
    no: tuple[str, str, str]
    deadline: Deadline
    note: str
    step: str
    icon: str
    item: str
    who: str
    who_note: str = ""


@dataclass(frozen=True, slots=True)
class RadarGroup:
    """Rows of one level. `level` colours the count: `danger`, `warn` or none; `more`: what is left out of the rows."""

    key: str
    title: str
    count: str
    rows: tuple[RadarRow, ...]
    level: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """What the queue of a point comes to. `level`: `""` all in time, `warn` too little is known, `danger` some are missed."""

    point: str
    text: str
    url: str
    level: str = ""
    icon: str = "gauge"


@dataclass(frozen=True, slots=True)
class RadarPage:
    """`/radar/`. `pulse_url` carries the version of this very answer."""

    fresh: str
    pulse_url: str
    steps: tuple[StepStat, ...]
    groups: tuple[RadarGroup, ...]
    forecast: tuple[ForecastLine, ...]
    points: tuple[PointChoice, ...]
    point_label: str
    fresh_level: str = "ok"
    reset_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice. `unseen` has a chip of its own; `state` says what became of the order since."""

    url: str
    no: tuple[str, str, str]
    title: str
    text: str
    when: str
    state: Chip
    unseen: bool = False
    icon: str = "alarm-clock"
    level: str = ""


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """`/notices/`. `until` names the newest notice shown: only these are marked as seen."""

    lines: tuple[NoticeLine, ...]
    unseen: int
    until: str
    next_url: str = ""
    first_url: str = ""
