"""What nobody accepted in time, for all shops, by the database's clock.

Kaspi cancels such an order by itself (kaspi-api.md §5), so by the shop's policy (capabilities.md §6.4):
MIRROR marks it cancelled by expiry and sends nothing, PUSH also sends the cancel, OFF only marks it overdue.
The mark is provisional: Kaspi's own cancel confirms it, Kaspi's acceptance takes it back (orders.merging).
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F

from catalog import stock
from orders import actions
from orders.cancelling import CabinetReason, Fault
from orders.lifecycle import SHELF_OF, Stage
from orders.models import EventKind, Order, OrderEvent
from orders.turns import let_disk_follow, take_turn
from staff import audit, shifts
from staff.access import Actor, rule
from staff.clock import database_now
from staff.errors import Refused
from staff.models import ExpiryPolicy, Shop
from staff.scoping import company_scope

log = logging.getLogger(__name__)

# One round of all shops as a rule: each shop is a transaction of its own, however few orders of it are due.
BATCH = 5000
NEEDED = ("id", "company_id", "shop_id", "point_id", "code", "accept_by")
RULE_NAME = "Автоотмена по сроку"


def expire_due() -> int:
    """Handle every order whose acceptance deadline has passed; answers how many. Shop by shop, each in its own turn.

    An order with an accept on its way is left until that is over: Kaspi's word decides, not our clock. A shop that
    breaks is logged and left for the next time, the others go on.
    """
    done, left = 0, set[int]()
    more = True
    while more:
        batch, more = _due(left)
        for (company_id, shop_id), order_ids in batch.items():
            handled = _expire_shop(company_id, shop_id, order_ids)
            done += len(handled)
            left |= set(order_ids) - handled
    return done


def _due(left: Collection[int]) -> tuple[dict[tuple[int, int], list[int]], bool]:
    """What is due by shop, but for those that this run has left already; and whether there is more."""
    by_shop: dict[tuple[int, int], list[int]] = defaultdict(list)
    limit = BATCH + len(left)
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id, id FROM office_due_acceptances(%s)", [limit])
        rows = cursor.fetchall()
    for company_id, shop_id, order_id in rows:
        if order_id not in left:
            by_shop[company_id, shop_id].append(order_id)
    return by_shop, len(rows) == limit


def _expire_shop(company_id: int, shop_id: int, order_ids: list[int]) -> set[int]:
    try:
        with company_scope(company_id):
            return _expire(shop_id, order_ids, by=rule(RULE_NAME, company_id), now=database_now())
    except Exception:
        log.exception("shop %s: the orders that are due were not expired", shop_id)
        return set()


def _expire(shop_id: int, order_ids: list[int], *, by: Actor, now: datetime) -> set[int]:
    let_disk_follow()
    take_turn(shop_id)
    policy = Shop.objects.get(pk=shop_id).expiry_policy
    # Looked at again under the lock: an acceptance may have come in between.
    due = Order.objects.filter(pk__in=order_ids, stage=Stage.NEW, overdue_at=None, accept_by__lte=now)
    due = due.exclude(Exists(actions.accepts_under_way(now)))
    orders = list(due.select_for_update(of=("self",)).order_by("id").only(*NEEDED))
    if policy == ExpiryPolicy.PUSH:
        for order in orders:
            _push(order, by=by, now=now)
    _mark(orders, expired=policy != ExpiryPolicy.OFF, by=by, now=now)
    return {order.pk for order in orders}


def _push(order: Order, *, by: Actor, now: datetime) -> None:
    try:
        actions.cancel(order, by=by, now=now, reason=CabinetReason.OUT_OF_STOCK, comment="Не принят в срок")
    except Refused as problem:
        # An accept is already on its way to Kaspi; what Kaspi makes of it decides.
        log.info("cancel of an expired order not sent: %s", problem.code)


def _mark(orders: list[Order], *, expired: bool, by: Actor, now: datetime) -> None:
    if not orders:
        return
    marked = Order.objects.filter(pk__in=[order.pk for order in orders])
    if expired:
        marked.update(
            stage=Stage.EXPIRED,
            shelf=SHELF_OF[Stage.EXPIRED],
            expired_at=F("accept_by"),
            overdue_at=F("accept_by"),
            cancelled_at=now,
            closed_at=now,
            fault=Fault.SELLER,
            due_at=None,
            due_kind="",
            changed_at=now,
            version=F("version") + 1,
        )
        stock.free(order_ids=[order.pk for order in orders], now=now)
    else:
        marked.update(overdue_at=F("accept_by"), changed_at=now, version=F("version") + 1)
    kind, after = (EventKind.EXPIRED, Stage.EXPIRED) if expired else (EventKind.OVERDUE, Stage.NEW)
    audit.record_all(by, f"order.{kind}", subjects=(("order", order.code) for order in orders), now=now)
    on_duty = shifts.attributed([moment for order in orders if (moment := _moment(order))])
    OrderEvent.objects.bulk_create(
        _event(order, kind, after, _held(order, on_duty), by=by, now=now) for order in orders
    )


def _held(order: Order, on_duty: Mapping[shifts.Moment, Sequence[str]]) -> Sequence[str]:
    moment = _moment(order)
    return on_duty[moment] if moment else ()


def _moment(order: Order) -> shifts.Moment | None:
    """Where and when the time ran out; an order may stand at no point."""
    return (order.point_id, order.accept_by) if order.point_id and order.accept_by else None


def _event(
    order: Order, kind: EventKind, after: Stage, on_duty: Sequence[str], *, by: Actor, now: datetime
) -> OrderEvent:
    """`on_duty`: who held the point when the time ran out."""
    details: dict[str, Any] = {"provisional": kind is EventKind.EXPIRED}
    return OrderEvent(
        company_id=order.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=kind,
        kaspi_at=order.accept_by,
        learned_at=now,
        stage_before=Stage.NEW,
        stage_after=after,
        actor_kind=by.kind,
        actor_label=by.label,
        details=details | {"on_duty": list(on_duty)} if on_duty else details,
    )
