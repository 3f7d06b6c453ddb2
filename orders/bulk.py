"""One press on many orders: each is decided by itself, and one that is refused does not stop the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog import stock
from catalog.stock import Shortage
from integrations import actions_out
from integrations.models import KaspiAction
from orders import actions, undoing
from orders.models import Order
from orders.turns import take_turn
from staff.access import Actor
from staff.errors import Refused

NO_STOCK: Final = "no_stock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order. Without an action it was left as it was, and `why` says the reason.

    `may_insist` True: nothing forbids it, the list only did not dare to; it may be pressed by itself.
    """

    order: Order
    action: KaspiAction | None = None
    why: str = ""
    may_insist: bool = False


def accept(orders: Iterable[Order], *, by: Actor, now: datetime) -> list[Outcome]:
    """Accept what there is stock for, the most urgent first. Who comes too late for the last piece is left.

    What is accepted and not there becomes a cancel by the shop's fault, so a list does not risk it; a person may.
    """
    return [outcome for shop in _by_shop(orders) for outcome in _accept_in(shop, by=by, now=now)]


def pack(orders: Iterable[Order], *, places: int, by: Actor, now: datetime) -> list[Outcome]:
    """Pack each of them into the same number of places."""
    outcomes = []
    for shop in _by_shop(orders):
        with transaction.atomic():
            take_turn(shop[0].shop_id)
            packed = [_try(actions.assemble, order, by=by, now=now, places=places) for order in shop]
            outcomes += _begin_pause(packed, now=now)
    return outcomes


def undo(asked: Iterable[UUID], *, by: Actor, now: datetime) -> list[Outcome]:
    """Take back many presses. Those that are on their way already are left."""
    outcomes = []
    for press in undoing.find(asked, by=by):
        try:
            undoing.undo(press, by=by, now=now)
            outcomes.append(Outcome(press.order, press.action))
        except Refused as refusal:
            outcomes.append(Outcome(press.order, why=refusal.sentence))
    return outcomes


def _by_shop(orders: Iterable[Order]) -> Iterable[Sequence[Order]]:
    """Shop by shop in one order, so that two people with the same picks cannot wait for each other in a ring."""
    standing = sorted(orders, key=lambda order: (order.shop_id, order.burns_at, order.pk))
    return (list(shop) for _, shop in groupby(standing, key=lambda order: order.shop_id))


def _accept_in(shop: Sequence[Order], *, by: Actor, now: datetime) -> list[Outcome]:
    with transaction.atomic():
        take_turn(shop[0].shop_id)
        return _begin_pause([_try(_accept_surely, order, by=by, now=now) for order in shop], now=now)


def _accept_surely(order: Order, *, by: Actor, now: datetime) -> KaspiAction:
    """Accept with the pieces claimed, which were nobody's yet. Raises Refused when they are not there."""
    lacking = stock.claim_many([order.pk], now=now, uncounted=True)[order.pk]
    if lacking:
        raise Refused(NO_STOCK, gettext("Не приняли: %(why)s") % {"why": _in_words(lacking)})
    return actions.accept(order, by=by, now=now)


def _in_words(lacking: Shortage) -> str:
    if not lacking.free or lacking.free < 0:
        return gettext("нет на точке")
    return gettext("на точке %(free)s, нужно %(pieces)s") % {"free": lacking.free, "pieces": lacking.wanted}


def _try(decide: Callable[..., KaspiAction], order: Order, **how: Any) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(order, decide(order, **how))
    except Refused as refusal:
        return Outcome(order, why=refusal.sentence, may_insist=refusal.code == NO_STOCK)


def _begin_pause(outcomes: list[Outcome], *, now: datetime) -> list[Outcome]:
    """The seconds for second thoughts begin when the whole list is written."""
    fresh = [one.action.pk for one in outcomes if one.action is not None and one.action.created_at == now]
    if fresh:
        actions_out.begin_pause(fresh, undoing.PAUSE)
    return outcomes
