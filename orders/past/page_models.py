"""What the page of an order's past shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Notice


@dataclass(frozen=True, slots=True)
class Both:
    """One fact by the two clocks; `differ` when they do not agree."""

    label: str
    kaspi: str
    ours: str
    differ: bool = False


@dataclass(frozen=True, slots=True)
class RawChange:
    """An attribute of Kaspi's answer, as it was and as it became."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the axis. `who`: the rule or the person that moved it, or Kaspi."""

    url: str
    title: str
    time: str
    who: str = ""
    text: str = ""
    other: str = ""
    icon: str = "pencil"
    level: str = ""
    chosen: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class PastPage:
    """`/orders/<ref>/past/`. `step` of `last` is where the slider stands."""

    url: str
    order_url: str
    code: str
    no: tuple[str, str, str]
    clock: str
    kaspi_url: str
    ours_url: str
    title: str
    facts: tuple[Both, ...]
    moments: tuple[Moment, ...]
    raw: tuple[RawChange, ...] = ()
    raw_cut: bool = False
    happened: tuple[Moment, ...] = ()
    notices: tuple[Notice, ...] = ()
    step: int = 0
    last: int = 0
    previous_url: str = ""
    next_url: str = ""
