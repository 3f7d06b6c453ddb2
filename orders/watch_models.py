"""What the page of watched orders shows: plain frozen data, already in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WatchedOrder:
    url: str
    no: tuple[str, str, str]
    reason: str
    item: str
    point: str
    when: str
    evidence_url: str = ""


@dataclass(frozen=True, slots=True)
class Mover:
    name: str
    moved: str
    share: str


@dataclass(frozen=True, slots=True)
class WatchPage:
    note: str
    unproven: tuple[WatchedOrder, ...]
    rewritten: tuple[WatchedOrder, ...]
    movers: tuple[Mover, ...]
    movers_note: str
