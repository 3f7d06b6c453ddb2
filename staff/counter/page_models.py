"""What a shared computer and the list of such computers show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """A person as a big button. `url` asks for his PIN."""

    key: str
    name: str
    initials: str
    url: str


@dataclass(frozen=True, slots=True)
class CounterPage:
    """`/counter/`: everybody of the desk's point, or the one who has been picked. No desk: all is empty."""

    desk: str = ""
    point: str = ""
    faces: tuple[Face, ...] = ()
    picked: Face | None = None
    problem: str = ""
    # He has tried too often: only the password lets him in.
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class DeskLine:
    """An open desk: «касса», «Склад Абая 52», «Айгерим, вчера, 12:40»."""

    name: str
    point: str
    opened: str
    close_url: str


@dataclass(frozen=True, slots=True)
class PointOption:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class DesksSection:
    """The desks on the page of the team, and the points at which this browser may become one."""

    desks: tuple[DeskLine, ...]
    points: tuple[PointOption, ...]
