"""What a person or a rule may do with an order. Each verb locks, checks, and writes the action, the event and the audit
row in one transaction; what Kaspi thinks of it is read back later (orders.sending).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext

from catalog import stock
from integrations import actions_out
from integrations.models import LINE_KINDS, ONCE_KINDS, OPEN_ACTION_STATES, ActionKind, ActionState, KaspiAction
from integrations.waking import wake
from orders import codes, lines
from orders.cancelling import CHOICES, Choice, UnknownReason, choice_of
from orders.evidence import keeping
from orders.evidence.keeping import Proof
from orders.filters import visible_to
from orders.lifecycle import ALLOWED, Stage
from orders.models import EventKind, Order, OrderEntry, OrderEvent
from orders.policies import RIGHTS, check_can
from orders.turns import take_turn
from orders.undoing import undo_until
from staff import audit, shifts
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.languages import later as _
from staff.permissions import Permission

Details = Mapping[str, Any]
MOST_PLACES = 50
LONGEST_COMMENT = 1000
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
NO_PROOF = _(
    "Kaspi может проверить эту причину. Укажите звонок и чем он кончился, приложите снимок или напишите, что было"
)


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
    """Take the order; its pieces are promised to it, there or not. Tried until its deadline, then it waits for a person."""
    give_up_at = max(order.accept_by or now, now + SHORTEST_TRY)
    with transaction.atomic():
        action = _request(ActionKind.ACCEPT, order, by=by, now=now, give_up_at=give_up_at)
        stock.promise([order.pk], now=now)
    return action


def cancel(
    order: Order,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    comment: str = "",
    evidence: Sequence[Proof] = (),
    must_prove: bool = False,
) -> KaspiAction:
    """Cancel for one of the cabinet's four reasons or Kaspi's three (orders.cancelling), with what proves the reason.

    `must_prove`: a reason that does not count, which Kaspi may check, is refused without a proof kept with the order.
    """
    choice = _choice(reason, by=by)

    def prove(locked: Order) -> Details:
        if must_prove and not choice.counts and not evidence and not keeping.is_proven(locked):
            raise Refused("no_proof", NO_PROOF, status=400, field="evidence")
        return {}

    return _request(
        ActionKind.CANCEL,
        order,
        by=by,
        now=now,
        params={"reason": choice.api_reason.value, "comment": _comment(comment)},
        told={"reason": choice.reason.value},
        evidence=evidence,
        prepare=prove,
    )


def _choice(reason: str, *, by: Actor, among: Sequence[Choice] = CHOICES) -> Choice:
    """The reason that is named. Raises Refused for one that is none, or that counts and he may not choose."""
    try:
        choice = choice_of(reason)
    except UnknownReason as problem:
        raise Refused("bad_reason", str(problem), status=400, field="reason") from problem
    if choice not in among:
        known = ", ".join(one.reason for one in among)
        sentence = gettext("Для позиции такой причины нет. Есть: %(known)s") % {"known": known}
        raise Refused("bad_reason", sentence, status=400, field="reason")
    if choice.counts:
        require(by, Permission.ORDERS_CANCEL_AT_FAULT)
    return choice


def _comment(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_COMMENT or "\x00" in text:
        raise Refused("bad_comment", gettext("Комментарий длиннее 1000 знаков"), status=400, field="comment")
    return text


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
    """Have Kaspi send the buyer a code for the hand-out; not twice within a minute (orders.codes)."""

    def wait(locked: Order) -> Details:
        codes.check_may_send(locked, now=now)
        return {}

    return _request(ActionKind.SEND_CODE, order, by=by, now=now, give_up_at=now + CODE_LIFE, prepare=wait)


def complete(order: Order, *, by: Actor, now: datetime, code: str) -> KaspiAction:
    """Hand out by the buyer's four digits. After five wrong codes a pause (orders.codes)."""
    if len(code) != 4 or not (code.isascii() and code.isdigit()):
        raise Refused("bad_code", gettext("Код состоит из четырёх цифр"), status=400, field="code")
    codes.check_may_try(order, now=now)
    return _request(ActionKind.COMPLETE, order, by=by, now=now, params={"code": code}, give_up_at=now + CODE_LIFE)


