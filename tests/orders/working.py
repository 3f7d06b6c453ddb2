"""A day's work with a connected shop in few words: press, carry to Kaspi, look what became of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections, connections
from django.db.models.functions import Now

from integrations.models import OPEN_ACTION_STATES, ActionKind, KaspiAccount, KaspiAction, PollSlot, SlotKind
from orders import actions, sending
from orders.models import Order, OrderEvent
from staff.clock import database_now
from staff.scoping import company_scope
from tests.shop import TestShop

Answer = TypeVar("Answer")


def press(shop: TestShop, kind: ActionKind, code: str, /, **params: Any) -> int:
    """The owner decides; answers the action's id."""
    with company_scope(shop.company_id):
        order = Order.objects.get(code=code)
        return int(actions.VERBS[kind](order, by=shop.owner, now=database_now(), **params).pk)


def action(shop: TestShop, action_id: int) -> KaspiAction:
    with company_scope(shop.company_id):
        found: KaspiAction = KaspiAction.objects.get(pk=action_id)
        return found


def carry(shop: TestShop, *, rounds: int = 8) -> None:
    """Let the sender work, its pauses left out, until nothing of the shop is on its way or so many rounds are over."""
    for _ in range(rounds):
        if not hurry(shop):
            return
        sending.deliver_due(patience=60)


def hurry(shop: TestShop) -> int:
    """What waits for its time is due now, and the rest after a failure is over; answers how many actions are open."""
    with company_scope(shop.company_id):
        KaspiAccount.objects.update(quiet_until=None)
        return KaspiAction.objects.filter(state__in=OPEN_ACTION_STATES).update(due_at=Now())


def done(shop: TestShop, kind: ActionKind, code: str, /, **params: Any) -> KaspiAction:
    """Press and carry to the end."""
    action_id = press(shop, kind, code, **params)
    carry(shop)
    return action(shop, action_id)


def account(shop: TestShop) -> KaspiAccount:
    with company_scope(shop.company_id):
        found: KaspiAccount = KaspiAccount.objects.get()
        return found


def slot(shop: TestShop, kind: SlotKind = SlotKind.NEW) -> PollSlot:
    with company_scope(shop.company_id):
        found: PollSlot = PollSlot.objects.get(kind=kind)
        return found


def codes(shop: TestShop, **where: Any) -> set[str]:
    """The orders that stand in our database."""
    with company_scope(shop.company_id):
        return set(Order.objects.filter(**where).values_list("code", flat=True))


def history(shop: TestShop, code: str) -> list[str]:
    with company_scope(shop.company_id):
        return list(OrderEvent.objects.filter(order__code=code).order_by("id").values_list("kind", flat=True))


def at_once(*works: Callable[[], Answer]) -> list[Answer]:
    """Run these in threads of their own, each with its own connection."""

    def run(work: Callable[[], Answer]) -> Answer:
        close_old_connections()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(works)) as threads:
        return list(threads.map(run, works))
