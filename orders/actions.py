"""What a person or a rule may do with an order. Each verb locks, checks, and writes the action, the event and the audit
row in one transaction; what Kaspi thinks of it is read back later (orders.sending).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext

from integrations import actions_out
from integrations.models import ONCE_KINDS, OPEN_ACTION_STATES, ActionKind, ActionState, KaspiAction
from integrations.waking import wake
from orders.cancelling import UnknownReason, choice_of
from orders.filters import visible_to
from orders.lifecycle import ALLOWED, Stage
from orders.models import EventKind, Order, OrderEvent
from orders.policies import RIGHTS, check_can
from orders.turns import take_turn
from orders.undoing import undo_until
from staff import audit, shifts
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.permissions import Permission

MOST_PLACES = 50
LONGEST_COMMENT = 1000
WRONG_CODES, WRONG_CODES_WINDOW = 5, timedelta(minutes=15)
# Smaller is sooner: Express accept, accept, the rest (architecture.md §4).
URGENCY = {ActionKind.ACCEPT: 2, ActionKind.SEND_CODE: 3, ActionKind.COMPLETE: 3}
URGENCY_EXPRESS, URGENCY_REST = 1, 5
# Nobody waits for a code at the counter longer than this.
CODE_LIFE = timedelta(minutes=10)
REST_LIFE = timedelta(hours=6)
# An order just past its limit may still be taken if Kaspi has not cancelled it yet.
SHORTEST_TRY = timedelta(minutes=2)
# An accept whose answer was lost is asked about for two minutes more (orders.sending.READ_ON); the same in
# migration 0004.
LAST_WORD = timedelta(minutes=3)


def find(ref: str, *, by: Actor, shop: str | None = None) -> Order:
    """The order by public id or Kaspi code, if this actor may see it. Raises NotVisible for absent and foreign alike."""
    require(by, Permission.ORDERS_VIEW)
    orders = Order.objects.select_related("shop", "point", "courier")
    try:
        orders = orders.filter(public_id=UUID(ref))
    except ValueError:
        orders = orders.filter(code=ref[:32])
    if shop:
        orders = orders.filter(shop__slug=shop)
    # Two shops may have the same number; his own is meant.
    orders = visible_to(by, orders)
    found: Order | None = orders.order_by("-id").first()
    if found is None:
        raise NotVisible
    return found


def pending(order: Order) -> KaspiAction | None:
    """The action of this order that is still on its way."""
    open_action: KaspiAction | None = (
        KaspiAction.objects.filter(subject_id=order.pk, state__in=OPEN_ACTION_STATES).order_by("id").first()
    )
    return open_action


def accepts_under_way(now: datetime) -> "QuerySet[KaspiAction]":
    """Accepts of the outer query's order whose outcome is still to come: not longer than LAST_WORD after their time."""
    found: QuerySet[KaspiAction] = KaspiAction.objects.filter(
        subject_id=OuterRef("pk"), kind=ActionKind.ACCEPT, state__in=OPEN_ACTION_STATES, give_up_at__gt=now - LAST_WORD
    )
    return found


def allowed(order: Order, *, by: Actor, open_action: KaspiAction | None = None) -> tuple[ActionKind, ...]:
    """What this actor may do with the order now; nothing while an action is on its way."""
    if open_action is not None:
        return ()
    return tuple(kind for kind in map(ActionKind, ALLOWED[Stage(order.stage)]) if by.may(RIGHTS[kind]))


