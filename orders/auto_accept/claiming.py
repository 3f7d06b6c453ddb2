"""What a rule may promise a buyer: pieces that lie there and are nobody else's."""

from collections.abc import Collection, Mapping
from datetime import datetime

from orders.auto_accept.rules import Cover
from orders.models import Order
from orders.supply import Supply, supply_of


def cover_of(shop_id: int, order_ids: Collection[int]) -> Mapping[int, Cover]:
    """How far the pieces of each order are there, each looked at as if it were alone."""
    supply = supply_of(shop_id, order_ids)
    return {order_id: _cover(supply, order_id) for order_id in order_ids}


def claim(order_id: int, now: datetime) -> bool:
    """Promise the order all pieces of all its lines, or none; once promised, again True.

    False when they are not all there or nobody ever counted them. The caller holds the turn of the order's shop.
    """
    shop_id = Order.objects.values_list("shop_id", flat=True).get(pk=order_id)
    return _cover(supply_of(shop_id, [order_id]), order_id) is Cover.ENOUGH


def _cover(supply: Supply, order_id: int) -> Cover:
    wanted = supply.wanted.get(order_id, {})
    if not wanted:
        return Cover.UNKNOWN
    if any(place not in supply.free for place in wanted):
        return Cover.UNCOUNTED
    return Cover.SHORT if supply.lacks(order_id) else Cover.ENOUGH
