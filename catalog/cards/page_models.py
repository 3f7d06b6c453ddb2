"""What the pages of cards show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class CardRow:
    """`pick` is empty for a card that cannot be sent; `returns`: «возвраты 2 из 40»."""

    url: str
    pick: str
    title: str
    sku: str
    category: str
    score: int
    level: str
    state: Chip
    note: str
    returns: str = ""


@dataclass(frozen=True, slots=True)
class UploadRow:
    url: str
    when: str
    who: str
    shop: str
    text: str
    state: Chip


@dataclass(frozen=True, slots=True)
class CardsPage:
    """`/catalog/cards/`. `send_ready`: how many are ready, in words, where a shop is chosen and he may send."""

    url: str
    rows: tuple[CardRow, ...]
    tabs: tuple[Tab, ...]
    shops: tuple[Choice, ...]
    shop: str
    q: str
    hidden: tuple[tuple[str, str], ...]
    uploads: tuple[UploadRow, ...]
    may_write: bool
    may_pick: bool = False
    send_ready: str = ""
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the form. `kind`: text, long, number, list, choice, many, suggest. `code`: Kaspi's own, of an attribute."""

    name: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    mandatory: bool = False
    longest: int = 1024
    code: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    when: str
    who: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class LackRow:
    text: str
    points: str
    done: bool


@dataclass(frozen=True, slots=True)
class CardPage:
    """`/catalog/cards/<id>/`. `poll`: an answer of Kaspi's is awaited. `found`: categories of a search.

    `error` stands at `error_field`, or above all (field `version`).
    """

    url: str
    public_id: str
    shop: str
    title: str
    note: str
    state: Chip
    version: int
    score: int
    level: str
    notices: tuple[Notice, ...]
    fields: tuple[FieldRow, ...]
    attributes: tuple[FieldRow, ...]
    strays: tuple[FieldRow, ...]
    category: str
    category_errors: tuple[str, ...]
    attribute_errors: tuple[str, ...]
    lacks: tuple[LackRow, ...]
    versions: tuple[VersionRow, ...]
    may_write: bool
    may_send: bool
    facts: tuple[Fact, ...] = ()
    category_q: str = ""
    found: tuple[Choice, ...] = ()
    searched: bool = False
    poll: bool = False
    error: str = ""
    error_field: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    url: str
    sku: str
    title: str
    state: Chip
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UploadPage:
    """`/catalog/cards/uploads/<id>/`. `settle`: a person is to say what became of it."""

    url: str
    title: str
    note: str
    state: Chip
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    lines: tuple[LineRow, ...]
    poll: bool
    settle: bool
    previous_url: str = ""
    next_url: str = ""
    place: str = ""
