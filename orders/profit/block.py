"""The block «Прибыль» of an order's page."""

from datetime import datetime

from django.utils.translation import gettext

from catalog.costs import known
from orders.lifecycle import Stage
from orders.models import Claim, Order
from orders.profit import sums, words
from orders.profit.page_models import LineProfit, OrderProfit
from orders.returns.claim_states import ClaimKind, ClaimState
from staff.access import Actor
from staff.formats import ALMATY
from staff.page_parts import Chip
from staff.permissions import Permission


def profit_of(order: Order, *, by: Actor) -> OrderProfit | None:
    """What the order earned, line by line; None for who may not know it."""
    if not by.may(Permission.PROFIT_VIEW) or not by.sees_whole(order.shop_id):
        return None
    counted = order.completed_at or _lost_at(order)
    if counted is None:
        return OrderProfit(None, said=_not_yet(order))
    day = counted.astimezone(ALMATY).date()
    lines = sums.lines_of(order.pk, shop_id=order.shop_id, day=day, tariffs=known.tariffs())
    if not lines:
        return OrderProfit(None, said=gettext("Состав заказа ещё не прочитан"))
    profit = words.added([line.parts for line in lines]).profit
    return OrderProfit(
        chip=Chip(gettext("убыток"), "danger") if profit < 0 else None,
        parts=tuple(words.of_order(lines)),
        lines=tuple(LineProfit(line.name or line.sku, tuple(words.of_line(line))) for line in lines)
        if len(lines) > 1
        else (),
    )


def _lost_at(order: Order) -> datetime | None:
    """When the courier service answered for a parcel that it lost."""
    paid = Claim.objects.filter(order_id=order.pk, kind=ClaimKind.LOST, state=ClaimState.PAID)
    return paid.values_list("answered_at", flat=True).first()


def _not_yet(order: Order) -> str:
    if order.stage in (Stage.CANCELLED, Stage.EXPIRED):
        return gettext("Отменённый заказ ничего не принёс и ничего не стоил")
    return gettext("Посчитаем, когда заказ выдадут")
