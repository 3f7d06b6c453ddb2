"""What the pages of orders show: plain frozen data, already in words.

`orders.shelf` and the views fill these, the templates in `templates/orders/` print them and decide nothing.
Texts are made with `staff.formats`; a text field that is empty is left out of the page. Levels are the design's:
`""` calm, `"ok"`, `"accent"`, `"warn"`, `"danger"`, `"plum"`. Icons are names of the sprite without `i-`.
"""

from __future__ import annotations

from dataclasses import dataclass

from staff.drawing import Scale, Tick, Zone
from staff.languages import later as _
from staff.page_parts import Chip, Empty, Fact, Notice, Phone, Tab


@dataclass(frozen=True, slots=True)
class Deadline:
    """A chip with the time left.

    `level`: `""`, `"soon"`, `"urgent"`, `"over"`, `"done"`. `seconds_left` is measured by the server's clock and
    is where the browser's countdown starts; `counting` False (the shop is closed, the chip is not a clock) keeps it
    still. `share` is 0–100, how much of the ring is left. In a row the words of a missed deadline are `formats.OVERDUE`
    alone, `until` beside it says since when.
    """

    level: str
    seconds_left: int
    text: str
    until: str
    counting: bool
    share: int = 100


@dataclass(frozen=True, slots=True)
class Pending:
    """An action on its way to Kaspi.

    `busy` True (queued, sending) shows «принимаем…» and the row asks for itself every two seconds; unknown is
    `busy` too (level warn, «Ответ Kaspi не получен, проверяем» on the card, «неизвестно, проверяем» in a row): it ends
    by reading the order back.
    """

    text: str
    level: str = ""
    busy: bool = True


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A thing that may be done now. `url` is where the form posts.

    `dialog` True: the person must say something first (reason, places, code), so the press opens the dialog, and
    without JavaScript the page that stands at the same address for GET. `link` True: a plain link (waybill, open).
    """

    kind: str
    label: str
    url: str
    primary: bool = False
    danger: bool = False
    dialog: bool = False
    link: bool = False
    icon: str = ""
    key: str = ""


# --- Shelf ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One order on a shelf; the columns `who` and `way` mean what the shelf's heads say.

    `deadline` is the first column, or `since` where nothing burns («14 октября, 12:05»). `no` holds three groups of
    the number, `no_note` the second line under it. `version` travels with the press: an order that has changed
    meanwhile answers 409. `gone` («принят») marks a row whose order has left this shelf: it says so and goes away.
    """

    code: str
    version: str
    url: str
    no: tuple[str, str, str]
    no_note: str
    item: str
    item_note: str
    sum: str
    item_level: str = ""
    payment: str = ""
    deadline: Deadline | None = None
    since: str = ""
    who: str = ""
    who_note: str = ""
    phone: Phone | None = None
    way: str = ""
    way_icon: str = ""
    way_note: str = ""
    way_chip: Chip | None = None
    courier: str = ""
    pending: Pending | None = None
    action: ActionButton | None = None
    pickable: bool = False
    amount: int = 0
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Heads of a shelf's table. `soon` and `urgent` are the seconds at which a chip changes its level."""

    deadline: str
    who: str
    way: str
    soon: int = 0
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """An order on the deadline strip: `x` in per cent along the square-root axis."""

    url: str
    label: str
    x: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineStrip:
    """`lead_alert` is the red beginning of the lead («3 заказа»), `lead` the rest («меньше 15 минут»)."""

    lead_alert: str
    lead: str
    note: str
    summary: str
    zones: tuple[Zone, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """Kaspi Доставка: «Сегодня передать 24, 1 просрочен» and what lateness costs; `scale` when it is counted."""

    lead: str
    note: str
    lead_alert: str = ""
    metric: str = ""
    metric_note: str = ""
    metric_url: str = ""
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class PointChoice:
    url: str
    name: str
    count: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Search and point of the shelf. `hidden` are the other parameters to keep (shop, sub-shelf)."""

    url: str
    q: str = ""
    points: tuple[PointChoice, ...] = ()
    point_label: str = ""
    point_chosen: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    reset_url: str = ""


@dataclass(frozen=True, slots=True)
class LivePill:
    """«2 новых», on a phone «Показать 2 новых заказа»; `url` shows them. An empty `text` hides both."""

    text: str = ""
    long_text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """`/orders/{slug}/`. `sub_tabs` only on Kaspi Доставка. `pulse_url` carries `since` of this very answer."""

    slug: str
    title: str
    fresh: str
    url: str
    pulse_url: str
    tabs: tuple[Tab, ...]
    columns: Columns
    rows: tuple[Row, ...]
    filters: Filters
    fresh_level: str = "ok"
    sub_tabs: tuple[Tab, ...] = ()
    strip: DeadlineStrip | None = None
    handover: Handover | None = None
    empty: Empty | None = None
    notice: Notice | None = None
    bulk_accept: bool = False
    next_url: str = ""
    prev_url: str = ""
    range_text: str = ""
    pill: LivePill = LivePill()
    # The orders whose buyers the rows show whole; not printed, written down.
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulse:
    """The answer to «anything new?» when something is: everything that may change around the rows, never the rows.

    `pulse_url` is the next question, with a new `since`.
    """

    pulse_url: str
    fresh: str
    tabs: tuple[Tab, ...]
    pill: LivePill = LivePill()
    strip: DeadlineStrip | None = None
    handover: Handover | None = None
    fresh_level: str = "ok"


# --- Search over all shelves ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    url: str
    no: tuple[str, str, str]
    who: str
    item: str
    shelf: str
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class SearchPage:
    q: str
    hits: tuple[Hit, ...]
    note: str = ""


# --- Order card -------------------------------------------------------------------------------------------------------


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
    name: str
    initials: str
    note: str = ""
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    note: str
    url: str = ""
    icon: str = "file-text"


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
class BeforeAfter:
    """The metric now and after: «2,18 %», «27 из 1 236, запас 10»."""

    before: str
    before_note: str
    after: str
    after_note: str


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
    `poll` asks again while it is on its way."""

    send_url: str
    complete_url: str
    version: str
    sent: str = ""
    error: str = ""
    poll: bool = False


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
    documents: tuple[Document, ...] = ()
    actions: tuple[ActionButton, ...] = ()
    due: Due | None = None
    notices: tuple[Notice, ...] = ()
    pending: Pending | None = None
    cancel: CancelDialog | None = None
    assemble: AssembleDialog | None = None
    issue: IssueDialog | None = None
    position: str = ""
    prev_url: str = ""
    next_url: str = ""
    fresh: str = ""
    poll: bool = False
