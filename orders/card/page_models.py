"""What the page of an order shows: plain frozen data, already in words (see `orders.shelves.page_models`)."""

from __future__ import annotations

from dataclasses import dataclass

from orders.documents.page_models import PaperMenu
from orders.documents.word.page_models import PaperChoice
from orders.profit.page_models import OrderProfit
from orders.shelves.page_models import ActionButton, Deadline, Pending
from staff.languages import later as _
from staff.page_parts import Chip, Fact, Notice, Phone


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: `"done"`, `"now"` or `""`."""

    title: str
    note: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """The clock on the card: what must happen until when, and what follows if it does not."""

    deadline: Deadline
    label: str
    title: str
    text: str
    bar_label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    sku: str
    quantity: str
    price: str
    sum: str
    note: str = ""
    level: str = ""
    url: str = ""
    devices: str = ""
    actions: tuple[ActionButton, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """`time` by Kaspi's clock; `learned` only when we knew much later («узнали в 11:42»)."""

    title: str
    time: str
    text: str = ""
    icon: str = "inbox"
    level: str = ""
    quote: str = ""
    learned: str = ""


@dataclass(frozen=True, slots=True)
class Buyer:
    """`standing` is what he bought before, `url` his card; `calls`: those that he did not answer. The addresses of what
    may be done about him are empty for who may not, or where he is nobody."""

    name: str
    initials: str
    note: str = ""
    phone: Phone | None = None
    standing: str = ""
    url: str = ""
    repeats: str = ""
    typed: str = ""
    calls: str = ""
    message_url: str = ""
    call_url: str = ""
    phone_url: str = ""
    phone_label: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of the order. `menu` offers to print it; `url` opens the one that Kaspi made."""

    name: str
    note: str
    url: str = ""
    icon: str = "file-text"
    menu: PaperMenu | None = None


@dataclass(frozen=True, slots=True)
class Courier:
    """Who brings the order: the name alone, or for those who may choose the form with everybody there is."""

    name: str
    url: str = ""
    choices: tuple[CourierChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class CourierChoice:
    """`value` is the member's public id; empty: nobody."""

    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The form of where the parcel lies."""

    url: str
    place: str
    longest: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """«Сначала код, потом товар». `url` is where «Понятно» posts, `order` whose hand-out comes back without script."""

    learned: bool
    url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """The metric now and after: «2,18 %», «27 из 1 236, запас 10». `ahead`: what the days to come give back, «Следующая
    отмена выйдет из окна 27 ноября».
    """

    before: str
    before_note: str
    after: str
    after_note: str
    ahead: str = ""


@dataclass(frozen=True, slots=True)
class ProofFields:
    """A call with its outcome and time, a file, a note. `now` fills the time; what was typed comes back after a refusal."""

    outcomes: tuple[Option, ...]
    called_at: str
    text: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LineDialog:
    """The question of one line: how much stays of it, what it weighs, which devices it is.

    `amount` now, `reasons` for a cut, `devices` one text a device: its IMEIs apart by a space.
    """

    kind: str
    url: str
    version: str
    entry: int
    name: str
    amount: str = ""
    most: str = ""
    step: str = "1"
    typed: str = ""
    reasons: tuple[CancelReason, ...] = ()
    chosen: str = ""
    comment: str = ""
    devices: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class RescheduleDialog:
    """Another planned date. `planned` names the date that is moved, so that a stale form is refused."""

    url: str
    lead: str
    planned: str
    days: tuple[Option, ...]
    hint: str
    asked_by: tuple[Option, ...]
    proof: ProofFields
    error: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One proof that is kept; `url` where there is a file to look at."""

    title: str
    note: str
    text: str = ""
    icon: str = "file-check"
    url: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """What is kept with the order to prove decisions about it."""

    rows: tuple[EvidenceRow, ...]
    add_url: str
    pack_url: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceDialog:
    url: str
    purposes: tuple[Option, ...]
    proof: ProofFields
    error: str = ""


@dataclass(frozen=True, slots=True)
class CodeTry:
    """A send of the code or a try of one: when, by whom, how it ended. Never the code."""

    title: str
    note: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class CancelReason:
    """`counts` True: the cancellation goes into the shop's share. `effect` shows the price where it is known; `barred`
    says why he may not choose it.
    """

    value: str
    title: str
    text: str
    counts: bool
    chip: str
    effect: BeforeAfter | None = None
    barred: str = ""


@dataclass(frozen=True, slots=True)
class CancelDialog:
    """Nothing is preselected. `chosen`, `comment` and `error` come back after a refused form (422)."""

    url: str
    version: str
    reasons: tuple[CancelReason, ...]
    lead: str = _("Причину увидит Kaspi и может проверить её у покупателя.")
    proof: ProofFields | None = None
    chosen: str = ""
    comment: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class AssembleDialog:
    url: str
    version: str
    lead: str
    places: int = 1
    max_places: int = 99
    error: str = ""


@dataclass(frozen=True, slots=True)
class IssueDialog:
    """Two steps: ask Kaspi to send the code, then check it. `sent` says what became of the first, empty before it;
    `poll` asks again while it is on its way. `wait` tells from when it may be sent again, `barred` until when no code is
    tried. `cell`: where the parcel lies.
    """

    send_url: str
    complete_url: str
    version: str
    sent: str = ""
    error: str = ""
    poll: bool = False
    wait: str = ""
    barred: str = ""
    tries: tuple[CodeTry, ...] = ()
    cell: str = ""
    lesson: Lesson = Lesson(learned=True)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """`/orders/{code}/`. `poll` asks for the card again every two seconds while something is on its way."""

    code: str
    url: str
    version: str
    no: tuple[str, str, str]
    back_label: str
    back_url: str
    chip: Chip
    lead: str
    steps: tuple[Step, ...]
    items: tuple[Item, ...]
    items_note: str
    totals: tuple[Fact, ...]
    history: tuple[HistoryEvent, ...]
    buyer: Buyer
    delivery: tuple[Fact, ...]
    courier: Courier | None = None
    cell: Cell | None = None
    cabinet: tuple[Fact, ...] = ()
    profit: OrderProfit | None = None
    documents: tuple[Document, ...] = ()
    papers: tuple[PaperChoice, ...] = ()
    actions: tuple[ActionButton, ...] = ()
    due: Due | None = None
    notices: tuple[Notice, ...] = ()
    pending: Pending | None = None
    cancel: CancelDialog | None = None
    assemble: AssembleDialog | None = None
    issue: IssueDialog | None = None
    note_url: str = ""
    line: LineDialog | None = None
    reschedule: RescheduleDialog | None = None
    evidence: EvidenceCard | None = None
    evidence_dialog: EvidenceDialog | None = None
    position: str = ""
    # How forms name the order: the public id.
    pick: str = ""
    prev_url: str = ""
    next_url: str = ""
    fresh: str = ""
    poll: bool = False
