"""What the pages of profit show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the whole: how much, by which word, and where the figure comes from."""

    label: str
    amount: str
    source: str = ""
    level: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row of the table. `level`: danger for what loses; `unsure`: why the profit is not the whole truth."""

    title: str
    sub: str
    pieces: str
    revenue: str
    fees: str
    delivery: str
    taxes: str
    cost: str
    ads: str
    profit: str
    margin: str
    level: str = ""
    unsure: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ProfitPage:
    """`/profit/`."""

    shop: str
    note: str
    shops: tuple[Tab, ...]
    periods: tuple[Tab, ...]
    keys: tuple[Tab, ...]
    sorts: tuple[Tab, ...]
    first: str
    last: str
    by: str
    parts: tuple[PartRow, ...]
    headline: str
    headline_level: str
    headline_note: str
    notices: tuple[Notice, ...]
    rows: tuple[SumRow, ...]
    key_title: str
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    manages: bool = False
    expenses_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class LineProfit:
    title: str
    parts: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class OrderProfit:
    """The block of an order's page: the order's parts, and each line's where there are several. `said`: why none yet."""

    chip: Chip | None
    parts: tuple[PartRow, ...] = ()
    lines: tuple[LineProfit, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    id: str
    kind: str
    days: str
    amount: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ExpensesPage:
    """`/profit/expenses/`."""

    shop: str
    shop_name: str
    rows: tuple[ExpenseRow, ...]
    kinds: tuple[Choice, ...]
    today: str
    pay_note: str
    manages: bool = False
    error: str = ""
    shops: tuple[Tab, ...] = ()
    empty: Empty | None = None
