"""What the pages of the cabinet's export show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A file in the list: when, of which shop, by whom, what became of it."""

    url: str
    name: str
    shop: str
    when: str
    who: str
    state: Chip
    outcome: str


@dataclass(frozen=True, slots=True)
class ShopChoice:
    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """`/orders/import/`. `error` comes back with a refused file (422)."""

    shops: tuple[ShopChoice, ...]
    lines: tuple[ImportLine, ...]
    error: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """«оценка: нет → 5»; `hidden` says that the words are of a buyer whom the reader may not see."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """An order with its changes and contradictions, or a cell that was not read."""

    row: int
    no: tuple[str, str, str] | None = None
    url: str = ""
    changes: tuple[ChangeLine, ...] = ()
    conflicts: tuple[str, ...] = ()
    title: str = ""
    sentence: str = ""
    applied: bool = False


@dataclass(frozen=True, slots=True)
class BatchPage:
    """`/orders/import/<id>/`. `poll`: the file is still being read; `apply_url`: it may be written."""

    url: str
    title: str
    note: str
    state: Chip
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    tabs: tuple[Tab, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    empty: Empty | None = None
    poll: bool = False
    apply_url: str = ""
    apply_label: str = ""
    against_label: str = ""
    previous_url: str = ""
    next_url: str = ""
    place: str = ""
