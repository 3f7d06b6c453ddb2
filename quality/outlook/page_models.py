"""What the forecast and the page of what-if show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from quality.outlook.chart import Chart
from staff.page_parts import Chip, Empty, Notice


@dataclass(frozen=True, slots=True)
class LegendKey:
    """`kind`: classes of the key."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A day of the table beside the drawing. `aged`: if nothing new happens; `chance` of being beyond the line."""

    day: str
    aged: str
    median: str
    band: str
    chance: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPanel:
    """The card of the forecast. `breach` and `breach_level`: when the line is passed; `error`: how far it has been off.

    `thin`: a chip while there is little to draw from. `whatif_url` is empty where what-if cannot be asked.
    """

    title: str
    chart: Chart
    legend: tuple[LegendKey, ...]
    breach: str
    breach_level: str
    error: str
    note: str
    rows: tuple[ForecastRow, ...]
    thin: Chip | None = None
    whatif_url: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a list or a box to tick; `note` is what it rests on."""

    value: str
    text: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A day of the table of both paths."""

    day: str
    before: str
    after: str
    chance_before: str
    chance_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfResult:
    """Both paths. `sentences`: the first one tells the outcome; `facts`: what each change rests on."""

    title: str
    chart: Chart
    legend: tuple[LegendKey, ...]
    sentences: tuple[str, ...]
    facts: tuple[str, ...]
    note: str
    rows: tuple[CompareRow, ...]
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfPage:
    """`/quality/whatif/`. Fields that say nothing of the number (`hours_note` or `buffer_note` empty) are left out."""

    note: str
    back_url: str
    shops: tuple[Option, ...]
    metrics: tuple[Option, ...]
    products: tuple[Option, ...]
    profiles: tuple[Option, ...]
    other: str
    begins: str
    first_day: str
    last_day: str
    hours: str = ""
    hours_note: str = ""
    buffer: str = ""
    buffer_note: str = ""
    disputed: Option | None = None
    problems: tuple[Notice, ...] = ()
    result: WhatIfResult | None = None
    empty: Empty | None = None
