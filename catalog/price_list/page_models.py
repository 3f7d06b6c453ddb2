"""What the pages of price lists show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class Count:
    """«812 обновятся»."""

    number: str
    text: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Cure:
    """A button that puts something in place of a word of the file."""

    label: str
    kind: str
    word: str
    put: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    row: str
    sku: str
    title: str
    value: str
    wrong: str
    cure: str = ""
    buttons: tuple[Cure, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """«Цена: 5 000 ₸ → 5 500 ₸»."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineRow:
    row: str
    sku: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ColumnField:
    """A column of the file: its title, what stands below, and what it may be."""

    title: str
    sample: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class LoadCard:
    """One load. `poll`: a worker is at it, and the card asks for itself; `total` 0: how far it is, nobody knows.

    `apply_url`: it may be applied; `off_label` and `beyond_label` are what a person must say more for it.
    """

    url: str
    fragment_url: str
    name: str
    note: str
    poll: bool = False
    total: int = 0
    done: int = 0
    state: Chip | None = None
    counts: tuple[Count, ...] = ()
    notices: tuple[Notice, ...] = ()
    tabs: tuple[Tab, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    empty: Empty | None = None
    columns: tuple[ColumnField, ...] = ()
    columns_needed: bool = False
    foot: str = ""
    stop_url: str = ""
    apply_url: str = ""
    apply_label: str = ""
    off_label: str = ""
    beyond_label: str = ""
    undo_url: str = ""
    errors_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PastLoad:
    """A load in the list of those before; `undo_url`: it may be taken back."""

    url: str
    name: str
    note: str
    icon: str
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class UploadPanel:
    """The block «Загрузка прайс-листа». `shops` to choose from where there are several; `error` of a refused file (422)."""

    shops: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    load: LoadCard | None
    past: tuple[PastLoad, ...]
    error: str = ""
