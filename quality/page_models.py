"""What the quality page shows: plain frozen data, already in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quality.attribution.page_models import BreakdownPanel
from quality.audit.page_models import CorrectionsPanel
from quality.history.page_models import AlertsPanel, Spark
from quality.outlook.page_models import ForecastPanel
from quality.standing.panel_models import (
    BlockedNotice,
    CalendarPanel,
    ExcellentPanel,
    FridayPanel,
    LadderPanel,
    RecoveryPanel,
)
from staff.drawing import Column, Scale
from staff.page_parts import Chip, Tab


@dataclass(frozen=True, slots=True)
class MetricCard:
    """One of the four numbers. `level` colours the card (`""`, `warn`, `danger`).

    `value` without its unit («2,18»), or «—» while there is not enough data, which `budget` then explains («Пока
    6 заказов из 10»; a phone leaves `formula` out). `preview`: «к вечеру 2,21 %», empty where it is the same.
    `budget`: «Запас 10, критична 38-я».
    """

    name: str
    url: str
    value: str
    chip: Chip
    formula: str
    unit: str = ""
    preview: str = ""
    budget: str = ""
    budget_icon: str = "shield-check"
    level: str = ""
    scale: Scale | None = None
    spark: Spark | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """How much room is left under the limit.

    `pips` are the kinds of the marks in order (`leaving`, `used`, `free`, `limit`); more than sixty are not drawn, the
    legend and the columns then stand alone. `columns` say how many leave the window day by day.
    """

    title: str
    window: str
    value: str
    text: str
    summary: str
    pips: tuple[str, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    columns_title: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line of the rule in force: «Критично», «от 3 %»."""

    label: str
    text: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class BehindOrder:
    """An order behind the number, with the day on which it leaves the window. `excluded`: why it does not count;
    `answers`: who answers for it when it does."""

    url: str
    number_url: str
    no: tuple[str, str, str]
    reason: Chip
    item: str
    point: str
    day: str
    leaves: str
    leaves_note: str = ""
    excluded: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class BehindList:
    """A page of the orders behind a number, tabs by reason, and what is counted in all."""

    note: str
    rows: Sequence[BehindOrder]
    filters: Sequence[Tab] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    narrowed: str = ""
    all_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where the page leads to; what the member may not open or a shop must be chosen for is empty."""

    rules: str = ""
    audit: str = ""
    history: str = ""
    disputes: str = ""
    terms: str = ""
    export: str = ""
    export_orders: str = ""
    import_file: str = ""


@dataclass(frozen=True, slots=True)
class QualityPage:
    """`/quality/?metric=…`. `verdict` is the first, bold sentence, `advice` what follows."""

    note: str
    verdict: str
    advice: str
    cards: tuple[MetricCard, ...]
    metric: str
    thresholds: tuple[Threshold, ...]
    thresholds_note: str
    behind: BehindList
    links: Links
    budget: Budget | None = None
    blocked: BlockedNotice | None = None
    alerts: AlertsPanel | None = None
    excellent: ExcellentPanel | None = None
    forecast: ForecastPanel | None = None
    ladder: LadderPanel | None = None
    recovery: RecoveryPanel | None = None
    calendar: CalendarPanel | None = None
    friday: FridayPanel | None = None
    breakdown: BreakdownPanel | None = None
    corrections: CorrectionsPanel | None = None
