"""What the pages of buyers show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Fact, Notice, Phone


@dataclass(frozen=True, slots=True)
class BuyerLine:
    """A row of the list. `no` and `order_url`: the newest order."""

    url: str
    name: str
    initials: str
    phone: Phone | None
    orders: str
    last: str
    no: tuple[str, str, str]
    order_url: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A phone of the shop itself. `value` stands in its form."""

    text: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class BuyersPage:
    """`/buyers/`. `own` is None for who may not change the shop's own phones."""

    q: str
    lines: tuple[BuyerLine, ...]
    note: str
    next_url: str = ""
    first_url: str = ""
    own: tuple[OwnLine, ...] | None = None
    own_phone: str = ""
    own_error: str = ""
    writes_texts: bool = False


@dataclass(frozen=True, slots=True)
class BuyerOrderLine:
    """An order of the buyer. `signs` say by what it is his."""

    code: str
    no: tuple[str, str, str]
    url: str
    when: str
    shop: str
    item: str
    sum: str
    chip: Chip
    signs: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    phone: Phone
    note: str
    whatsapp: str = ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class DeedLine:
    """A call or a message, with the order that it was about."""

    title: str
    note: str
    when: str
    icon: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class PartedLine:
    """A buyer that this one was parted from by hand."""

    name: str
    url: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class BuyerPage:
    """`/buyers/<id>/`."""

    url: str
    name: str
    initials: str
    lead: str
    chip: Chip | None
    figures: tuple[Fact, ...]
    phones: tuple[PhoneLine, ...]
    no_phone: str
    signs: tuple[Fact, ...]
    notes: tuple[NoteLine, ...]
    deeds: tuple[DeedLine, ...]
    calls: str
    orders: tuple[BuyerOrderLine, ...]
    parted: tuple[PartedLine, ...] = ()
    parts: bool = False
    next_url: str = ""
    first_url: str = ""
    note: str = ""
    note_error: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class TextChoice:
    label: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MessageDialog:
    """A message about an order, ready to be copied. `whatsapp` only for a phone that is known whole; else `why_not`."""

    url: str
    back_url: str
    lead: str
    choices: tuple[TextChoice, ...]
    key: str
    text: str
    notices: tuple[Notice, ...] = ()
    whatsapp: str = ""
    to: str = ""
    why_not: str = ""
    # The order whose phone that is.
    order: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class CallDialog:
    url: str
    back_url: str
    lead: str
    outcomes: tuple[OutcomeChoice, ...]
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PhoneDialog:
    url: str
    back_url: str
    lead: str
    phone: str = ""
    error: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A template with its text as a buyer would read it. `remove_url`: what the company wrote may go."""

    key: str
    name: str
    text: str
    shown: str
    note: str
    remarks: tuple[str, ...] = ()
    remove_url: str = ""
    remove_label: str = ""
    error: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class TextsPage:
    """`/buyers/messages/`. `fresh` is the form of a new one."""

    lines: tuple[TextLine, ...]
    fields: tuple[tuple[str, str], ...]
    fresh: TextLine
