"""What the page of people and the sign-in show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip


@dataclass(frozen=True, slots=True)
class Person:
    """`points`: «все точки» or their names; `added`: «с 12 октября»."""

    name: str
    email: str
    initials: str
    role: Chip
    points: str
    added: str
    state: Chip | None = None


@dataclass(frozen=True, slots=True)
class PointCard:
    """A point with its working hours in words: («пн–пт», «09:00–13:00, 14:00–18:00»)."""

    name: str
    code: str
    shop: str
    hours: tuple[tuple[str, str], ...]
    city: str = ""
    exceptions: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditLine:
    time: str
    who: str
    what: str
    over: str
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StaffPage:
    """`/staff/`."""

    note: str
    people: tuple[Person, ...]
    points: tuple[PointCard, ...]
    audit: tuple[AuditLine, ...]
    audit_next_url: str = ""
