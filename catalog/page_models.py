"""What the page of goods shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class PlaceField:
    """Where the good lies at a point; `shop` and `code` name the point in a form."""

    shop: str
    code: str
    point: str
    place: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    """`places` is empty for who may not say where goods lie; `place` is told to everybody.

    `free` is what may still be sold: on hand less reserved; negative stock of Kaspi's making has level danger."""

    name: str
    sku: str
    price: str
    on_hand: str
    reserved: str
    free: str
    points: str
    level: str = ""
    category: str = ""
    # What came back and is not for sale: in quarantine, written off.
    aside: str = ""
    place: str = ""
    places: tuple[PlaceField, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """`/catalog/`. Goods are known from orders, stock from the ledger; only the place on the shelf is written here."""

    url: str
    note: str
    rows: tuple[OfferRow, ...]
    tabs: tuple[Tab, ...] = ()
    q: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None
    # Price lists that wait for a person.
    notices: tuple[Notice, ...] = ()
    feed_url: str = ""
