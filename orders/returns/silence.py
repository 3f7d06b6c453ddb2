"""The clock moves returns: whose time is over and nobody has said anything, by the database's clock, for all shops."""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import connection

from orders.hours import calendar_of
from orders.models import Order, ReturnCase
from orders.returns.deadlines import return_due
from orders.returns.states import SILENCE, Mover, ReturnState
from orders.returns.writing import facts_of, put, save, settle, tell
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, rule
from staff.clock import database_now
from staff.scoping import company_scope

log = logging.getLogger(__name__)

BATCH = 500
RULE_NAME = "Сроки возвратов"


def settle_due() -> int:
    """Let silence speak where its time has come; answers how many returns it moved. A shop that breaks is left for later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id, id FROM office_due_returns(%s)", [BATCH])
        rows = cursor.fetchall()
    by_shop: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for company_id, shop_id, case_id in rows:
        by_shop[company_id, shop_id].append(case_id)
    return sum(_settle_shop(company, shop, ids) for (company, shop), ids in by_shop.items())


def rederive(shop_id: int, *, now: datetime) -> None:
    """The hours of a point of this shop have changed: give what goes on its deadline anew, under the shop's turn."""
    cases = ReturnCase.objects.select_for_update(of=("self",)).filter(shop_id=shop_id, due_at__isnull=False)
    moved = []
    for case in cases.select_related("order__point").order_by("id"):
        before = case.due_at
        settle(case, calendar_of(case.order.point), at=now, now=now)
        if case.due_at != before:
            moved.append(case)
    ReturnCase.objects.bulk_update(moved, ("due_at", "due_kind", "burns_at", "changed_at"), batch_size=500)


def _settle_shop(company_id: int, shop_id: int, ids: list[int]) -> int:
    try:
        with company_scope(company_id):
            take_turn(shop_id)
            now, by = database_now(), rule(RULE_NAME, company_id)
            # Looked at again under the turn: a person may have decided in between.
            cases = ReturnCase.objects.filter(pk__in=ids, due_at__lte=now, state__in=sorted(SILENCE))
            cases = cases.select_for_update(of=("self",)).order_by("id")
            return sum(_speak(case, by=by, now=now) for case in cases)
    except Exception:
        log.exception("shop %s: its returns were not settled", shop_id)
        return 0


def _speak(case: ReturnCase, *, by: Actor, now: datetime) -> bool:
    order = Order.objects.select_related("point").defer("raw").get(pk=case.order_id)
    due = return_due(facts_of(case), calendar_of(order.point))
    if due is None or due.at > now:
        # The hours of the point have changed since.
        save(case, order, at=now, now=now)
        return False
    after = SILENCE[ReturnState(case.state)]
    put(case, "state", after, by=Mover.CLOCK, now=now)
    save(case, order, at=due.at, now=now)
    tell(order, by, {"return": "silence", "return_state": after.value}, now=now)
    audit.record(by, "return.silence", subject=("order", order.code), now=now)
    return True
