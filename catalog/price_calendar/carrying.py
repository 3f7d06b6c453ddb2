"""The worker's duty: begin and end the plans that are due, each once.

Plans are leased so that workers do not stand in each other's way. What makes it once is the lock of the offer: what is
due is read under it, and the price and the state of the plan are written in the same transaction. Everything that is due
of an offer is done in the order of its moments, so a plan gives its price back before the next one begins.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from catalog.models import How, Offer, PlannedPrice
from catalog.offers.changing import guard_of, set_price
from catalog.offers.places import drop_city
from catalog.price_calendar import rules
from catalog.price_calendar.rules import GUARDED, OPEN, PlanState, Step, Why, step_due
from catalog.price_calendar.standing import is_overtaken, newest_change, price_of
from catalog.rules import Breach
from staff import audit
from staff.access import Actor, rule
from staff.clock import database_now
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
LEASE: Any = timedelta(minutes=3)
RULE_NAME: Final = "Календарь цен"


def carry_due() -> int:
    """Do what is due in all companies; answers how many plans were taken up. An offer that fails is left for later."""
    with connection.cursor() as cursor:
        values: list[Any] = [AT_ONCE, LEASE]
        cursor.execute("SELECT company_id, offer_id FROM office_claim_price_plans(%s, %s)", values)
        claimed = cursor.fetchall()
    for company_id, offer_id in dict.fromkeys(claimed):
        try:
            with company_scope(company_id):
                carry(offer_id, now=database_now())
        except Exception:
            log.exception("offer %s: its planned prices were not carried out", offer_id)
    return len(claimed)


def carry(offer_id: int, *, now: datetime) -> int:
    """Do everything that is due of one offer, in the caller's transaction; answers how many steps."""
    offer = hold(offer_id)
    plans = _due(offer_id, now)
    for one in plans:
        step = step_due(one.state, one.window, now)
        if step is not None:
            _STEPS[step](offer, one, now)
    return len(plans)


def hold(offer_id: int) -> Offer:
    """The offer, locked: nobody else changes its price or its plans until the transaction ends."""
    found: Offer = Offer.objects.select_for_update().get(pk=offer_id)
    return found


def finish(offer: Offer, plan: PlannedPrice, now: datetime) -> Why:
    """Give the former price back if it still may be; answers what became of the price. The caller holds the offer."""
    city = plan.city_code
    changed = newest_change(offer.pk, city) != plan.change_id
    why = rules.ending(guard_of(offer), plan.price, plan.before, word_of(plan), changed=changed, may_drop=bool(city))
    if why is not Why.RETURNED:
        return why
    by = calendar_of(offer)
    if plan.before is None:
        drop_city(offer, city, by=by, now=now, how=How.CALENDAR)
    else:
        set_price(offer, plan.before, city=city, by=by, now=now, confirmed=True, how=How.CALENDAR)
    return why


def close(plan: PlannedPrice, state: PlanState, why: Why, *, by: str, now: datetime) -> None:
    """Let the plan be looked at no more."""
    plan.state, plan.why, plan.due_at, plan.lease_until = state, why.value, None, None
    plan.settled_at, plan.settled_by = now, by
    plan.save()


def word_of(plan: PlannedPrice) -> Mapping[Breach, Decimal]:
    """What somebody allowed when it was planned."""
    return {Breach(one): Decimal(tenge) for one, tenge in plan.word.items()}


def calendar_of(offer: Offer) -> Actor:
    """Who changes prices by plan."""
    return rule(RULE_NAME, offer.company_id)


def _due(offer_id: int, now: datetime) -> Sequence[PlannedPrice]:
    """In the order of their moments; at one moment what ends comes before what begins."""
    rows = PlannedPrice.objects.filter(offer_id=offer_id, state__in=OPEN, due_at__lte=now)
    return sorted(rows, key=lambda one: (one.due_at, one.state == PlanState.PLANNED, one.pk))


def _begin(offer: Offer, plan: PlannedPrice, now: datetime) -> None:
    city, standing = plan.city_code, price_of(offer.pk, plan.city_code)
    overtaken = is_overtaken(offer.pk, city, max(plan.begins_at, plan.planned_at))
    why = rules.beginning(guard_of(offer), standing, plan.price, word_of(plan), overtaken=overtaken)
    if why is not None:
        _miss(offer, plan, now, why)
        return
    set_price(offer, plan.price, city=city, by=calendar_of(offer), now=now, confirmed=True, how=How.CALENDAR)
    plan.begun_at, plan.before, plan.change_id = now, standing, newest_change(offer.pk, city)
    if plan.ends_at is None:
        close(plan, PlanState.DONE, Why.SET, by=RULE_NAME, now=now)
    else:
        plan.state, plan.due_at, plan.lease_until = PlanState.RUNNING, plan.ends_at, None
        plan.save()


def _end(offer: Offer, plan: PlannedPrice, now: datetime) -> None:
    why = finish(offer, plan, now)
    close(plan, PlanState.DONE, why, by=RULE_NAME, now=now)
    if why in GUARDED:
        _tell(offer, "offer.price_not_returned", why, now)


def _miss(offer: Offer, plan: PlannedPrice, now: datetime, why: Why = Why.LATE) -> None:
    close(plan, PlanState.MISSED, why, by=RULE_NAME, now=now)
    _tell(offer, "offer.plan_missed", why, now)


def _tell(offer: Offer, action: str, why: Why, now: datetime) -> None:
    audit.record(calendar_of(offer), action, subject=("offer", offer.sku), now=now, details={"why": why.value})


_STEPS: Final[Mapping[Step, Callable[[Offer, PlannedPrice, datetime], None]]] = {
    Step.BEGIN: _begin,
    Step.END: _end,
    Step.MISS: _miss,
}
