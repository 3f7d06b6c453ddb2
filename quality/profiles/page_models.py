"""What the page of rules shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from quality.profiles.bars import Bar
from staff.page_parts import Chip, Fact, Tab


@dataclass(frozen=True, slots=True)
class BoundLine:
    """The lines of profiles that judge a number alike, and the number by them; `current`: one of them is in force."""

    title: str
    window: str
    critical: str
    good: str
    sample: str
    value: str
    chip: Chip
    current: bool = False


@dataclass(frozen=True, slots=True)
class MetricBounds:
    """All competing lines of one number: the drawing, and the same as a table."""

    name: str
    value: str
    note: str
    bar: Bar
    lines: tuple[BoundLine, ...]


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """A profile with where it is from. `code` where it can be retired, `base_url` where another may begin from it."""

    title: str
    chips: tuple[Chip, ...]
    quoted: str
    note: str
    facts: tuple[Fact, ...]
    base_url: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """«с 30 ноября 2026», the profile, who said so and when. `superseded`: of the same day a newer word holds."""

    day: str
    title: str
    by: str
    at: str
    ahead: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form of an own profile. With `options` a list, else one line."""

    name: str
    label: str
    value: str
    options: tuple[Option, ...] = ()
    kind: str = "text"
    suffix: str = ""
    needed: bool = False
    longest: int = 12
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class FieldGroup:
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """What who may manage the shop can do. Addresses carry the shop. `wrong` names the form that `error` is about."""

    assign_url: str
    profiles: tuple[Option, ...]
    today: str
    farthest: str
    from_day: str
    warning_url: str
    strictly: bool
    retire_url: str
    write_url: str
    groups: tuple[FieldGroup, ...]
    is_open: bool
    error: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class RulesPage:
    """`/quality/rules/?shop=…`."""

    note: str
    lead: str
    lead_note: str
    back_url: str
    shops: tuple[Tab, ...]
    metrics: tuple[MetricBounds, ...]
    profiles: tuple[ProfileCard, ...]
    history: tuple[HistoryLine, ...]
    forms: Forms | None = None
