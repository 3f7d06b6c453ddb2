"""What the pages of costs and tariffs show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Tab


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A receipt; `id` empty: it cannot be taken back by this person, or does not count any more."""

    sku: str
    name: str
    day: str
    pieces: str
    unit_cost: str
    left: str
    note: str
    who: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class LoadRow:
    id: str
    name: str
    rows: str
    when: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ProblemRow:
    row: str
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CostsPage:
    """`/catalog/costs/`. `sku`: whose receipts alone are shown, and what stands in the form."""

    sku: str
    title: str
    rows: tuple[LayerRow, ...]
    loads: tuple[LoadRow, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    summary: str = ""
    today: str = ""
    error: str = ""
    manages: bool = False
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class TariffLine:
    """A tariff on the day asked: what holds, since when, on whose word; and the rows of other days."""

    kind: str
    key: str
    title: str
    value: str
    since: str
    source: str
    trust: Chip
    past: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the delivery's table; `key` names it in the form, `own`: set by the company."""

    key: str
    value: str
    with_vat: str
    own: bool


@dataclass(frozen=True, slots=True)
class BandRow:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TariffsPage:
    """`/catalog/tariffs/`, as tariffs hold on a day."""

    day: str
    day_value: str
    tabs: tuple[Tab, ...]
    lines: tuple[TariffLine, ...]
    bands: tuple[BandRow, ...]
    bands_note: str
    choices: tuple[Choice, ...]
    error: str = ""
    manages: bool = False
