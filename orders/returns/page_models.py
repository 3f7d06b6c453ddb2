"""What the pages of returns show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from orders.card.page_models import Due, HistoryEvent
from orders.shelves.page_models import Deadline, PointChoice
from staff.page_parts import Chip, Empty, Fact, Notice, Tab


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return or a claim in the list. Without a deadline, `since` stands in its place."""

    url: str
    no: tuple[str, str, str]
    no_note: str
    item: str
    item_note: str
    sum: str
    chip: Chip
    why: str
    why_note: str = ""
    deadline: Deadline | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class ReturnsPage:
    """`/returns/`. `hidden` are parameters that the search keeps; `inspect` leads to what is not looked at yet."""

    tabs: tuple[Tab, ...]
    rows: tuple[ReturnRow, ...]
    heads: tuple[str, str]
    points: tuple[PointChoice, ...] = ()
    point_label: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    q: str = ""
    lying: Notice | None = None
    inspect: Notice | None = None
    empty: Empty | None = None
    problem: str = ""
    code: str = ""
    may_open: bool = False
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A value with whose word it is: «Kaspi, вчера, 10:00»; `instead` is what the other one had said."""

    label: str
    text: str
    source: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the form that tells what happened."""

    name: str
    label: str
    icon: str
    url: str = ""
    primary: bool = False
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """How many pieces of a line a verdict has. `field` is the name of the input."""

    field: str
    label: str
    count: str


@dataclass(frozen=True, slots=True)
class GoodsLine:
    name: str
    sku: str
    most: int
    laid: tuple[Laid, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProofLine:
    icon: str
    title: str
    note: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    url: str
    title: str
    note: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class OrderHead:
    """The order that a return or a claim is about."""

    code: str
    url: str
    no: tuple[str, str, str]
    item: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """`/returns/<id>/`. `errors`: form, or line of goods → sentence; `filled`: what stood in a form that was
    refused."""

    url: str
    order: OrderHead
    chip: Chip
    lead: str
    back: Tab
    seen: str
    told: tuple[Told, ...]
    presses: tuple[Press, ...]
    reasons: tuple[Choice, ...]
    history: tuple[HistoryEvent, ...]
    due: Due | None = None
    notices: tuple[Notice, ...] = ()
    kaspi: Press | None = None
    kaspi_version: str = ""
    needs_note: bool = False
    may_decide: bool = False
    may_inspect: bool = False
    lines: tuple[GoodsLine, ...] = ()
    inspected: str = ""
    proofs: tuple[ProofLine, ...] = ()
    outcomes: tuple[Choice, ...] = ()
    claims: tuple[ClaimLine, ...] = ()
    claim_url: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """`/returns/claims/<id>/`."""

    url: str
    order: OrderHead
    title: str
    chip: Chip
    back: Tab
    seen: str
    facts: tuple[Fact, ...]
    presses: tuple[Press, ...]
    due: Due | None = None
    asks_number: bool = False
    asks_share: bool = False
    shares: tuple[str, ...] = ()
    proofs: tuple[ProofLine, ...] = ()
    outcomes: tuple[Choice, ...] = ()
    history: tuple[HistoryEvent, ...] = ()
    may_decide: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderForm:
    """A form about one order: a new return, a new claim."""

    title: str
    note: str
    url: str
    back_url: str
    order: OrderHead
    choices: tuple[Choice, ...]
    claim: bool = False
    error: str = ""
    wrong: str = ""
    filled: dict[str, str] = field(default_factory=dict)