def arrived(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """The goods of a pre-order are on the shelf."""
    return _request(ActionKind.ARRIVED, order, by=by, now=now)


def returned(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """The goods have come back to the shop."""
    return _request(ActionKind.RETURNED, order, by=by, now=now)


def cancel_entry(
    order: Order, *, by: Actor, now: datetime, entry: int, quantity: Decimal | int, reason: str, comment: str = ""
) -> KaspiAction:
    """Leave only `quantity` of a line; 0 takes it out. The last one goes with the whole order only."""
    choice, left, notes = _choice(reason, by=by, among=lines.REASONS), Decimal(quantity), _comment(comment)

    def cut(locked: Order) -> Details:
        line, alone = _line_of(locked, entry)
        lines.check_quantity(line, left, alone=alone)
        amounts = {"before": lines.exact(line.quantity), "quantity": lines.exact(left)}
        return {"entry": line.kaspi_id, "reason": choice.api_reason.value, "comment": notes} | amounts

    told = {"entry": entry, "quantity": lines.plain(left), "reason": choice.reason.value}
    return _request(ActionKind.CANCEL_ENTRY, order, by=by, now=now, told=told, prepare=cut)


def weigh(
    order: Order, *, by: Actor, now: datetime, entry: int, grams: Decimal | int, comment: str = ""
) -> KaspiAction:
    """Tell Kaspi that a line weighs less than was ordered, in grams; 0 takes it out, which is a cancel of the line."""
    left, notes = Decimal(grams), _comment(comment)
    if left == 0:
        require(by, Permission.ORDERS_CANCEL)

    def cut(locked: Order) -> Details:
        line, alone = _line_of(locked, entry)
        lines.check_grams(line, left, alone=alone)
        before = lines.exact(line.grams or Decimal(0))
        amounts = {"before": before, "grams": lines.exact(left), "quantity": lines.exact(line.quantity)}
        return {"entry": line.kaspi_id, "comment": notes} | amounts

    return _request(
        ActionKind.WEIGH, order, by=by, now=now, told={"entry": entry, "grams": lines.plain(left)}, prepare=cut
    )


def imei(order: Order, *, by: Actor, now: datetime, entry: int, items: lines.Imeis) -> KaspiAction:
    """Name the devices of a line: a list a device, one IMEI a SIM slot. The history keeps their last four digits."""

    def name(locked: Order) -> Details:
        line, _alone = _line_of(locked, entry)
        lines.check_imeis(line, items)
        return {"entry": line.kaspi_id, "number": line.number, "items": [list(device) for device in items]}

    told = {"entry": entry, "imei": [one[-4:] for device in items for one in device]}
    return _request(ActionKind.IMEI, order, by=by, now=now, told=told, prepare=name)


def _line_of(order: Order, number: int) -> tuple[lines.Line, bool]:
    """The line of this number, and whether it is the only one. Raises Refused when there is none or none are known."""
    found = [line_of(entry) for entry in OrderEntry.objects.filter(order_id=order.pk)]
    if not found:
        raise Refused("no_entries", gettext("Kaspi ещё не сообщил состав заказа. Повторите через минуту"))
    named = next((line for line in found if line.number == number), None)
    if named is None:
        raise Refused("bad_entry", gettext("В заказе нет такой позиции"), status=400, field="entry")
    return named, len(found) == 1


def line_of(entry: OrderEntry) -> lines.Line:
    """A stored line as the rules look at it."""
    return lines.Line(
        entry.kaspi_id, entry.number, entry.quantity, entry.unit_type, entry.weight_grams, entry.imei_required
    )


VERBS: Mapping[ActionKind, Callable[..., KaspiAction]] = {
    ActionKind.ACCEPT: accept,
    ActionKind.CANCEL: cancel,
    ActionKind.ASSEMBLE: assemble,
    ActionKind.SEND_CODE: send_code,
    ActionKind.COMPLETE: complete,
    ActionKind.ARRIVED: arrived,
    ActionKind.RETURNED: returned,
    ActionKind.CANCEL_ENTRY: cancel_entry,
    ActionKind.WEIGH: weigh,
    ActionKind.IMEI: imei,
}


def _request(
    kind: ActionKind,
    order: Order,
    *,
    by: Actor,
    now: datetime,
    params: Details | None = None,
    told: Details | None = None,
    give_up_at: datetime | None = None,
    evidence: Sequence[Proof] = (),
    prepare: Callable[[Order], Details] = lambda locked: {},
) -> KaspiAction:
    """Lock, check, write. Pressed twice, the first press answers: one action, sent once.

    `prepare` looks at the locked order: it raises Refused, or answers what else the action carries.
    """
    require(by, RIGHTS[kind])
    with transaction.atomic():
        take_turn(order.shop_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        open_action = pending(order)
        if open_action is not None and open_action.kind == kind and _is_same(open_action, told or {}):
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
            params={**(params or {}), **prepare(order)},
            urgency=URGENCY_EXPRESS if kind is ActionKind.ACCEPT and order.express else URGENCY.get(kind, URGENCY_REST),
            give_up_at=give_up_at or now + REST_LIFE,
            now=now,
            undo_until=undo_until(kind, due_at=order.due_at, by=by, now=now),
        )
        for proof in evidence:
            keeping.attach(order, proof, by=by, now=now)
        _tell(action, order, by=by, now=now, told=dict(told or {}))
        if action.undo_until is None:
            transaction.on_commit(partial(wake, "deliver"), robust=True)
    return action


def _is_same(open_action: KaspiAction, told: Details) -> bool:
    """Whether this press is the one on its way. What an action carries is sealed; its event tells which line it is about."""
    if open_action.kind not in LINE_KINDS:
        return True
    asked = OrderEvent.objects.filter(order_id=open_action.subject_id, kind=EventKind.REQUESTED).order_by("-id").first()
    return asked is not None and all(asked.details.get(name) == value for name, value in told.items())


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
