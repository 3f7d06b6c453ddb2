"""What a changed calendar of a point means for the orders that wait to be accepted.

Polling would find it out by itself (`orders.merging`), with the next word from Kaspi; the auto-cancel must not go by the
old hours until then. What was marked as expired comes back with that word.
"""

from datetime import datetime

from orders.deadlines import Deadline, Step, StepFacts, deadline_of
from orders.facts import sync
from orders.lifecycle import Stage
from orders.merging import NOTHING_BURNS
from orders.models import DeadlineWatch, Order
from orders.returns.silence import rederive as rederive_returns
from orders.turns import take_turn
from staff.models import Shop
from staff.working_calendar import WorkingCalendar

NEEDED = (
    "id",
    "company_id",
    "point_id",
    "approved_at",
    "created_at",
    "express",
    "accept_by",
    "due_at",
    "due_kind",
    "version",
)
CHANGED = ("accept_by", "due_at", "due_kind", "burns_at", "overdue_at", "changed_at", "version")


def rederive(shop: Shop, *, now: datetime) -> int:
    """Give each NEW order of the shop the deadline of the present calendars; answers how many got another one."""
    take_turn(shop.pk)
    # Rungs of a ladder stand in working time: with other hours they come at another moment.
    DeadlineWatch.objects.filter(order__shop_id=shop.pk, order__stage=Stage.NEW).delete()
    place = sync.place_of(shop)
    calendars = dict(place.points.values())
    waiting = Order.objects.select_for_update(of=("self",)).filter(shop_id=shop.pk, stage=Stage.NEW)
    moved = []
    for order in waiting.order_by("id").only(*NEEDED):
        # An order without a point goes by the hours that stand in for it, as in `orders.facts.sync`.
        deadline = _deadline(order, calendars.get(order.point_id or 0, place.fallback))
        if (deadline.at if deadline else None) != order.accept_by:
            _move(order, deadline, now=now)
            moved.append(order)
    Order.objects.bulk_update(moved, CHANGED, batch_size=500)
    rederive_returns(shop.pk, now=now)
    return len(moved)


def _deadline(order: Order, calendar: WorkingCalendar) -> Deadline | None:
    facts = StepFacts(
        step=Step.ACCEPT, approved_at=order.approved_at, created_at=order.created_at, express=order.express
    )
    return deadline_of(facts, calendar)


def _move(order: Order, deadline: Deadline | None, *, now: datetime) -> None:
    order.accept_by = order.due_at = deadline.at if deadline else None
    order.due_kind = str(deadline.kind) if deadline else ""
    order.burns_at = order.due_at or order.approved_at + NOTHING_BURNS
    if order.due_at is not None and order.due_at > now:
        # It has more time: it may become overdue again.
        order.overdue_at = None
    order.changed_at, order.version = now, order.version + 1
