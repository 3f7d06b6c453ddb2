"""What the shelves show: plain frozen data, already in words.

`orders.shelves` and the views fill these, the templates in `templates/orders/` print them and decide nothing.
Texts are made with `staff.formats`; a text field that is empty is left out of the page. Levels are the design's:
`""` calm, `"ok"`, `"accent"`, `"warn"`, `"danger"`, `"plum"`. Icons are names of the sprite without `i-`.
"""

from __future__ import annotations

from dataclasses import dataclass

from orders.documents.page_models import PaperMenu
from staff.drawing import Scale, Tick, Zone
from staff.page_parts import Chip, Empty, Notice, Phone, Tab


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
class Undo:
    """A press that may still be taken back: where its button posts, and for how many milliseconds it stands.

    `actions` are the ids that the form carries when one button takes back many.
    """

    url: str
    label: str
    left: int
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """An action on its way to Kaspi.

    `busy` True (queued, sending) shows «принимаем…» and the row asks for itself every two seconds; unknown is
    `busy` too (level warn, «Ответ Kaspi не получен, проверяем» on the card, «неизвестно, проверяем» in a row): it ends
    by reading the order back. With `undo` it has not left yet, and the row asks for itself when that time is over.
    """

    text: str
    level: str = ""
    busy: bool = True
    undo: Undo | None = None


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
    meanwhile answers 409. `holder` has the point now («Болат», «никого на смене»). `gone` («принят») marks a row whose
    order has left this shelf: it says so and goes away.
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
    holder: str = ""
    # How long it has waited for its signature.
    age: str = ""
    # Where the parcel lies, the question of it for who may answer, and a word when it has lain long.
    cell: str = ""
    cell_url: str = ""
    reminder: str = ""
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
    """Kaspi Доставка: «Сегодня передать 24, 1 просрочен» and what lateness costs; `scale` when it is counted.

    `blocked` warns that the drop point takes nothing while returns lie there.
    """

    lead: str
    note: str
    lead_alert: str = ""
    metric: str = ""
    metric_note: str = ""
    metric_url: str = ""
    scale: Scale | None = None
    blocked: Notice | None = None


@dataclass(frozen=True, slots=True)
class PointChoice:
    url: str
    name: str
    count: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Search and point of the shelf. `hidden` are the other parameters to keep (shop, sub-shelf); `route_url` leads from
    own delivery to the route list.
    """

    url: str
    q: str = ""
    points: tuple[PointChoice, ...] = ()
    point_label: str = ""
    point_chosen: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    reset_url: str = ""
    route_url: str = ""


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
    # What may be printed of the picked orders, and of the whole shelf.
    papers: tuple[PaperMenu, ...] = ()
    bulk_pack: bool = False
    next_url: str = ""
    prev_url: str = ""
    range_text: str = ""
    pill: LivePill = LivePill()
    # The orders whose buyers the rows show whole; not printed, written down.
    persons: tuple[str, ...] = ()
    auto_accept_url: str = ""


@dataclass(frozen=True, slots=True)
class BulkLine:
    """What became of one of the picked orders. `again_url` is where it may be pressed by itself all the same."""

    code: str
    url: str
    no: tuple[str, str, str]
    text: str
    level: str = ""
    version: str = ""
    again_url: str = ""
    again_label: str = ""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The answer to a press on many: first those that were left, then those that are on their way."""

    title: str
    level: str
    slug: str
    left: tuple[BulkLine, ...] = ()
    taken: tuple[BulkLine, ...] = ()
    taken_text: str = ""
    undo: Undo | None = None


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
