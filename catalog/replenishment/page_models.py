"""What the page of goods to order shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item: how long it lasts, what to order, what a shortage would cost."""

    name: str
    sku: str
    pace: str
    free: str
    coming: str
    cover: Chip
    pieces: str
    cost: str
    unmet: str
    cancels: str
    preorder: str
    terms: str


@dataclass(frozen=True, slots=True)
class TermsForm:
    """The fields of the form, as they stand; `sku` empty: of the whole shop."""

    sku: str
    lead_days: str
    review_days: str
    level: str


@dataclass(frozen=True, slots=True)
class ReplenishmentPage:
    shop: str
    note: str
    tabs: tuple[Tab, ...] = ()
    shops: tuple[Tab, ...] = ()
    totals: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    rows: tuple[ItemRow, ...] = ()
    terms: TermsForm | None = None
    error: str = ""
    may_export: bool = False
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None
