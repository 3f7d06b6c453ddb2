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
class CheckStep:
    """One step of a check. `state`: ok, no, wait."""

    state: str
    title: str
    text: str = ""
    action: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class CheckCard:
    """The last check of a shop's token. `waiting`: it goes on, the page asks again; `open`: there is something to read."""

    title: str
    note: str
    steps: tuple[CheckStep, ...]
    waiting: bool = False
    open: bool = False


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
    # The first signs of the token's HMAC, by which two people know that they speak of the same one.
    fingerprint: str = ""
    check: CheckCard | None = None
    check_url: str = ""
    gaps_url: str = ""


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
    """A live key: the beginning of it, what it opens, when it was last used."""

    name: str
    key: str
    scopes: str
    made: str
    shops: str = ""
    used: str = ""
    state: Chip | None = None
    replace_url: str = ""
    revoke_url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The form that makes a key, with what was typed and what is wrong with it."""

    name: str
    scopes: tuple[Choice, ...]
    shops: tuple[Choice, ...]
    lives: tuple[Choice, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key just made: the only time that its secret is shown."""

    name: str
    secret: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShopForm:
    """The form that connects another shop. The token is never given back."""

    name: str = ""
    merchant_uid: str = ""
    error: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class IntegrationsPage:
    """`/integrations/`. `poll` asks for the shops again every two seconds while a check or a first load runs."""

    note: str
    shops: tuple[ShopAccount, ...]
    parked: tuple[ParkedLine, ...]
    waiting: tuple[WaitingAction, ...]
    keys: tuple[KeyLine, ...]
    url: str = "/integrations/"
    poll: bool = False
    manages: bool = False
    made: MadeKey | None = None
    key_form: KeyForm | None = None
    shop_form: ShopForm | None = None
    leak_url: str = ""
