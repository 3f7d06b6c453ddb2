"""Is there enough for this order, when several want the same goods? Decided one order after another.

Every order holds its goods from the day it comes, so what is held says nothing of who gets the last piece: those who
were accepted do, and after them whoever is accepted next.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from integrations.models import OPEN_ACTION_STATES, ActionKind, ActionState
from orders.lifecycle import STOCK_HELD
from orders.shelves.beside import stock_at
from staff.scoping import current_company

Place = tuple[int, str]
"""(point id, SKU)."""

# Reservations are found by their orders: a point's goods alone are no index of them.
_WANTED = """
SELECT order_id, point_id, sku, sum(quantity) FROM catalog_reservation
WHERE company_id = %s AND order_id = ANY(%s) AND state = 'held' GROUP BY 1, 2, 3
"""
_PROMISED = """
SELECT held.point_id, held.sku, sum(held.quantity) FROM orders_order standing
JOIN catalog_reservation held ON held.company_id = standing.company_id AND held.order_id = standing.id
WHERE standing.company_id = %s AND standing.shop_id = %s AND standing.shelf <> 'archive' AND standing.stage = ANY(%s)
  AND held.state = 'held' AND held.point_id = ANY(%s) AND held.sku = ANY(%s)
  AND (standing.stage <> 'new' OR EXISTS (
    SELECT FROM integrations_kaspiaction taken WHERE taken.company_id = standing.company_id
      AND taken.subject_id = standing.id AND taken.kind = %s AND taken.state = ANY(%s)))
GROUP BY 1, 2
"""


@dataclass(slots=True)
class Supply:
    """`free` are the pieces that nobody accepted has a claim on, where anybody ever counted; `wanted` is each order's."""

    free: dict[Place, int]
    wanted: Mapping[int, Mapping[Place, int]] = field(default_factory=dict)

    def lacks(self, order_id: int) -> str:
        """What is missing for this order, in words; empty when there is enough, or nothing is known."""
        for place, pieces in self.wanted.get(order_id, {}).items():
            free = self.free.get(place, pieces)
            if free <= 0:
                return gettext("нет на точке")
            if free < pieces:
                return gettext("на точке %(free)s, нужно %(pieces)s") % {"free": free, "pieces": pieces}
        return ""

    def take(self, order_id: int) -> None:
        """The order is accepted: what it wants is not there for the next one."""
        for place, pieces in self.wanted.get(order_id, {}).items():
            if place in self.free:
                self.free[place] -= pieces


def supply_of(shop_id: int, order_ids: Collection[int]) -> Supply:
    """What these orders of one shop want and what there is for them. Exact while the caller holds the shop's turn."""
    wanted: dict[int, dict[Place, int]] = {}
    for order_id, point_id, sku, pieces in _rows(_WANTED, [current_company(), list(order_ids)]):
        wanted.setdefault(order_id, {})[point_id, sku] = int(pieces)
    places = {place for pieces in wanted.values() for place in pieces}
    free = {place: stock.on_hand for place, stock in stock_at(places).items()}
    if free:
        for point_id, sku, pieces in _rows(_PROMISED, _promises(shop_id, free)):
            if (point_id, sku) in free:
                free[point_id, sku] -= int(pieces)
    return Supply(free, wanted)


def _promises(shop_id: int, places: Iterable[Place]) -> list[Any]:
    points, skus = zip(*places, strict=True)
    stages = sorted(STOCK_HELD)
    taken = [*OPEN_ACTION_STATES, ActionState.DONE]
    return [current_company(), shop_id, stages, sorted(set(points)), sorted(set(skus)), ActionKind.ACCEPT, taken]


def _rows(sql: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())
