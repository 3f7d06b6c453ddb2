"""What the pages of promises show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from quality.terms.chart import Chart
from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of the table. `few`: it is of so few orders that its figures may be chance."""

    title: str
    sub: str
    url: str
    orders: str
    kept: str
    late: str
    taken: str
    promised: str
    spare: str
    term: str
    advice: Chip
    change: str
    outside: str = ""
    few: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """Orders that are in no share: why, how many, and where they are listed."""

    text: str
    count: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Everything that the address may be changed to."""

    shops: tuple[Tab, ...]
    windows: tuple[Tab, ...]
    units: tuple[Tab, ...]
    targets: tuple[Tab, ...]
    keys: tuple[Tab, ...]
    sorts: tuple[Tab, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPage:
    """`/quality/terms/`."""

    note: str
    choices: Choices
    form: tuple[tuple[str, str], ...]
    back_url: str
    headline: str = ""
    headline_note: str = ""
    facts: tuple[Fact, ...] = ()
    advice: Chip | None = None
    chart: Chart | None = None
    outside: tuple[OutsideRow, ...] = ()
    notices: tuple[Notice, ...] = ()
    key_title: str = ""
    rows: tuple[GroupRow, ...] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    no: tuple[str, str, str]
    url: str
    item: str
    place: str
    way: str
    promised: str
    moved: str
    done: str
    spare: str
    verdict: Chip
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """`/quality/terms/orders/`."""

    note: str
    back_url: str
    form: tuple[tuple[str, str], ...]
    verdicts: tuple[Tab, ...]
    rows: tuple[OrderRow, ...]
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None
