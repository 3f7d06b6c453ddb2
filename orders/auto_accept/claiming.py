"""What a rule may promise a buyer: pieces that lie there and are nobody else's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalog import stock
from catalog.stock import Shortage
from orders.auto_accept.rules import Cover


def claim(order_ids: Sequence[int], *, now: datetime) -> Mapping[int, Cover]:
    """Promise each order all its pieces, or none, one after another; ENOUGH where it has them now.

    All at once, so that shops that share goods lock them in one order.
    """
    return {order_id: _cover(lack) for order_id, lack in stock.claim_many(order_ids, now=now).items()}


def unclaim(order_ids: Sequence[int], *, now: datetime) -> None:
    """These orders are not accepted after all."""
    stock.unclaim(order_ids, now=now)


def _cover(lack: Shortage | None) -> Cover:
    """An order that holds nothing lacks no SKU; what nobody counted has no number of free pieces."""
    if lack is None:
        return Cover.ENOUGH
    if not lack.sku:
        return Cover.UNKNOWN
    return Cover.UNCOUNTED if lack.free is None else Cover.SHORT
