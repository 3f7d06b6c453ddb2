"""What the breakdown and the pages of disputes show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Fact, Tab


@dataclass(frozen=True, slots=True)
class Head:
    """Over a column. `title` is the long form of a short word; `minor` columns are left out on a phone."""

    text: str
    num: bool = True
    minor: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """`bar` is the length of the line before the text, in per cent; `note` stands small below."""

    text: str
    note: str = ""
    url: str = ""
    bar: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class SplitTable:
    """A number by one dimension, the largest part first. Every row is cells under their heads."""

    id: str
    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[tuple[Head, Cell], ...], ...]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class StopSale:
    """A good that eats much of the budget, and where to see what its stop would change."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class BreakdownPanel:
    """«Откуда берётся число». `note` tells the period, and that a number was too large to be looked through whole."""

    note: str
    tabs: tuple[Tab, ...]
    periods: tuple[Tab, ...]
    tables: tuple[SplitTable, ...]
    stop_sales: tuple[StopSale, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was said or changed: when, by whom, in what words. `level` colours its mark."""

    title: str
    text: str
    when: str
    who: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The dispute that is open, with what it may end as."""

    note: str
    due: Chip
    opened: str
    endings: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NumberPage:
    """`/quality/orders/<code>/?metric=…`: an order in one number. `may`: rulings and disputes are his to make.

    Forms go to `base` and their verb, with `query`; `errors` and `filled` come back into the form of that name (`rule`,
    `dispute`, `close`).
    """

    base: str
    query: str
    code: str
    no: tuple[str, str, str]
    item: str
    chip: Chip
    metric: str
    tabs: tuple[Tab, ...]
    back_url: str
    order_url: str
    pack_url: str
    facts: tuple[Fact, ...]
    because: tuple[str, ...]
    rule: str
    may: bool
    standing: Told | None
    case: OpenCase | None
    history: tuple[Told, ...]
    relabels: tuple[Told, ...]
    due_min: str
    due_max: str
    errors: dict[str, str]
    filled: dict[str, str]
    shop: str = ""


@dataclass(frozen=True, slots=True)
class DisputeRow:
    url: str
    no: tuple[str, str, str]
    metric: str
    note: str
    point: str
    due: Chip
    state: Chip
    opened: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """`/quality/disputes/?shop=…&state=…`."""

    note: str
    tabs: tuple[Tab, ...]
    rows: tuple[DisputeRow, ...]
    back_url: str
    empty: Empty | None = None
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
