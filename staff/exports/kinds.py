"""What kinds of files there are: who may have one, its columns, its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, NamedTuple, Protocol

from staff.access import Actor
from staff.errors import NotVisible
from staff.models import Door
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


class Made(NamedTuple):
    """How many rows were written, and the orders whose buyers stand in them unmasked."""

    rows: int
    persons: frozenset[str]


class Writing(Protocol):
    """Writes the file of an actor's stored wish to a path."""

    def __call__(self, actor: Actor, stored: Mapping[str, str], path: str) -> Made: ...


@dataclass(frozen=True, slots=True)
class Form:
    """A file that is no sheet of rows: its ending and type, who writes it, through which door buyers in it are shown,
    and the noun of what is counted in it.
    """

    suffix: str
    media_type: str
    write: Writing
    door: Door
    counted: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`right` is asked for when somebody wants the file, when it is made, and when he fetches it.

    `read` checks what an address asked for and answers what is stored of it (raises Refused); `rows` reads in pieces,
    inside the company's scope, for the actor as he is then. A kind with a `form` has no columns and rows.
    """

    name: str
    title: str
    right: Permission
    read: Callable[[Actor, Mapping[str, str]], dict[str, str]]
    columns: Callable[[Actor], Sequence[Column]] = lambda actor: ()
    rows: Callable[[Actor, Mapping[str, str]], Iterator[Row]] = lambda actor, stored: iter(())
    # A line below the table.
    closing: Callable[[], str] | None = None
    form: Form | None = None

    @property
    def door(self) -> Door:
        return self.form.door if self.form else Door.EXPORT


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; called when the apps are ready."""
    _KINDS[kind.name] = kind


def printed() -> list[str]:
    """The names of the kinds that are printed, not taken out: daily work that is nothing unusual."""
    return [kind.name for kind in _KINDS.values() if kind.door is Door.PRINT]


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises NotVisible."""
    found = _KINDS.get(name)
    if found is None:
        raise NotVisible(name)
    return found
