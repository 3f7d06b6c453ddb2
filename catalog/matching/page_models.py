"""What the pages of matching show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.cards.page_models import Choice
from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class ListRow:
    url: str
    name: str
    shop: str
    when: str
    who: str
    state: Chip
    outcome: str


@dataclass(frozen=True, slots=True)
class ListsPage:
    """`/catalog/matches/`. `error` comes back with a refused file (422)."""

    shops: tuple[Choice, ...]
    rows: tuple[ListRow, ...]
    may_write: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that the line may be; `why` in words, `against` what contradicts."""

    sku: str
    name: str
    score: str
    level: str
    why: tuple[str, ...]
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRow:
    row: int
    name: str
    note: str
    state: Chip
    candidates: tuple[Candidate, ...]
    open: bool
    may_draft: bool = False
    done: str = ""
    done_url: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """`/catalog/matches/<id>/`. `poll`: the file is being read. `sure`: the button that binds all sure lines."""

    url: str
    title: str
    note: str
    state: Chip
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[LineRow, ...]
    kind: str
    may_write: bool
    unread: tuple[tuple[int, str], ...] = ()
    poll: bool = False
    sure: str = ""
    empty: Empty | None = None
    previous_url: str = ""
    next_url: str = ""
    place: str = ""
