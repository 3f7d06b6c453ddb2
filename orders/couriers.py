"""Who brings an order of the shop's own delivery. A courier is a member of the company who may hand it out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderEvent
from orders.turns import take_turn
from staff import audit, standing
from staff.access import Actor, member_as, require
from staff.errors import NotVisible, Refused
from staff.holding import Place, hold
from staff.models import Member
from staff.permissions import Permission


def couriers_of(order: Order) -> Sequence[Member]:
    """Who may bring this order, by name: couriers, and those who hand out at its point."""
    return [found.member for found in standing.of_present() if _may_bring(found, order)]


def assign(order: Order, to: str, *, by: Actor, now: datetime) -> None:
    """Give the order to the member of this public id. Raises NotVisible for nobody of ours, Refused for who may not."""
    require(by, Permission.ORDERS_ASSIGN)
    member = Member.objects.filter(public_id=_uuid(to)).first()
    if member is None:
        raise NotVisible(to)
    with transaction.atomic():
        # Neither his dismissal nor another one's press comes between the look and the write.
        hold(Place.MEMBER, member.pk)
        found = standing.of_member(member.pk)
        if found is None or not _may_bring(found, order):
            raise Refused("not_courier", gettext("%(name)s не может доставить этот заказ") % {"name": member.name})
        _give(order, found.member, by=by, now=now)


def unassign(order: Order, *, by: Actor, now: datetime) -> None:
    """Take the order away from its courier."""
    require(by, Permission.ORDERS_ASSIGN)
    with transaction.atomic():
        _give(order, None, by=by, now=now)


def _give(order: Order, to: Member | None, *, by: Actor, now: datetime) -> None:
    take_turn(order.shop_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("courier").get(pk=order.pk)
    if order.stage != Stage.DELIVERY:
        sentence = gettext("Курьера назначают заказу в доставке, а этот сейчас «%(stage)s»")
        raise Refused("not_allowed", sentence % {"stage": Stage(order.stage).label})
    before = order.courier
    if (before and before.pk) == (to and to.pk):
        return
    Order.objects.filter(pk=order.pk).update(courier=to, version=F("version") + 1, changed_at=now)
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.COURIER,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"courier": to.name if to else "", "before": before.name if before else ""},
    )
    audit.record(
        by,
        "order.courier",
        subject=("order", order.code),
        now=now,
        before={"courier": before.name if before else ""},
        after={"courier": to.name if to else ""},
    )


def _may_bring(found: standing.MemberStanding, order: Order) -> bool:
    """Of whose orders a role sees only his own, every one may be given; others bring those of their places."""
    him = member_as(found)
    here = him.orders_of is not None or him.sees(shop_id=order.shop_id, point_id=order.point_id, courier_id=None)
    return found.member.is_active and him.may(Permission.ORDERS_HAND_OUT) and here


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise NotVisible(text) from problem
