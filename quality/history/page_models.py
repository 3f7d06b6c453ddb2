"""What the charts, the warnings and the page of kept numbers show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Tab


@dataclass(frozen=True, slots=True)
class Delta:
    """«−0,22» and «за 7 дней», with an arrow. `level`: `ok` for the better, `warn` for the worse, empty for the same."""

    text: str
    note: str
    icon: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line of a number over days, in a square of 100 × 100. `label` says the same in words."""

    line: str
    area: str
    label: str
    delta: Delta | None = None


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A warning that was raised: `icon` and `level` as in a list of risks."""

    title: str
    text: str
    when: str
    url: str
    icon: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class AlertsPanel:
    note: str
    lines: tuple[AlertLine, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A text beside the chart: at `y` pixels, or at `x` per cent of the width."""

    text: str
    y: float = 0.0
    x: str = ""
    anchor: str = "middle"
    level: str = ""
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chart: `kind` is a class of `chart__line--…`, `name` says by which profiles it is the number."""

    path: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over days with the limits of the profiles across; heights in pixels, widths in per cent.

    `last`: where the newest value stands, with its words.
    """

    label: str
    lines: tuple[Line, ...]
    limits: tuple[str, ...]
    limit_marks: tuple[Mark, ...]
    grid: tuple[Mark, ...]
    days: tuple[Mark, ...]
    last: Mark | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A kept day. `verdicts`: one for each profile of the head, in its order, with its title."""

    day: str
    value: str
    formula: str
    verdicts: tuple[tuple[str, Chip], ...]
    known: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`/quality/history/?shop=…&metric=…`. `profiles`: in short and in full."""

    note: str
    shops: tuple[Tab, ...]
    metrics: tuple[Tab, ...]
    title: str = ""
    profiles: tuple[tuple[str, str], ...] = ()
    chart: Chart | None = None
    rows: tuple[Row, ...] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    shop: str = ""
    metric: str = ""
    empty: Empty | None = None
