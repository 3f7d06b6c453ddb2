"""The orders of own delivery that were promised for today or before, in the order of the way: two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from orders.filters import OrderFilter, select
from orders.lifecycle import Shelf, Stage
from orders.models import Order
from staff.access import Actor
from staff.errors import NotVisible
from staff.formats import ALMATY
from staff.models import Member
from staff.places import Places

# More stops than this are no work of a day; the earliest are shown.
MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Load:
    """What one courier has to bring, whom the list may be narrowed to; nobody's where there is no `courier`."""

    courier: UUID | None
    name: str
    orders: int


@dataclass(frozen=True, slots=True)
class Route:
    """`more`: there are stops beyond MOST."""

    orders: Sequence[Order]
    more: bool
    loads: Sequence[Load]


def route_of(actor: Actor, wanted: OrderFilter, *, courier: UUID | None, places: Places, now: datetime) -> Route:
    """`wanted` names a shop and a point at most. Raises NotVisible for a courier who is not of the company, for one
    who has never had an order that this actor sees, and to a courier for any other than himself.
    """
    if courier is not None:
        _must_be_seen(courier, by=actor, places=places)
    due = _due(actor, wanted, places=places, now=now)
    loads = due.values("courier__public_id", "courier__name").annotate(orders=Count("id")).order_by("courier__name")
    chosen = due if courier is None else due.filter(courier__public_id=courier)
    found = list(chosen.select_related("courier").order_by("due_at", "id")[: MOST + 1])
    return Route(
        orders=sorted(found[:MOST], key=_way),
        more=len(found) > MOST,
        loads=[Load(one["courier__public_id"], one["courier__name"] or "", one["orders"]) for one in loads],
    )


def _due(actor: Actor, wanted: OrderFilter, *, places: Places, now: datetime) -> "QuerySet[Order]":
    delivery = OrderFilter(shop=wanted.shop, point=wanted.point, shelf=Shelf.DELIVERY, stages=(Stage.DELIVERY,))
    return select(actor, delivery, places=places).filter(due_at__lt=_tomorrow(now))


def _way(order: Order) -> tuple[object, ...]:
    """By the day that was promised, then along the street."""
    day = order.due_at.astimezone(ALMATY).date() if order.due_at else None
    return day, order.town.casefold(), order.address.casefold(), order.due_at, order.code


def _tomorrow(now: datetime) -> datetime:
    day = now.astimezone(ALMATY).date() + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=ALMATY)


def _must_be_seen(courier: UUID, *, by: Actor, places: Places) -> None:
    """Who sees all points knows everybody; others know a courier by the orders that he brings them, or brought."""
    member = Member.objects.filter(public_id=courier).values_list("pk", flat=True).first()
    if member is None or not _is_known(member, by=by, places=places):
        raise NotVisible(courier)


def _is_known(member: int, *, by: Actor, places: Places) -> bool:
    if by.orders_of is not None:
        return by.orders_of == member
    return by.points is None or select(by, OrderFilter(), places=places).filter(courier_id=member).exists()
