"""Second thoughts: what a person presses on a page waits five seconds before it may be sent, and can be taken back.

Programs and rules are sent at once, and so is whatever has a buyer waiting at the counter (codes, IMEIs, hand-outs).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from catalog import stock
from integrations import actions_out
from integrations.models import ActionKind, KaspiAction
from orders.filters import visible_to
from orders.models import EventKind, Order, OrderEvent
from orders.policies import RIGHTS
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused

PAUSE = timedelta(seconds=5)
# With less time than this left every second belongs to the order.
NO_TIME_FOR_IT = timedelta(minutes=1)
UNDOABLE = frozenset(ActionKind) - {ActionKind.SEND_CODE, ActionKind.COMPLETE, ActionKind.IMEI}


def undo_until(kind: ActionKind, *, due_at: datetime | None, by: Actor, now: datetime) -> datetime | None:
    """Until when a press may be taken back; None when it goes at once. `due_at` is the order's deadline."""
    if by.kind != "member" or kind not in UNDOABLE:
        return None
    if due_at is not None and due_at - now < NO_TIME_FOR_IT:
        return None
    return now + PAUSE


class Press(NamedTuple):
    """A decision and the order that it is about."""

    action: KaspiAction
    order: Order


def find(actions: Iterable[UUID], *, by: Actor) -> list[Press]:
    """These decisions, as far as the actor may see their orders; shop by shop, in one order for everybody."""
    found = {action.subject_id: action for action in KaspiAction.objects.filter(public_id__in=list(actions))}
    seen = visible_to(by, Order.objects.filter(pk__in=found)).select_related("shop", "point").order_by("shop_id", "id")
    return [Press(found[order.pk], order) for order in seen]


def undo(press: Press, *, by: Actor, now: datetime) -> None:
    """Take it back. Raises Refused (409) when it is on its way already.

    Whoever may press may take back. Pressed twice, the second press finds it done.
    """
    action, order = press
    require(by, RIGHTS[ActionKind(action.kind)])
    with transaction.atomic():
        take_turn(order.shop_id)
        if actions_out.withdraw(action.pk):
            if action.kind == ActionKind.ACCEPT:
                stock.unclaim([order.pk], now=now)
            _tell(action, order, by=by, now=now)
        elif not KaspiAction.objects.filter(pk=action.pk, withdrawn_at__isnull=False).exists():
            raise Refused("too_late", gettext("Поздно: решение уже ушло в Kaspi. Дождитесь ответа"))


def _tell(action: KaspiAction, order: Order, *, by: Actor, now: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1, changed_at=now)
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.WITHDRAWN,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"action": action.kind},
    )
    audit.record(by, "order.undo", subject=("order", order.code), now=now, details={"action": action.kind})
