"""Cases with Kaspi about an order in a number: opened with a note and a day until when to act, closed with an outcome."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from orders.filters import visible_to
from orders.models import Order
from quality.attribution import rulings
from quality.attribution.rulings import require_candidate, said
from quality.formulas import Metric
from quality.metrics import day_of
from quality.models import Dispute, DisputeState
from staff import audit
from staff.access import Actor, require, require_whole
from staff.errors import Refused
from staff.formats import ALMATY
from staff.permissions import Permission

LONGEST: Final = 1000
AHEAD: Final = timedelta(days=90)
CLOSING: Final = (DisputeState.WON, DisputeState.LOST, DisputeState.DROPPED)


def visible_disputes(actor: Actor) -> "QuerySet[Dispute]":
    """Disputes about orders that this actor may see: overdue first, then by the day, those without one last."""
    require(actor, Permission.QUALITY_VIEW)
    orders = visible_to(actor, Order.objects.all())
    found: QuerySet[Dispute] = Dispute.objects.filter(order__in=orders).select_related("order__point", "shop")
    return found.order_by(F("due_on").asc(nulls_last=True), "-id")


def open_dispute(order: Order, metric: Metric, note: str, due_on: date | None, *, by: Actor, now: datetime) -> Dispute:
    """Begin a case. `due_on`: an Almaty day from today on, at most 90 days ahead; None: no day is known.

    Raises Refused: 403, 400 for a note or a day that will not do, 409 when one is open or nothing is to dispute.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=order.shop_id)
    text, today = said(note, "note", longest=LONGEST), day_of(now, ALMATY)
    if due_on is not None and not today <= due_on <= today + AHEAD:
        raise Refused("bad_day", gettext("Срок: от сегодня до 90 дней вперёд"), status=400, field="due_on")
    with transaction.atomic():
        require_candidate(order, metric, now=now)
        dispute = _written(order, metric, note=text, due_on=due_on, by=by, now=now)
        told = {"metric": metric.value, "comment": text, "due_on": due_on.isoformat() if due_on else None}
        audit.record(by, "dispute.opened", subject=("order", order.code), now=now, details=told)
    return dispute


def close_dispute(
    order: Order, metric: Metric, state: DisputeState, outcome: str, *, by: Actor, now: datetime
) -> Dispute:
    """End the open case of this order and number. What is won does not count from now on: a ruling says so at once.

    Raises Refused: 403, 400 for an outcome that says nothing, 409 when the case is closed already.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=order.shop_id)
    if state not in CLOSING:
        raise Refused("bad_state", gettext("Чем кончился спор?"), status=400, field="state")
    text = said(outcome, "outcome", longest=LONGEST)
    with transaction.atomic():
        case = Dispute.objects.select_for_update(of=("self",)).filter(order_id=order.pk, metric=metric)
        dispute: Dispute | None = case.filter(state=DisputeState.OPEN).first()
        if dispute is None:
            raise Refused("no_dispute", gettext("Спор уже закрыт"))
        dispute.state, dispute.outcome, dispute.closed_at, dispute.closed_by = state, text, now, by.label
        dispute.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
        told = {"metric": metric.value, "comment": text}
        audit.record(by, f"dispute.{state.value}", subject=("order", order.code), now=now, details=told)
        if state == DisputeState.WON:
            _rule_out(order, metric, text, by=by, now=now)
    return dispute


def open_of(order: Order, metric: Metric) -> Dispute | None:
    found: Dispute | None = Dispute.objects.filter(order_id=order.pk, metric=metric, state=DisputeState.OPEN).first()
    return found


def _rule_out(order: Order, metric: Metric, outcome: str, *, by: Actor, now: datetime) -> None:
    """The same word may hold already; the opposite one gives way. What is in no number any more needs no word."""
    # The turn of the shop is taken inside, after the row of the dispute: nobody takes the two the other way round.
    standing = rulings.held(order, metric)
    if (standing is not None and not standing.counts) or metric not in rulings.numbers_of(order, now=now):
        return
    if standing is not None:
        rulings.withdraw(order, metric, by=by, now=now)
    note = gettext("Спор выигран: %(outcome)s") % {"outcome": outcome}
    rulings.rule(order, metric, False, note[: rulings.LONGEST], by=by, now=now)


def _written(order: Order, metric: Metric, *, note: str, due_on: date | None, by: Actor, now: datetime) -> Dispute:
    try:
        with transaction.atomic():
            made: Dispute = Dispute.objects.create(
                shop_id=order.shop_id,
                order_id=order.pk,
                metric=metric,
                note=note,
                due_on=due_on,
                opened_at=now,
                actor_label=by.label,
            )
    except IntegrityError as rival:
        raise Refused("already_disputed", gettext("Спор по этому заказу уже открыт")) from rival
    return made
