"""What stands around every page, and the owner's home: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FrameShop:
    slug: str
    name: str
    monogram: str


@dataclass(frozen=True, slots=True)
class FrameMember:
    name: str
    role_label: str
    initials: str


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """Orders per shelf, capped texts are made in the template; `urgent`: an acceptance runs out within 15 minutes.

    `notices`: orders that the person was told of and has not looked at.
    """

    new: int = 0
    signing: int = 0
    pickup: int = 0
    delivery: int = 0
    kaspi_delivery: int = 0
    archive: int = 0
    unknown: int = 0
    notices: int = 0
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class FrameSync:
    """`level`: `ok`, `warn`, `danger`; `text`: «Обмен с Kaspi, 12 с назад»."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class FrameCan:
    """What the menu offers: nothing that would not open. `shelves` are slugs."""

    home: bool = False
    shelves: tuple[str, ...] = ()
    quality: bool = False
    catalog: bool = False
    staff: bool = False
    integrations: bool = False
    shift: bool = False
    notices: bool = False


@dataclass(frozen=True, slots=True)
class FrameSection:
    """A line of the menu under the shelves; `alert` makes its count red."""

    nav: str
    label: str
    url: str
    icon: str
    count: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class FrameCompany:
    """A company that the person works in; `key` is how the form of the switch names it."""

    key: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Menu, shop switch and member. `nav` names the current item: a shelf's slug, `home`, `quality`, `catalog`…

    `switch_url` is the page that another shop is shown on; empty: this one.
    """

    company_name: str
    shops: tuple[FrameShop, ...]
    shop: FrameShop | None
    member: FrameMember
    counts: FrameCounts
    sync: FrameSync
    can: FrameCan
    # What an order manager opens besides the shelves.
    desk: tuple[FrameSection, ...] = ()
    nav: str = ""
    switch_url: str = ""
    # Whether the person proved just now that it is he: a sensitive form is shown only then.
    sudo: bool = False
    # The near day from which the company lets nobody work without a second step, if the person has none.
    second_step_by: date | None = None
    # Where he works, if in several companies.
    companies: tuple[FrameCompany, ...] = ()
    # He took over a shared computer: there is nothing of his own behind the menu, and he gives it back.
    by_pin: bool = False


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of the day. `alert` is the part of the note in red."""

    label: str
    value: str
    note: str = ""
    alert: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that asks for a hand. `level`: `""`, `warn`, `danger`."""

    title: str
    text: str
    action_label: str
    action_url: str
    level: str = ""
    icon: str = "alarm-clock"


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A shop on the owner's home; levels colour the share of cancels and the dot of the exchange."""

    name: str
    monogram: str
    url: str
    note: str
    arrived_today: str
    sum_today: str
    waiting: str
    rating: str
    cancelled: str
    sync: str
    waiting_alert: str = ""
    cancelled_note: str = ""
    cancelled_level: str = ""
    sync_level: str = "ok"


@dataclass(frozen=True, slots=True)
class HomePage:
    """`/`. Without a shop yet, `first_run` says what to do."""

    day: str
    note: str
    stats: tuple[Stat, ...]
    risks: tuple[Risk, ...]
    shops: tuple[ShopLine, ...]
    first_run: bool = False
