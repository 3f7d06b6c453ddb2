"""What the page of the exchange with Kaspi shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """The first load of a shop's history: «Загружаем заказы за 90 дней», windows done of all."""

    text: str
    note: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One thing that is read again and again. `level`: ok, warn, danger; `note`: «каждые 15 с, 12 с назад»."""

    name: str
    note: str
    level: str = "ok"


@dataclass(frozen=True, slots=True)
class ExpiryChoice:
    """What is done with an order that nobody accepted in time."""

    value: str
    title: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ShopAccount:
    """A shop's account with Kaspi. The token itself is never here: only its last signs."""

    slug: str
    name: str
    monogram: str
    state: Chip
    token: str
    note: str
    problem: str = ""
    progress: ImportProgress | None = None
    slots: tuple[SlotLine, ...] = ()
    token_url: str = ""
    resume_url: str = ""
    error: str = ""
    expiry_url: str = ""
    expiry_choices: tuple[ExpiryChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """An order that could not be read or stored, kept raw."""

    code: str
    shop: str
    problem: str
    seen: str
    times: str


@dataclass(frozen=True, slots=True)
class WaitingAction:
    """A decision that waits for a person: Kaspi's answer stayed unknown, or its time ran out."""

    code: str
    url: str
    kind: str
    problem: str
    since: str
    state: Chip


@dataclass(frozen=True, slots=True)
class KeyLine:
    name: str
    key: str
    scopes: str
    made: str


@dataclass(frozen=True, slots=True)
class IntegrationsPage:
    """`/integrations/`. `poll` asks for the shops again every two seconds while a first load runs."""

    note: str
    shops: tuple[ShopAccount, ...]
    parked: tuple[ParkedLine, ...]
    waiting: tuple[WaitingAction, ...]
    keys: tuple[KeyLine, ...]
    url: str = "/integrations/"
    poll: bool = False
