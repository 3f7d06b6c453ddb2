"""The rule at work: new orders of the shops that have it switched on, decided one after another under the shop's turn."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from integrations.models import OPEN_ACTION_STATES, KaspiAction
from orders import actions
from orders.auto_accept import claiming
from orders.auto_accept.keeping import RULE_NAME, keep
from orders.auto_accept.rules import Cover, Decision, Facts, Reason, Verdict, decide
from orders.auto_accept.switching import in_force
from orders.hours import calendar_of
from orders.lifecycle import Stage
from orders.models import Order
from orders.stakes import budget_of
from orders.turns import take_turn
from staff.access import Actor, rule
from staff.clock import database_now
from staff.errors import Refused
from staff.scoping import company_scope
from staff.working_calendar import WorkingCalendar, add_working_minutes

log = logging.getLogger(__name__)

# Orders of a shop in one transaction: whoever presses the kill switch waits for no more than these.
BATCH = 50
A_MINUTE = timedelta(minutes=1)


def accept_due() -> int:
    """Decide about every order that is due for it; answers how many. A shop that breaks is logged, the others go on."""
    return sum(_in_shop(company_id, shop_id, ids) for (company_id, shop_id), ids in _due().items())


def _due() -> dict[tuple[int, int], list[int]]:
    by_shop: dict[tuple[int, int], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id, id FROM office_due_auto_accepts(%s)", [BATCH])
        for company_id, shop_id, order_id in cursor.fetchall():
            by_shop[company_id, shop_id].append(order_id)
    return by_shop


def _in_shop(company_id: int, shop_id: int, order_ids: Sequence[int]) -> int:
    try:
        with company_scope(company_id):
            return decide_all(shop_id, order_ids, by=rule(RULE_NAME, company_id), now=database_now())
    except Exception:
        log.exception("shop %s: orders were not decided by the rule", shop_id)
        return 0


def decide_all(shop_id: int, order_ids: Sequence[int], *, by: Actor, now: datetime) -> int:
    """Decide about these orders of one shop, the most urgent first; answers how many there were to decide about."""
    take_turn(shop_id)
    ruling = in_force(shop_id)
    if ruling is None:
        return 0
    # Looked at again under the turn: a person may have pressed meanwhile, the time may be over.
    found = Order.objects.filter(pk__in=order_ids, shop_id=shop_id, stage=Stage.NEW, overdue_at=None)
    orders = list(found.select_for_update(of=("self",)).select_related("point").order_by("burns_at", "id"))
    known = _known_of(shop_id, orders, now=now)
    facts = {order: _facts_of(order, known, now=now) for order in orders if order.pk not in known.under_way}
    passing = [order.pk for order, fact in facts.items() if decide(fact, ruling.rules, now).verdict is Verdict.ACCEPT]
    covers = claiming.claim(passing, now=now) if passing else {}
    for order, fact in facts.items():
        told = replace(fact, cover=covers.get(order.pk, fact.cover))
        decision = decide(told, ruling.rules, now)
        if decision.verdict is Verdict.ACCEPT:
            decision = _accept(order, decision, by=by, now=now)
        keep(order, decision, version=ruling.version, seen=seen_of(told, covers.get(order.pk)), now=now)
    return len(orders)


@dataclass(frozen=True, slots=True)
class Known:
    """What is read once for all orders of a round."""

    budget_left: int | None
    under_way: frozenset[int]
    pressed: frozenset[int]
    calendars: Mapping[int | None, WorkingCalendar]


def _known_of(shop_id: int, orders: Sequence[Order], *, now: datetime) -> Known:
    ids = [order.pk for order in orders]
    under_way, pressed = _acted_on(ids)
    return Known(
        budget_left=budget_of([shop_id], now=now).today,
        under_way=under_way,
        pressed=pressed,
        calendars={order.point_id: calendar_of(order.point) for order in orders},
    )


def _acted_on(order_ids: Collection[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Orders with an action on its way; and those that were acted on before, but for what the rule itself took back."""
    told = KaspiAction.objects.filter(subject_id__in=order_ids)
    under_way = told.filter(state__in=OPEN_ACTION_STATES).values_list("subject_id", flat=True)
    own = {"actor_kind": "rule", "actor_label": RULE_NAME, "withdrawn_at__isnull": False}
    return frozenset(under_way), frozenset(told.exclude(**own).values_list("subject_id", flat=True))


def _accept(order: Order, met: Decision, *, by: Actor, now: datetime) -> Decision:
    """Press, with the pieces promised; refused, the order is held and nothing is promised."""
    try:
        with transaction.atomic():
            actions.accept(order, by=by, now=now)
    except Refused as refusal:
        log.info("order %s: accept by the rule refused: %s", order.pk, refusal.code)
        claiming.unclaim([order.pk], now=now)
        return Decision(Verdict.HOLD, Reason.PRESSED)
    return met


def _facts_of(order: Order, known: Known, *, now: datetime) -> Facts:
    calendar = known.calendars[order.point_id]
    is_open = calendar.is_open(now)
    return Facts(
        arrived_at=order.approved_at,
        accept_by=order.accept_by,
        total=order.total_price,
        lines=order.items_count,
        pieces=order.pieces,
        address=f"{order.town} {order.address}",
        express=order.express,
        pre_order=order.pre_order,
        signature=order.signature_required,
        has_point=order.point_id is not None,
        is_open=is_open,
        opens_at=None if is_open else opens_at(now, calendar),
        budget_left=known.budget_left,
        pressed=order.pk in known.pressed,
    )


def opens_at(moment: datetime, calendar: WorkingCalendar) -> datetime | None:
    """When a point that is closed opens next; None when its calendar never does."""
    first_minute = add_working_minutes(moment, 1, calendar)
    return None if first_minute is None else first_minute - A_MINUTE


def seen_of(facts: Facts, cover: Cover | None) -> dict[str, Any]:
    """What was looked at, as it is kept with the decision: nothing of the buyer, so no address. `cover` None: not asked."""
    return {
        "sum": str(facts.total),
        "lines": facts.lines,
        "pieces": str(facts.pieces),
        "stock": cover.value if cover else None,
        "budget_left": facts.budget_left,
        "is_open": facts.is_open,
        "express": facts.express,
        "accept_by": facts.accept_by.isoformat() if facts.accept_by else None,
    }
