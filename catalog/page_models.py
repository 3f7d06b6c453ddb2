"""What the pages of goods show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.price_calendar.page_models import PlanLine
from catalog.price_list.page_models import UploadPanel
from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class PlaceField:
    """Where the good lies at a point; `shop` and `code` name the point in a form."""

    shop: str
    code: str
    point: str
    place: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that is written in its place and saves itself at `url`. `error`: why it was not saved.

    `mark` is its id in the page, `seen` what the writer saw: a version, or the pieces. `can_confirm`: he may insist.
    """

    mark: str
    url: str
    name: str
    label: str
    value: str
    seen: str
    # What Esc puts back; `value` may be what was typed and refused.
    stands: str
    point: str = ""
    city: str = ""
    back: str = ""
    saved: bool = False
    error: str = ""
    can_confirm: bool = False
    suffix: str = ""
    # What stands under the number: «в резерве 2».
    note: str = ""
    # How the number is called where there is room for it: a point, a town.
    title: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in the list. `price` and `stock` are read-only text where he may not write them.

    `pieces` has a cell for each point that he may count; with one it stands in the row, with several in a small form.
    """

    mark: str
    pick: str
    url: str
    name: str
    sku: str
    chip: Chip
    price: str
    stock: str
    price_cell: Cell | None = None
    pieces: tuple[Cell, ...] = ()
    points: str = ""
    sub: str = ""
    # What of it is held, lies aside or is short.
    note: str = ""
    level: str = ""
    place: str = ""
    places: tuple[PlaceField, ...] = ()
    # Its place among the sellers of its card, and the first one's price; empty where no source tells of it.
    rank: str = ""
    rank_note: str = ""
    rank_level: str = ""
    # What its menu does: taken off, or put on sale.
    on_sale: bool = True
    sale_url: str = ""


@dataclass(frozen=True, slots=True)
class MenuChoice:
    label: str
    url: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A menu over the list; `chosen` is the word of what is chosen."""

    label: str
    icon: str
    choices: tuple[MenuChoice, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """`/catalog/`. What he may change is written in its place."""

    url: str
    note: str
    rows: tuple[OfferRow, ...]
    tabs: tuple[Tab, ...] = ()
    filters: tuple[Filter, ...] = ()
    q: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    reset_url: str = ""
    here: str = ""
    new_url: str = ""
    may_manage: bool = False
    empty: Empty | None = None
    # Price lists that wait for a person.
    notices: tuple[Notice, ...] = ()
    # The other pages of goods, and the block that loads a price list.
    sections: tuple[Tab, ...] = ()
    shop_query: str = ""
    upload: UploadPanel | None = None
    # Some of the rows have a place on their card.
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class PointLine:
    """An offer at one point: what lies there, and what Kaspi is told of it and why."""

    name: str
    code: str
    sold: str
    on_hand: str
    reserved: str
    free: str
    told: str
    why: str
    level: str = ""
    keeps: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class CityLine:
    name: str
    code: str
    price: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A change of a price: «22 490 ₸ → 22 990 ₸»."""

    at: str
    change: str
    who: str
    city: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A movement of the item, and how many lay there after it. `change` of what lies there, `held` of what orders hold."""

    at: str
    what: str
    change: str
    held: str
    balance: str
    point: str = ""
    who: str = ""
    order_url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class SharerLine:
    name: str
    shop: str
    url: str
    on_sale: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form of an offer's words."""

    name: str
    label: str
    value: str
    longest: int
    hint: str = ""
    suffix: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class OfferPage:
    """`/catalog/<sku>/`. The forms are empty for who may only look."""

    title: str
    sku: str
    url: str
    back_url: str
    chip: Chip
    chip_mark: str
    version: str
    price: Cell | None
    price_text: str
    off: str
    on_sale: bool
    facts: tuple[Fact, ...]
    fields: tuple[FormField, ...]
    bounds: tuple[FormField, ...]
    points: tuple[PointLine, ...]
    cities: tuple[CityLine, ...]
    towns: tuple[tuple[str, str], ...]
    prices: tuple[PriceLine, ...]
    ledger: tuple[LedgerLine, ...]
    ledger_next: str
    sharers: tuple[SharerLine, ...]
    stock_sku: str
    may_manage: bool = False
    may_bind: bool = False
    query: str = ""
    earliest: str = ""
    # What is planned for its price, and where one is planned; empty for who may only look.
    plans: tuple[PlanLine, ...] = ()
    plan_url: str = ""
    here: str = ""


@dataclass(frozen=True, slots=True)
class NewOfferPage:
    """`/catalog/new/`."""

    shops: tuple[tuple[str, str, bool], ...]
    values: dict[str, str]
    error: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class MoveLine:
    name: str
    sku: str
    city: str
    before: str
    after: str
    breach: str


@dataclass(frozen=True, slots=True)
class ManyPage:
    """A deed upon several offers, looked at before it is done."""

    title: str
    lead: str
    do: str
    back: str
    picks: tuple[tuple[str, str], ...]
    lines: tuple[MoveLine, ...] = ()
    names: tuple[str, ...] = ()
    percent: str = ""
    can_confirm: bool = False
    has_breach: bool = False
    earliest: str = ""
