"""What kinds of files there are: who may have one, its columns, its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from staff.access import Actor
from staff.errors import NotVisible
from staff.permissions import Permission

# A spreadsheet of more rows opens badly, and a person who needs more asks for a shorter time.
MOST_ROWS: Final = 100_000
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Cell(Enum):
    """How a value stands in the sheet. A text is never a formula or a link, whatever it begins with."""

    TEXT = auto()
    NUMBER = auto()
    MONEY = auto()
    MOMENT = auto()


class Column(NamedTuple):
    title: str
    cell: Cell = Cell.TEXT
    width: int = 16


class Row(NamedTuple):
    """Values in the order of the columns. `person`: the number of the order whose buyer stands here unmasked."""

    values: Sequence[Any]
    person: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`right` is asked for when somebody wants the file, when it is made, and when he fetches it.

    `read` checks what an address asked for and answers what is stored of it (raises Refused); `rows` reads in pieces,
    inside the company's scope, for the actor as he is then.
    """

    name: str
    title: str
    right: Permission
    read: Callable[[Actor, Mapping[str, str]], dict[str, str]]
    columns: Callable[[Actor], Sequence[Column]]
    rows: Callable[[Actor, Mapping[str, str]], Iterator[Row]]
    # A line below the table.
    closing: Callable[[], str] | None = None
    # Instead of a sheet: the content of a file that is no table. It tells by itself whose data went into it.
    whole: Callable[[Actor, Mapping[str, str]], bytes] | None = None
    media_type: str = SHEET
    ending: str = "xlsx"


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; called when the apps are ready."""
    _KINDS[kind.name] = kind


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises NotVisible."""
    found = _KINDS.get(name)
    if found is None:
        raise NotVisible(name)
    return found
