"""What the page of documents and the menus of papers show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Empty


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """`value` is what the form posts as `print`."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PaperMenu:
    """A paper and its layouts; with one layout a plain button."""

    label: str
    icon: str
    choices: tuple[PaperChoice, ...]


@dataclass(frozen=True, slots=True)
class StopRow:
    """`ref` is what «отложил» posts; empty for who may not say so."""

    no: tuple[str, str, str]
    url: str
    why: str
    told: str
    item: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A press: what, of which orders, by whom. `again_url` is empty for who may not have this paper."""

    time: str
    who: str
    what: str
    count: str
    codes: tuple[tuple[str, str], ...]
    more: str = ""
    missing: str = ""
    again_url: str = ""


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    stops: tuple[StopRow, ...]
    prints: tuple[PrintRow, ...]
    shop: str = ""
    points: tuple[PlaceChoice, ...] = ()
    note: str = ""
    templates_url: str = ""
    empty: Empty | None = None
