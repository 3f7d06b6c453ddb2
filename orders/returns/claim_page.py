"""The page of a claim in words, and the forms that begin a return or a claim."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from orders.hours import calendar_of
from orders.models import Claim, Order, Purpose
from orders.returns import claims, parts
from orders.returns.claim_states import SHARES, STEPS, ClaimKind, ClaimState, ClaimStep
from orders.returns.deadlines import claim_due
from orders.returns.page_models import Choice, ClaimPage, OrderForm
from orders.returns.reasons import OF_QUALITY, ReturnReason
from orders.returns.words import CLAIM_LEVELS
from orders.returns.words import STEPS as WORDS
from staff import page_parts
from staff.access import Actor
from staff.formats import almaty_moment, tenge
from staff.page_parts import Chip, Fact
from staff.permissions import Permission


def claim_page(
    claim: Claim,
    actor: Actor,
    *,
    now: datetime,
    errors: Mapping[str, str] | None = None,
    filled: Mapping[str, str] | None = None,
) -> ClaimPage:
    """Everything that `templates/orders/returns/claim.html` prints."""
    order, state = claim.order, ClaimState(claim.state)
    calendar = calendar_of(order.point)
    decides = actor.may(Permission.RETURNS_DECIDE)
    steps = STEPS[state] if decides else {}
    return ClaimPage(
        url=f"/returns/claims/{claim.public_id}/",
        order=parts.head_of(order, now=now),
        title=gettext("Претензия: %(kind)s") % {"kind": ClaimKind(claim.kind).label.lower()},
        chip=Chip(state.label, CLAIM_LEVELS.get(state, "")),
        back=page_parts.Tab(gettext("Претензии"), "/returns/?tab=claims"),
        seen=state.value,
        facts=_facts(claim, now=now),
        presses=parts.presses((step.value, WORDS[step]) for step in steps),
        due=parts.clock_of(claim_due(claims.facts_of(claim)), now=now, calendar=calendar),
        asks_number=ClaimStep.FILE in steps,
        asks_share=ClaimStep.PAY in steps,
        shares=tuple(map(str, SHARES)),
        proofs=parts.proofs_of(order, Purpose.CLAIM, now=now),
        outcomes=parts.outcomes(),
        history=parts.history(order, now=now),
        may_decide=decides,
        errors=dict(errors or {}),
        filled=dict(filled or {}),
    )


def _facts(claim: Claim, *, now: datetime) -> tuple[Fact, ...]:
    lost = claim.kind == ClaimKind.LOST
    where = gettext("в другой город") if claim.far else gettext("по городу")
    found = [
        (gettext("Сумма"), tenge(claim.amount)),
        (gettext("Доставка"), where if lost else ""),
        (
            gettext("Последнее движение") if lost else gettext("Повреждение увидели"),
            almaty_moment(claim.since, now=now),
        ),
        (gettext("Подана"), almaty_moment(claim.filed_at, now=now) if claim.filed_at else ""),
        (gettext("Номер"), claim.number),
        (gettext("Возмещение"), _paid(claim)),
    ]
    return tuple(Fact(label, text) for label, text in found if text)


def _paid(claim: Claim) -> str:
    if claim.share is None:
        return ""
    paid = tenge(claim.amount * claim.share / 100)
    return gettext("%(share)s %%, %(paid)s") % {"share": claim.share, "paid": paid}


def return_form(order: Order, *, now: datetime, error: str = "", wrong: str = "") -> OrderForm:
    """A return that stands in the cabinet only."""
    return OrderForm(
        title=gettext("Заявка на возврат"),
        note=gettext("Перенесите её из кабинета Kaspi: дальше сроки считаем мы"),
        url=f"/orders/{order.code}/return/",
        back_url="/returns/",
        order=parts.head_of(order, now=now),
        choices=tuple(
            Choice(one.value, one.label, note=gettext("качество") if one in OF_QUALITY else "") for one in ReturnReason
        ),
        error=error,
        wrong=wrong,
    )


def claim_form(
    order: Order, *, now: datetime, error: str = "", wrong: str = "", filled: Mapping[str, str] | None = None
) -> OrderForm:
    """A claim on the courier service."""
    return OrderForm(
        title=gettext("Претензия к доставке"),
        note=gettext("Подают её в кабинете Kaspi, здесь хранятся сроки, доказательства и итог"),
        url=f"/orders/{order.code}/claim/",
        back_url="/returns/?tab=claims",
        order=parts.head_of(order, now=now),
        choices=tuple(Choice(one.value, one.label) for one in ClaimKind),
        claim=True,
        error=error,
        wrong=wrong,
        filled={"amount": str(int(order.total_price)), **(filled or {})},
    )
