"""What the page of people and the sign-in show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.journal.page_models import Line
from staff.page_parts import Chip, Notice


@dataclass(frozen=True, slots=True)
class Person:
    """`points`: «все точки» or their names; `added`: «с 12 октября»; `seen`: «14 мин назад», `lately`: within a quarter of
    an hour. `url` leads to the dialog that changes him; empty: not for this one.
    """

    name: str
    email: str
    initials: str
    role: Chip
    points: str
    added: str
    state: Chip | None = None
    second_step: bool = False
    seen: str = ""
    lately: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """A link into the company that is open, or ran out lately."""

    name: str
    sent: str
    role: str
    points: str
    by: str
    until: Chip
    revoke_url: str
    renew_url: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """`part` says how far a right reaches; empty: everywhere."""

    has: bool
    part: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    right: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """A role with the number of people who have it; `url` leads to its form, empty: it is not changed."""

    label: str
    people: int
    url: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """Roles and rights. `new_url`: where an own role is made, empty for who may not."""

    columns: tuple[RoleColumn, ...]
    groups: tuple[MatrixGroup, ...]
    new_url: str = ""


@dataclass(frozen=True, slots=True)
class PointCard:
    """A point with its working hours in words: («пн–пт», «09:00–13:00, 14:00–18:00»). `on_duty` names who holds it now;
    `url` leads to its form, empty for who may not change it.
    """

    name: str
    code: str
    shop: str
    hours: tuple[tuple[str, str], ...]
    city: str = ""
    exceptions: str = ""
    people: tuple[str, ...] = ()
    on_duty: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StaffPage:
    """`/staff/`."""

    note: str
    people: tuple[Person, ...]
    points: tuple[PointCard, ...]
    audit: tuple[Line, ...]
    invitations: tuple[InvitationLine, ...] = ()
    matrix: Matrix | None = None
    notice: Notice | None = None
    invite_url: str = ""
    remind_url: str = ""
    second_step_url: str = ""
    # Where a point is opened; empty for who may not.
    point_url: str = ""
