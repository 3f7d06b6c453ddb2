"""Reads what papers show of orders: three queries whatever their number, the waybills apart, in pieces."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext

from catalog.models import StockItem
from orders.buyers.showing import sees_buyer
from orders.cancelling import handing_of
from orders.documents.picking import Good, Sheet, in_picking_order
from orders.models import Order, OrderEntry, Waybill
from orders.words import WAYS
from staff.access import Actor
from staff.formats import almaty_moment

# Waybills are read so many at a time: a file may be large.
PIECE = 25


def sheets_of(orders: Sequence[Order], *, by: Actor, now: datetime) -> list[Sheet]:
    """The orders as papers show them to this actor, in picking order. They come with their shop and point."""
    entries: defaultdict[int, list[OrderEntry]] = defaultdict(list)
    for entry in OrderEntry.objects.filter(order_id__in=[order.pk for order in orders]).order_by("number"):
        entries[entry.order_id].append(entry)
    places = _places(orders, {entry.sku for found in entries.values() for entry in found})
    return in_picking_order(_sheet(order, entries[order.pk], places, by=by, now=now) for order in orders)


def waybills_of(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, bytes | None]]:
    """The stored waybills in the order of the sheets; None where there is none yet."""
    for start in range(0, len(sheets), PIECE):
        piece = sheets[start : start + PIECE]
        asked = Waybill.objects.filter(order_id__in=[sheet.id for sheet in piece], pdf__isnull=False)
        found = dict(asked.values_list("order_id", "pdf"))
        for sheet in piece:
            pdf = found.get(sheet.id)
            yield sheet, None if pdf is None else bytes(pdf)


def _places(orders: Sequence[Order], skus: set[str]) -> dict[tuple[int, str], str]:
    points = {order.point_id for order in orders if order.point_id is not None}
    items = StockItem.objects.filter(point_id__in=points, sku__in=skus).exclude(place="")
    return {(point, sku): place for point, sku, place in items.values_list("point_id", "sku", "place")}


def _sheet(
    order: Order,
    entries: Sequence[OrderEntry],
    places: dict[tuple[int, str], str],
    *,
    by: Actor,
    now: datetime,
) -> Sheet:
    point = order.point
    way, _ = WAYS[handing_of(is_kaspi_delivery=order.is_kaspi_delivery, delivery_mode=order.delivery_mode)]
    seen = sees_buyer(by, closed_at=order.closed_at, now=now)
    until = order.courier_planned_at
    return Sheet(
        id=order.pk,
        code=order.code,
        shop=order.shop.name,
        point_id=order.point_id or 0,
        point=point.name if point else gettext("без точки"),
        goods=tuple(_good(entry, places.get((order.point_id or 0, entry.sku), "")) for entry in entries),
        total=order.total_price,
        delivery=order.delivery_cost,
        buyer=f"{order.buyer_first_name} {order.buyer_last_name}".strip() if seen else "",
        way=str(way),
        note=gettext("передать до %(moment)s") % {"moment": almaty_moment(until, now=now)} if until else "",
    )


def _good(entry: OrderEntry, place: str) -> Good:
    name = entry.name or gettext("Без названия")
    return Good(entry.sku, name, entry.quantity, place, entry.base_price, entry.total_price)
