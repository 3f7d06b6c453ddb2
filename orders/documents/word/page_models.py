"""What the pages of templates show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip


@dataclass(frozen=True, slots=True)
class TemplateLine:
    name: str
    url: str
    shop: str
    warranty: str
    chip: Chip
    note: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """`code` as it is written into the template."""

    code: str
    what: str
    example: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    title: str
    fields: tuple[FieldLine, ...]
    loop: str = ""


@dataclass(frozen=True, slots=True)
class ShopChoice:
    """`slug` empty: all shops."""

    slug: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """As it stands, or as somebody filled it and it was refused: `error` belongs to the input `field`."""

    name: str
    months: str
    shops: tuple[ShopChoice, ...]
    error: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    templates: tuple[TemplateLine, ...]
    groups: tuple[FieldGroup, ...]
    form: SettingsForm
    gives_pdf: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    note: str
    in_service: bool
    previewed: bool


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """`error` belongs to the form `field`: «file», «order» or one of the settings."""

    name: str
    url: str
    chip: Chip
    lead: str
    versions: tuple[VersionLine, ...]
    form: SettingsForm
    newest: str
    gives_pdf: bool
    error: str = ""
    field: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A template on the card of an order. `value` is its public id; `pdf`: whether it may be had as PDF too."""

    value: str
    name: str
    url: str
    pdf: bool = False
