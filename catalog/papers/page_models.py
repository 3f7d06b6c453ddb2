"""What the pages of the storekeeper's papers print."""

from dataclasses import dataclass

from staff.page_parts import Empty


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A posted paper in the list."""

    title: str
    url: str
    point: str
    when: str
    by: str
    note: str = ""
    lines: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line, before posting or after it. `change` with its sign; `level` warns of what orders hold and is not there."""

    sku: str
    name: str
    before: str
    after: str
    change: str
    held: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that was not understood, and what to do about it."""

    number: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PaperForm:
    """What was typed. `checked`: it may be posted as it stands; `key` makes a second press the same paper."""

    action: str
    kinds: tuple[Choice, ...]
    points: tuple[Choice, ...]
    to_points: tuple[Choice, ...]
    key: str
    lines: str = ""
    note: str = ""
    rows: tuple[LineRow, ...] = ()
    bad: tuple[BadRow, ...] = ()
    checked: bool = False
    error: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PapersPage:
    """`/catalog/papers/`."""

    note: str
    rows: tuple[PaperRow, ...]
    form: PaperForm | None = None
    next_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper, posted."""

    title: str
    note: str
    rows: tuple[LineRow, ...]
    cut: str = ""
