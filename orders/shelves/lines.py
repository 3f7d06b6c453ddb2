"""What a row of a shelf is made from: a line of the orders table, what stands beside it, and who reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from orders import clocks
from orders.buyers.showing import Shown, buyer_for
from orders.lifecycle import Shelf
from staff.access import Actor
from staff.permissions import Permission
from staff.places import Places


class Line(NamedTuple):
    """What a row needs of an order; the names are the columns that a shelf reads."""

    id: int
    code: str
    shop_id: int
    point_id: int | None
    stage: str
    state: str
    status: str
    total_price: Decimal
    payment_mode: str
    credit_term: int | None
    is_kaspi_delivery: bool
    delivery_mode: str
    express: bool
    waybill_url: str
    approved_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    due_kind: str
    burns_at: datetime
    closed_at: datetime | None
    first_seen_at: datetime
    buyer_first_name: str
    buyer_last_name: str
    phone: str
    phone_state: str
    town: str
    address: str
    first_item: str
    first_sku: str
    items_count: int
    pieces: Decimal
    cancellation_reason: str
    expired_at: datetime | None
    mark: int | None
    mark_on: date | None
    courier__name: str | None


class Stock(NamedTuple):
    """What lies at a point and what orders hold of it; this order's own pieces are among the held."""

    on_hand: int
    reserved: int


class LastAction(NamedTuple):
    """`undo_until` while nobody has begun to send it."""

    kind: str
    state: str
    problem: str
    public_id: UUID
    undo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What rows need beside their lines: stock by (point, SKU), the action of each order that is on its way or was turned
    down lately, the names of those who hold a point, where the parcel of an order lies,
    the pieces that are put aside for one that waits for its signature.
    """

    stock: Mapping[tuple[int, str], Stock] = field(default_factory=dict)
    actions: Mapping[int, LastAction] = field(default_factory=dict)
    holders: Mapping[int, Sequence[str]] = field(default_factory=dict)
    cells: Mapping[int, str] = field(default_factory=dict)
    held: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the shelf, when, and what is known besides the orders themselves."""

    shelf: Shelf
    actor: Actor
    now: datetime
    places: Places
    calendars: clocks.Calendars
    beside: Beside

    def buyer(self, line: Line) -> Shown:
        return buyer_for(self.actor, closed_at=line.closed_at, now=self.now)

    @property
    def prints(self) -> bool:
        """A waybill names the buyer."""
        return self.actor.may(Permission.BUYERS_SEE)

    @property
    def picks(self) -> bool:
        """Orders are picked to print papers of many at once; a courier has a handful, given to him with theirs."""
        return self.actor.orders_of is None

    def point_name(self, line: Line) -> str:
        point = self.places.point_by_id(line.point_id)
        return point.name if point else gettext("без точки")
