"""Everything that the card of an order is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from integrations.models import OPEN_ACTION_STATES, ActionKind, KaspiAction
from orders.actions import allowed, line_of
from orders.buyers.cards import Standing
from orders.buyers.showing import Shown, buyer_for, sees_buyer
from orders.deadlines import WorkingCalendar
from orders.documents.word.page_models import PaperChoice
from orders.lifecycle import Stage
from orders.lines import offered
from orders.models import CabinetFacts, Evidence, Order, OrderEntry, OrderEvent, ReturnCase, Waybill
from orders.policies import RIGHTS
from orders.profit.page_models import OrderProfit
from orders.shelves.around import Around
from orders.shelves.lines import Stock
from orders.stakes import Stakes
from staff.access import Actor
from staff.models import Member
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Known:
    """Read by `orders.card.reading`. `ref` is how its addresses name the order, `asked` the question that is open.

    `evidence` without its files; `tries` are sends of the code and tries of one; `devices` by number of the line;
    `move_days` those that the planned date may be moved to; `cell` where the parcel of a pickup order lies;
    `held` the pieces put aside for one that waits for its signature; `learned`: the training card of the hand-out has been read.
    """

    order: Order
    ref: str
    actor: Actor
    around: Around
    calendar: WorkingCalendar
    entries: Sequence[OrderEntry]
    events: Sequence[OrderEvent]
    action: KaspiAction | None
    waybill: Waybill | None
    stock: Mapping[tuple[int, str], Stock]
    stakes: Stakes
    couriers: Sequence[Member] = ()
    papers: Sequence[PaperChoice] = ()
    # The latest return, for who has the returns desk.
    case: ReturnCase | None = None
    # What is known of the buyer over his orders, where he is shown whole, and calls about this order without an answer.
    standing: Standing | None = None
    unanswered: int = 0
    cabinet: CabinetFacts | None = None
    # What it earned, for who may know.
    profit: OrderProfit | None = None
    previous: str = ""
    following: str = ""
    asked: str = ""
    evidence: Sequence[Evidence] = ()
    tries: Sequence[KaspiAction] = ()
    devices: Mapping[int, Sequence[Sequence[str]]] = field(default_factory=dict)
    move_days: Sequence[date] = ()
    cell: str = ""
    held: int = 0
    learned: bool = True
    errors: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, str] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return Stage(self.order.stage)

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def url(self) -> str:
        return f"/orders/{self.ref}/"

    @property
    def open_action(self) -> KaspiAction | None:
        return self.action if self.action and self.action.state in OPEN_ACTION_STATES else None

    @property
    def buyer(self) -> Shown:
        return buyer_for(self.actor, closed_at=self.order.closed_at, now=self.now)

    @property
    def sees_proofs(self) -> bool:
        """Proofs are about the buyer."""
        return sees_buyer(self.actor, closed_at=self.order.closed_at, now=self.now)

    @property
    def prints(self) -> bool:
        """A waybill names the buyer."""
        return self.actor.may(Permission.BUYERS_SEE)

    def may_with(self, entry: OrderEntry) -> tuple[ActionKind, ...]:
        """What this person may do with a line of the order now."""
        if self.open_action is not None:
            return ()
        kinds = map(ActionKind, offered(line_of(entry), self.stage, alone=len(self.entries) == 1))
        return tuple(kind for kind in kinds if self.actor.may(RIGHTS[kind]))

    @property
    def may(self) -> tuple[ActionKind, ...]:
        return allowed(self.order, by=self.actor, open_action=self.open_action)
