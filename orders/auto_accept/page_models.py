"""What the page of auto-accept shows: plain frozen data, already in words (see `staff.page_parts`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class ShopState:
    """One shop: whether the rule decides there. `may_switch_on` False: no rules are kept yet."""

    slug: str
    name: str
    url: str
    chip: Chip
    note: str
    is_on: bool
    may_switch_on: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The kill switch of the company. `may_press`: to whoever sees every shop of it."""

    is_stopped: bool
    note: str
    may_press: bool


@dataclass(frozen=True, slots=True)
class RulesForm:
    """`wrong` is the field that `error` is about."""

    values: Mapping[str, str]
    error: str = ""
    wrong: str = ""
    days: tuple[tuple[int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order with what became of it."""

    no: tuple[str, str, str]
    url: str
    chip: Chip
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Orders of one kind in a rehearsal, the newest of them named."""

    key: str
    title: str
    count: str
    level: str
    lines: tuple[OrderLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RehearsalCard:
    """«Принял бы 412, придержал 9»; `unknown` says what of that time nobody knows."""

    title: str
    lead: str
    facts: tuple[str, ...]
    groups: tuple[Group, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: str
    text: str
    when: str
    current: bool


@dataclass(frozen=True, slots=True)
class AutoAcceptPage:
    """`shop` None: none is chosen, and `shops` are to choose from."""

    shops: tuple[ShopState, ...]
    stop: Stop
    shop: ShopState | None = None
    form: RulesForm | None = None
    rehearsal: RehearsalCard | None = None
    tabs: tuple[Tab, ...] = ()
    decisions: tuple[OrderLine, ...] = ()
    decisions_note: str = ""
    versions: tuple[VersionLine, ...] = ()
    notice: Notice | None = None
    empty: Empty | None = None
