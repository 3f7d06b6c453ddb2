"""The codes of orders, for those who know their inner ids only (`catalog.naming`)."""

from collections.abc import Iterable, Mapping

from orders.filters import visible_to
from orders.models import Order
from staff.access import Actor
from staff.permissions import Permission


def codes_of(by: Actor, order_ids: Iterable[int]) -> Mapping[int, str]:
    """Code of each of the orders that the actor may see."""
    if not by.may(Permission.ORDERS_VIEW):
        return {}
    orders = visible_to(by, Order.objects.filter(pk__in=set(order_ids)))
    return dict(orders.values_list("pk", "code"))
