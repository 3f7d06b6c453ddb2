"""What the pages of personal data show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Fact


@dataclass(frozen=True, slots=True)
class KeptLine:
    """`who`: the roles that see it, or who else does; `sent`: where it goes beyond the server."""

    what: str
    source: str
    purpose: str
    term: str
    who: str
    sent: str


@dataclass(frozen=True, slots=True)
class KeptSection:
    title: str
    lines: tuple[KeptLine, ...]


@dataclass(frozen=True, slots=True)
class DaysChoice:
    """An answer to «how long»; `days` empty: for ever."""

    days: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """The setting. `asked` and `preview` while somebody tries a number: how many orders would be forgotten."""

    now: str
    choices: tuple[DaysChoice, ...]
    days: str
    least: int
    most: int
    error: str = ""
    asked: bool = False
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """One buyer on request: found and not yet confirmed, or refused. The phone stands in forms only."""

    phone: str = ""
    found: str = ""
    sure: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """`/privacy/`."""

    figures: tuple[Fact, ...]
    sections: tuple[KeptSection, ...]
    retention: Retention
    forgetting: Forgetting
    manages: bool
    sees_journal: bool


@dataclass(frozen=True, slots=True)
class WhoChoice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TotalLine:
    who: str
    door: str
    orders: str
    times: str
    period: str


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One showing. `codes`: the first orders of it with their addresses; `more`: «и ещё 40»."""

    time: str
    who: str
    door: Chip
    address: str
    codes: tuple[tuple[str, str], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class BreachPage:
    """`/privacy/breach/`. `kept` are the filter's fields, for the export."""

    since: str
    until: str
    address: str
    order: str
    who: tuple[WhoChoice, ...]
    figures: tuple[Fact, ...]
    totals: tuple[TotalLine, ...]
    lines: tuple[SeenLine, ...]
    kept: tuple[tuple[str, str], ...]
    notice: tuple[Fact, ...]
    used: bool = False
    next_url: str = ""
    first_url: str = ""