def accept(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """Take the order. Tried until its deadline; after that it waits for a person."""
    give_up_at = max(order.accept_by or now, now + SHORTEST_TRY)
    return _request(ActionKind.ACCEPT, order, by=by, now=now, give_up_at=give_up_at)


def cancel(order: Order, *, by: Actor, now: datetime, reason: str, comment: str = "") -> KaspiAction:
    """Cancel for one of the cabinet's four reasons or Kaspi's three (orders.cancelling)."""
    try:
        choice = choice_of(reason)
    except UnknownReason as problem:
        raise Refused("bad_reason", str(problem), status=400, field="reason") from problem
    if choice.counts:
        require(by, Permission.ORDERS_CANCEL_AT_FAULT)
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT or "\x00" in comment:
        raise Refused("bad_comment", gettext("Комментарий длиннее 1000 знаков"), status=400, field="comment")
    params = {"reason": choice.api_reason.value, "comment": comment}
    return _request(ActionKind.CANCEL, order, by=by, now=now, params=params, told={"reason": choice.reason.value})


def assemble(order: Order, *, by: Actor, now: datetime, places: int) -> KaspiAction:
    """Pack into so many places; Kaspi then makes the waybill."""
    if not 1 <= places <= MOST_PLACES:
        raise Refused(
            "bad_places",
            gettext("Мест должно быть от 1 до %(most_places)s") % {"most_places": MOST_PLACES},
            status=400,
            field="places",
        )
    return _request(ActionKind.ASSEMBLE, order, by=by, now=now, params={"places": places}, told={"places": places})


def send_code(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """Have Kaspi send the buyer a code for the hand-out."""
    return _request(ActionKind.SEND_CODE, order, by=by, now=now, give_up_at=now + CODE_LIFE)


def complete(order: Order, *, by: Actor, now: datetime, code: str) -> KaspiAction:
    """Hand out by the buyer's four digits. After five wrong codes in 15 minutes a pause (reliability.md §4, row 18)."""
    if len(code) != 4 or not (code.isascii() and code.isdigit()):
        raise Refused("bad_code", gettext("Код состоит из четырёх цифр"), status=400, field="code")
    wrong = KaspiAction.objects.filter(
        subject_id=order.pk,
        kind=ActionKind.COMPLETE,
        state=ActionState.REFUSED,
        settled_at__gt=now - WRONG_CODES_WINDOW,
    ).count()
    if wrong >= WRONG_CODES:
        raise Refused("code_pause", gettext("Пять неверных кодов подряд. Подождите 15 минут и запросите новый код"))
    return _request(ActionKind.COMPLETE, order, by=by, now=now, params={"code": code}, give_up_at=now + CODE_LIFE)


def arrived(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """The goods of a pre-order are on the shelf."""
    return _request(ActionKind.ARRIVED, order, by=by, now=now)


def returned(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """The goods have come back to the shop."""
    return _request(ActionKind.RETURNED, order, by=by, now=now)


VERBS: Mapping[ActionKind, Callable[..., KaspiAction]] = {
    ActionKind.ACCEPT: accept,
    ActionKind.CANCEL: cancel,
    ActionKind.ASSEMBLE: assemble,
    ActionKind.SEND_CODE: send_code,
    ActionKind.COMPLETE: complete,
    ActionKind.ARRIVED: arrived,
    ActionKind.RETURNED: returned,
}


def _request(
    kind: ActionKind,
    order: Order,
    *,
    by: Actor,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
    give_up_at: datetime | None = None,
) -> KaspiAction:
    """Lock, check, write. Pressed twice, the first press answers: one action, sent once."""
    require(by, RIGHTS[kind])
    with transaction.atomic():
        take_turn(order.shop_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        open_action = pending(order)
        if open_action is not None and open_action.kind == kind:
            return open_action
        check_can(kind, Stage(order.stage), open_kind=open_action.kind if open_action else None)
        if kind in ONCE_KINDS and _is_done(kind, order):
            # Kaspi confirmed it and shows the order as if it had not: sent a second time it could only do harm.
            raise Refused(
                "already_done", gettext("Kaspi уже подтвердил это действие. Проверьте заказ в кабинете Kaspi")
            )
        action = actions_out.enqueue(
            kind,
            by=by,
            shop_id=order.shop_id,
            subject_id=order.pk,
            kaspi_id=order.kaspi_id,
            code=order.code,
            params=params or {},
            urgency=URGENCY_EXPRESS if kind is ActionKind.ACCEPT and order.express else URGENCY.get(kind, URGENCY_REST),
            give_up_at=give_up_at or now + REST_LIFE,
            now=now,
            undo_until=undo_until(kind, due_at=order.due_at, by=by, now=now),
        )
        _tell(action, order, by=by, now=now, told=dict(told or {}))
        if action.undo_until is None:
            transaction.on_commit(partial(wake, "deliver"), robust=True)
    return action


def _is_done(kind: ActionKind, order: Order) -> bool:
    done = KaspiAction.objects.filter(subject_id=order.pk, kind=kind, state=ActionState.DONE)
    return bool(done.exists())


def _tell(action: KaspiAction, order: Order, *, by: Actor, now: datetime, told: dict[str, Any]) -> None:
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1, changed_at=now)
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.REQUESTED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"action": action.kind, **told, **_on_duty(action, order, by=by, now=now)},
    )
    audit.record(by, f"order.{action.kind}", subject=("order", order.code), now=now, details=told)


def _on_duty(action: KaspiAction, order: Order, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Who held the point when an order was cancelled on our side. What a rule cancels was lost earlier (orders.expiry)."""
    if action.kind != ActionKind.CANCEL or by.kind == "rule" or order.point_id is None:
        return {}
    names = shifts.on_duty([order.point_id], now)[order.point_id]
    return {"on_duty": list(names)} if names else {}
