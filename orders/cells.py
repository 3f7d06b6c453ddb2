"""Where the parcel of a pickup order lies: «Ячейка 14», typed by who put it there.

It is known while the order waits for its buyer; when it leaves the shelf a trigger forgets it (orders/migrations/0022),
and the history keeps it.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderCell, OrderEvent
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.permissions import Permission

RIGHT: Final = Permission.ORDERS_HAND_OUT
LONGEST: Final = 20


def put(order: Order, place: str, *, by: Actor, now: datetime) -> None:
    """The parcel lies there now; an empty place takes the word back. Raises Refused."""
    require(by, RIGHT)
    place = place_said(place)
    with transaction.atomic():
        take_turn(order.shop_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if order.stage != Stage.PICKUP:
            sentence = gettext("Место указывают заказу на самовывоз, а этот сейчас «%(stage)s»")
            raise Refused("not_allowed", sentence % {"stage": Stage(order.stage).label})
        before = place_of(order.pk)
        if place != before:
            _write(order, place, before, by=by, now=now)


def place_said(text: str) -> str:
    """The place as it is kept. Raises Refused (400)."""
    place = " ".join(text.split())
    if len(place) > LONGEST or not place.isprintable():
        sentence = gettext("Место записывают коротко: не больше %(most)s знаков") % {"most": LONGEST}
        raise Refused("bad_place", sentence, status=400, field="place")
    return place


def place_of(order_id: int) -> str:
    """Where the parcel of this order lies; empty when nobody has said."""
    found: str | None = OrderCell.objects.filter(order_id=order_id).values_list("place", flat=True).first()
    return found or ""


def told(place: str) -> str:
    """«Ячейка 14» of a bare number, else the words as they were typed."""
    return gettext("Ячейка %(number)s") % {"number": place} if place.isdecimal() else place


def orders_at(q: str) -> "QuerySet[OrderCell, int]":
    """Ids of orders whose place has these words in it, as a question in a question: «14», «Ячейка 14», «стеллаж»."""
    words = q.casefold().removeprefix(gettext("Ячейка").casefold()).strip() or q
    return OrderCell.objects.filter(place__icontains=words).values_list("order_id", flat=True)


def _write(order: Order, place: str, before: str, *, by: Actor, now: datetime) -> None:
    if place:
        OrderCell.objects.update_or_create(order_id=order.pk, defaults={"place": place, "put_at": now})
    else:
        OrderCell.objects.filter(order_id=order.pk).delete()
    # The shelves of others look again.
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1, changed_at=now)
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.CELL,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"cell": place, "before": before},
    )
    subject = ("order", order.code)
    audit.record(by, "order.cell", subject=subject, now=now, before={"cell": before}, after={"cell": place})
