"""What the pages of planned prices show: plain frozen data, already in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class DayHead:
    """The head of a column: «пн», «30 ноя»."""

    weekday: str
    day: str
    today: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A price over the days that it stands: from the day `start` (1–7) on, `span` of them. `label`: all of it in words."""

    text: str
    label: str
    start: int
    span: int
    running: bool
    mark: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    name: str
    sku: str
    url: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in the list. `key` names it in forms; `batch` names all `batch_size` that wait with it, where there are more."""

    key: str
    name: str
    sku: str
    url: str
    price: str
    city: str
    window: str
    effect: str
    note: str
    who: str
    state: Chip
    why: str
    waiting: bool
    running: bool
    batch: str = ""
    batch_size: str = ""


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`/catalog/prices/?shop=…`. `new_url` is empty for who may only look."""

    shop: str
    shops: tuple[Tab, ...]
    sections: tuple[Tab, ...]
    notices: tuple[Notice, ...]
    week: str
    weeks: tuple[Tab, ...]
    days: tuple[DayHead, ...]
    rows: tuple[WeekRow, ...]
    rows_note: str
    tabs: tuple[Tab, ...]
    lines: tuple[PlanLine, ...]
    effect_note: str
    new_url: str = ""
    error: str = ""
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class NewPlanPage:
    """`/catalog/prices/new/`: the form with what was typed. `may_confirm`: he may insist on a price beyond its bounds."""

    post_url: str
    back_url: str
    shop: str
    values: Mapping[str, str]
    towns: tuple[tuple[str, str, bool], ...]
    effect_note: str
    earliest: str
    error: str = ""
    wrong: str = ""
    may_confirm: bool = False
