"""What a person does with a return. Each verb locks, checks, and writes the return, the event and the audit row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from orders.evidence.keeping import AHEAD
from orders.filters import visible_to
from orders.lifecycle import Stage
from orders.models import Order, ReturnCase
from orders.returns.reasons import OF_QUALITY, ReturnReason, is_for_quality
from orders.returns.states import MOMENTS, OPEN, OPENS, RIGHTS, Deed, Mover, ReturnKind, ReturnState, deeds_of
from orders.returns.writing import put, save, tell
from orders.turns import take_turn
from staff import audit
from staff.access import FORBIDDEN, Actor, require
from staff.errors import NotVisible, Refused
from staff.permissions import Permission

LONGEST_NOTE = 1000
# Whoever has the goods may bring them back.
ISSUED = frozenset({Stage.COMPLETED, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED, Stage.RETURNED})


def require_desk(actor: Actor) -> None:
    """A courier has his shelf and nothing else. Raises Refused (403)."""
    require(actor, Permission.ORDERS_VIEW)
    if actor.orders_of is not None:
        raise Refused("forbidden", FORBIDDEN, status=403)


def visible_cases(actor: Actor) -> "QuerySet[ReturnCase]":
    """The returns of the orders that this actor may see, with order and point."""
    require_desk(actor)
    orders = visible_to(actor, Order.objects.all())
    found: QuerySet[ReturnCase] = ReturnCase.objects.filter(order__in=orders)
    return found.select_related("order__point", "shop")


def find_case(ref: UUID, *, by: Actor) -> ReturnCase:
    """Raises NotVisible for absent and foreign alike."""
    found = visible_cases(by).filter(public_id=ref).first()
    if found is None:
        raise NotVisible(ref)
    return found


def open_case(order: Order, *, by: Actor, now: datetime, reason: str = "", at: datetime | None = None) -> ReturnCase:
    """An application seen in the cabinet. The one that goes on already is answered as it is."""
    require(by, Permission.RETURNS_DECIDE)
    with transaction.atomic():
        order = locked_order(order)
        case = ReturnCase.objects.filter(order_id=order.pk, state__in=sorted(OPEN)).first()
        if case is None:
            case = _opened(order, by=by, now=now, at=_moment(order, at, now=now))
        if reason:
            tell_reason(case, reason, by=by, now=now)
    return case


def _opened(order: Order, *, by: Actor, now: datetime, at: datetime) -> ReturnCase:
    stage = Stage(order.stage)
    if stage not in ISSUED:
        sentence = gettext("Возврат заводят по выданному заказу, а этот сейчас «%(stage)s»")
        raise Refused("not_issued", sentence % {"stage": stage.label})
    _, state = OPENS.get(stage, (None, ReturnState.NEW))
    case = ReturnCase(
        company_id=order.company_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=ReturnKind.APPLICATION,
        opened_at=at,
    )
    put(case, "state", ReturnState.NEW if state not in OPEN else state, by=Mover.STAFF, now=now)
    save(case, order, at=at, now=now)
    tell(order, by, {"return": "opened", "return_state": case.state}, now=now, at=at)
    audit.record(by, "return.opened", subject=("order", order.code), now=now)
    return case


def move(
    case: ReturnCase,
    deed: Deed,
    *,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
    seen: str = "",
) -> ReturnCase:
    """Tell what happened to a return. `seen`: the state that the person looked at; the same deed twice is told once.

    Raises Refused: 403 without the right, 409 when the state does not allow it or has changed, 400 for a wrong moment.
    """
    require(by, RIGHTS[deed])
    with transaction.atomic():
        case, order = locked(case)
        if case.sources["state"].get("deed") == deed:
            return case
        after = _allowed(case, deed, seen)
        moment = _moment(order, at, now=now)
        put(case, "state", after, by=Mover.STAFF, now=now, deed=deed)
        if column := MOMENTS.get(deed):
            put(case, column, moment, by=Mover.STAFF, now=now)
        save(case, order, at=moment, now=now)
        told = {"return": deed.value, "return_state": after.value, "text": _note(note)}
        tell(order, by, told, now=now, at=moment if at else None)
        audit.record(by, f"return.{deed.value}", subject=("order", order.code), now=now, details=_comment(note))
    return case


def _allowed(case: ReturnCase, deed: Deed, seen: str) -> ReturnState:
    state = ReturnState(case.state)
    after = deeds_of(ReturnKind(case.kind), state).get(deed)
    if after is None or (seen and seen != state):
        sentence = gettext("Возврат уже изменился, сейчас он «%(state)s». Посмотрите и решите заново")
        raise Refused("not_allowed", sentence % {"state": state.label})
    return after


def tell_reason(case: ReturnCase, reason: str, *, by: Actor, now: datetime, note: str = "") -> ReturnCase:
    """Why the goods come back. A reason of quality puts the order into the fourth number, another one takes it out.

    To correct a reason that is known, or a return that counts as one for quality, takes a note: else Refused (400).
    """
    require(by, Permission.RETURNS_DECIDE)
    if reason not in ReturnReason.values:
        raise Refused("bad_reason", gettext("Выберите причину из списка"), status=400, field="reason")
    with transaction.atomic():
        case, order = locked(case)
        if case.reason == reason:
            return case
        before, after = order.return_for_quality, _counts(case, reason, order)
        if (case.reason or (before and not after)) and not _note(note):
            raise Refused("note_needed", gettext("Напишите, почему меняете причину"), status=400, field="note")
        former = case.reason
        put(case, "reason", reason, by=Mover.STAFF, now=now)
        save(case, order, at=now, now=now)
        if before != after:
            Order.objects.filter(pk=order.pk).update(return_for_quality=after, version=F("version") + 1, changed_at=now)
        _tell_reason(order, former, reason, for_quality=after, by=by, now=now, note=_note(note))
    return case


def _tell_reason(
    order: Order, former: str, reason: str, *, for_quality: bool, by: Actor, now: datetime, note: str
) -> None:
    told: dict[str, Any] = {"return": "reason", "return_reason": reason, "former": former, "text": note}
    if order.return_for_quality != for_quality:
        told["for_quality"] = for_quality
    tell(order, by, told, now=now)
    audit.record(
        by,
        "return.reason",
        subject=("order", order.code),
        now=now,
        details=_comment(note),
        before={"return_reason": former, "return_for_quality": order.return_for_quality},
        after={"return_reason": reason, "return_for_quality": for_quality},
    )


def _counts(case: ReturnCase, reason: str, order: Order) -> bool:
    """Whether the order is a return for quality with this reason; goods that were never issued are no return."""
    if case.kind != ReturnKind.APPLICATION:
        return order.return_for_quality
    others = ReturnCase.objects.filter(order_id=order.pk, reason__in=sorted(OF_QUALITY)).exclude(pk=case.pk)
    return is_for_quality(reason) or others.exists()


def locked(case: ReturnCase) -> tuple[ReturnCase, Order]:
    """The return and its order as they are now, ours until the transaction ends."""
    order = locked_order(Order(pk=case.order_id, shop_id=case.shop_id, company_id=case.company_id))
    found: ReturnCase = ReturnCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return found, order


def locked_order(order: Order) -> Order:
    take_turn(order.shop_id)
    found: Order = Order.objects.select_for_update(of=("self",)).select_related("point").get(pk=order.pk)
    return found


def _moment(order: Order, at: datetime | None, *, now: datetime) -> datetime:
    if at is not None and not order.approved_at <= at <= now + AHEAD:
        sentence = gettext("Время должно быть после заказа и не позже, чем сейчас")
        raise Refused("bad_moment", sentence, status=400, field="at")
    return at or now


def _note(note: str) -> str:
    text = note.strip()
    if len(text) > LONGEST_NOTE or "\x00" in text:
        raise Refused("bad_note", gettext("Заметка длиннее 1000 знаков"), status=400, field="note")
    return text


def _comment(note: str) -> dict[str, str]:
    return {"comment": note.strip()} if note.strip() else {}
