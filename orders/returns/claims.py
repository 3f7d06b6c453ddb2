"""Claims on the courier service: filed in the cabinet, kept here with their deadlines. Each verb in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from orders.filters import visible_to
from orders.merging import NOTHING_BURNS
from orders.models import Claim, Order
from orders.returns.cases import locked_order, require_desk
from orders.returns.claim_states import GOES_ON, MOMENTS, SHARES, STEPS, ClaimKind, ClaimState, ClaimStep
from orders.returns.deadlines import ClaimFacts, claim_due, taken_from
from orders.returns.writing import tell
from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.formats import almaty_moment
from staff.permissions import Permission

LARGEST = Decimal(100_000_000)
LONGEST_NUMBER = 40


def visible_claims(actor: Actor) -> "QuerySet[Claim]":
    """The claims about orders that this actor may see."""
    require_desk(actor)
    orders = visible_to(actor, Order.objects.all())
    found: QuerySet[Claim] = Claim.objects.filter(order__in=orders)
    return found.select_related("order__point", "shop")


def find_claim(ref: UUID, *, by: Actor) -> Claim:
    """Raises NotVisible for absent and foreign alike."""
    found = visible_claims(by).filter(public_id=ref).first()
    if found is None:
        raise NotVisible(ref)
    return found


def open_claim(
    order: Order, kind: ClaimKind, *, amount: Decimal, since: datetime, far: bool, by: Actor, now: datetime
) -> Claim:
    """Begin a claim, of each kind one for an order; one that is there is answered as it is. `amount` in ₸."""
    require(by, Permission.RETURNS_DECIDE)
    if not 0 < amount <= LARGEST or amount != amount.to_integral_value():
        raise Refused("bad_amount", gettext("Сумма: целые тенге, больше нуля"), status=400, field="amount")
    if not order.approved_at <= since <= now:
        raise Refused(
            "bad_moment", gettext("Время должно быть после заказа и не позже, чем сейчас"), status=400, field="since"
        )
    with transaction.atomic():
        order = locked_order(order)
        known: Claim | None = Claim.objects.filter(order_id=order.pk, kind=kind).first()
        if known is not None:
            return known
        claim = Claim(
            company_id=order.company_id,
            shop_id=order.shop_id,
            order_id=order.pk,
            kind=kind,
            state=ClaimState.DRAFT,
            amount=amount,
            far=far,
            since=since,
        )
        _save(claim, now=now)
        tell(order, by, {"claim": "opened", "claim_kind": kind.value, "amount": str(amount)}, now=now)
        audit.record(by, "claim.opened", subject=("order", order.code), now=now)
    return claim


def step(
    claim: Claim, what: ClaimStep, *, by: Actor, now: datetime, number: str = "", share: str = "", seen: str = ""
) -> Claim:
    """Tell what happened to a claim. The same step twice is told once.

    Raises Refused: 409 when the state does not allow it, has changed, or lost goods do not count as lost yet.
    """
    require(by, Permission.RETURNS_DECIDE)
    values = _values(what, number=number, share=share)
    with transaction.atomic():
        order = locked_order(Order(pk=claim.order_id, shop_id=claim.shop_id, company_id=claim.company_id))
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
        if _told_already(claim, what, seen):
            return claim
        after = _allowed(claim, what, seen)
        _check_time(claim, what, now=now)
        claim.state = after
        for name, value in values.items():
            setattr(claim, name, value)
        if column := MOMENTS.get(what):
            setattr(claim, column, now)
        _save(claim, now=now)
        tell(order, by, {"claim": what.value, "claim_kind": claim.kind, "number": number, "share": share}, now=now)
        audit.record(by, f"claim.{what.value}", subject=("order", order.code), now=now)
    return claim


def _told_already(claim: Claim, what: ClaimStep, seen: str) -> bool:
    return seen in ClaimState.values and seen != claim.state and STEPS[ClaimState(seen)].get(what) == claim.state


def _allowed(claim: Claim, what: ClaimStep, seen: str) -> ClaimState:
    state = ClaimState(claim.state)
    after = STEPS[state].get(what)
    if after is None or (seen and seen != state):
        sentence = gettext("Претензия уже изменилась, сейчас она «%(state)s». Посмотрите и решите заново")
        raise Refused("not_allowed", sentence % {"state": state.label})
    return after


def goes_on(actor: Actor) -> "QuerySet[Claim]":
    return visible_claims(actor).filter(state__in=sorted(GOES_ON))


def facts_of(claim: Claim) -> ClaimFacts:
    return ClaimFacts(
        kind=ClaimKind(claim.kind),
        state=ClaimState(claim.state),
        since=claim.since,
        far=claim.far,
        asked_at=claim.asked_at,
        answered_at=claim.answered_at,
    )


def _values(what: ClaimStep, *, number: str, share: str) -> Mapping[str, Any]:
    number = number.strip()
    if what is ClaimStep.FILE:
        if len(number) > LONGEST_NUMBER or "\x00" in number:
            raise Refused("bad_number", gettext("Номер претензии длиннее 40 знаков"), status=400, field="number")
        return {"number": number}
    if what is ClaimStep.PAY:
        if share not in map(str, SHARES):
            sentence = gettext("Сколько возместил Kaspi: 10, 30 или 100 %")
            raise Refused("bad_share", sentence, status=400, field="share")
        return {"share": int(share)}
    return {}


def _check_time(claim: Claim, what: ClaimStep, *, now: datetime) -> None:
    opens = taken_from(ClaimKind(claim.kind), claim.since)
    if what is ClaimStep.FILE and now < opens:
        sentence = gettext("Потерянным товар считают через 7 дней без движения: подать можно %(moment)s")
        raise Refused("too_early", sentence % {"moment": almaty_moment(opens, now=now)})


def _save(claim: Claim, *, now: datetime) -> None:
    due = claim_due(facts_of(claim))
    claim.due_at, claim.due_kind = (due.at, due.kind.value) if due else (None, "")
    # What is over stands after all that goes on.
    ahead = NOTHING_BURNS if claim.state in GOES_ON else NOTHING_BURNS * 2
    claim.burns_at = claim.due_at or now + ahead
    claim.changed_at = now
    claim.save()
