"""What the page of a shop's XML price list shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Fact, Notice


@dataclass(frozen=True, slots=True)
class ShopChoice:
    name: str
    url: str
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A file that was made. `changed` are sentences («цена: 12»), `examples` the first of the offers that differ."""

    made: str
    state: Chip
    counts: str
    changed: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    by: str = ""
    download_url: str = ""


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """Offers that no price list takes: how many, why and what to do, and the first of their SKUs."""

    count: str
    reason: str
    remedy: str
    skus: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class FetchLine:
    at: str
    answer: str
    got: str
    who: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A file that waits for a person. `available` is what he confirms; without the right there is no button."""

    notice: Notice
    available: int
    may_confirm: bool
    button: str = ""
    download_url: str = ""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`/catalog/feed/?shop=`. `address` is empty for who does not manage the catalogue; `manages` opens the buttons."""

    title: str
    shop: str
    note: str
    back_url: str
    exists: bool
    manages: bool
    is_on: bool = False
    state: Chip | None = None
    address: str = ""
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    held: HeldBack | None = None
    versions: tuple[VersionLine, ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()
    left_out_note: str = ""
    fetches: tuple[FetchLine, ...] = ()
    shops: tuple[ShopChoice, ...] = ()
