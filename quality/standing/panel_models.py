"""What the panels and pages of a shop's standing show: plain frozen data, already in words. Lengths in per cent."""

from __future__ import annotations

from dataclasses import dataclass

from staff.drawing import Column
from staff.page_parts import Chip, Empty


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One condition. `mark`: `ok`, `no`, or empty while the number is not formed; `state` says the same in a word."""

    mark: str
    icon: str
    state: str
    label: str
    value: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ExcellentPanel:
    """«Отличный продавец»: `chip` is «3 из 5», `week` «5 из 7 дней» with a mark for each of the seven days."""

    chip: Chip
    checks: tuple[CheckLine, ...]
    week: str
    days: tuple[bool, ...]
    notice: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class FridayPanel:
    """Kaspi Жұма."""

    chip: Chip
    checks: tuple[CheckLine, ...]
    notice: str
    source: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the ladder. `chip` says that it runs, or that it is next."""

    no: str
    title: str
    text: str
    money: str = ""
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class ViolationLine:
    """A violation that still counts. `told_on`: the day (2026-11-22) of what was told, for the form that takes it back."""

    day: str
    what: str
    source: str
    expires: str
    note: str = ""
    told_on: str = ""


@dataclass(frozen=True, slots=True)
class LadderPanel:
    """«Если граница пройдена»."""

    stages: tuple[Stage, ...]
    lead: str
    violations: tuple[ViolationLine, ...]
    note: str
    url: str
    may_tell: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    label: str
    url: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class BlockedNotice:
    """Above the metrics while a limit is crossed or a sanction runs."""

    title: str
    text: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RecoveryDay:
    day: str
    leaving: str
    rating: str


@dataclass(frozen=True, slots=True)
class RecoveryPanel:
    """How the rating is won back. `value` is provisional where `interval` is not empty."""

    value: str
    interval: str
    goals: tuple[tuple[str, str], ...]
    days: tuple[RecoveryDay, ...]
    days_note: str
    left_out: str
    star: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What leaves on that day, and what is left then. `level` is `danger` where nothing fits."""

    day: str
    leaving: str
    orders: str
    left: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class CalendarPanel:
    """The budget of each of the next 30 days."""

    title: str
    window: str
    lead: str
    columns: tuple[Column, ...]
    columns_title: str
    summary: str
    days: tuple[CalendarDay, ...]
    heads: tuple[str, str, str, str]
    note: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LadderPage:
    """`/quality/ladder/?shop=…`. `today` bounds the field of the day."""

    title: str
    note: str
    back_url: str
    blocked: BlockedNotice | None = None
    panel: LadderPanel | None = None
    excellent: ExcellentPanel | None = None
    friday: FridayPanel | None = None
    empty: Empty | None = None
    shops: tuple[Choice, ...] = ()
    tell_url: str = ""
    recall_url: str = ""
    steps: tuple[Choice, ...] = ()
    metrics: tuple[Choice, ...] = ()
    today: str = ""
    day: str = ""
    said: str = ""
    error: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One list of a section: «Товары», with lines (name, how many)."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanSection:
    """One number of the plan: what it is, what it is made of, what leaves by itself, what to do."""

    title: str
    facts: tuple[str, ...]
    parts: tuple[PlanPart, ...]
    fixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`/quality/plan/?shop=…`. `text` is the whole plan as plain text, to be copied."""

    title: str
    note: str
    back_url: str
    lead: str = ""
    sections: tuple[PlanSection, ...] = ()
    duties: tuple[str, ...] = ()
    text: str = ""
    rows: int = 0
    empty: Empty | None = None
    shops: tuple[Choice, ...] = ()
