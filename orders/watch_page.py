"""What Kaspi may hold against the shop later: cancels without a proof, reasons that it rewrote, dates that were moved."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from orders.evidence.watch import WATCHED, Rewritten, rewritten, unproven
from orders.models import Order
from orders.moved_shares import COUNTED, MovedShare, shares
from orders.watch_models import Mover, WatchedOrder, WatchPage
from orders.words import CANCEL_REASONS
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.formats import almaty_moment, order_groups, plural, share
from staff.permissions import Permission
from staff.places import chosen_shop, places_of


@requires(Permission.ORDERS_VIEW, Permission.QUALITY_VIEW)
@require_GET
def watch(request: OfficeRequest) -> HttpResponse:
    request.nav = "quality"
    return render(request, "orders/watch.html", {"page": watch_page(request, now=database_now())})


def watch_page(request: OfficeRequest, *, now: datetime) -> WatchPage:
    """Three short tables, each of what this person sees."""
    shop, by = chosen_shop(request), request.actor
    shop_ids = [shop.pk] if shop else [one.pk for one in places_of(request).shops]
    adds = by.may(Permission.BUYERS_SEE)
    at_risk = unproven(by=by, shop_ids=shop_ids, now=now)
    return WatchPage(
        note=gettext("Отмены за %(days)s, переносы за %(moves)s")
        % {"days": plural(WATCHED.days, "день", "дней"), "moves": plural(COUNTED.days, "день", "дней")},
        unproven=tuple(_at_risk(order, now=now, adds=adds) for order in at_risk),
        rewritten=tuple(_rewritten(one, now=now) for one in rewritten(by=by, shop_ids=shop_ids, now=now)),
        movers=tuple(_mover(one) for one in shares(by=by, shop_ids=shop_ids, now=now)),
        movers_note=gettext("доля его заказов в доставке магазина"),
    )


def _at_risk(order: Order, *, now: datetime, adds: bool) -> WatchedOrder:
    return WatchedOrder(
        url=f"/orders/{order.code}/",
        no=order_groups(order.code),
        reason=str(CANCEL_REASONS[order.cancellation_reason]),
        item=order.first_item,
        point=order.point.name if order.point else order.shop.name,
        when=almaty_moment(order.cancelled_at or order.changed_at, now=now),
        evidence_url=f"/orders/{order.code}/evidence/" if adds and order.forgotten_at is None else "",
    )


def _rewritten(one: Rewritten, *, now: datetime) -> WatchedOrder:
    order = one.order
    return WatchedOrder(
        url=f"/orders/{order.code}/",
        no=order_groups(order.code),
        reason=f"{CANCEL_REASONS[one.before]} → {CANCEL_REASONS.get(one.after, one.after)}",
        item=order.first_item,
        point="",
        when=almaty_moment(one.learned_at, now=now),
    )


def _mover(one: MovedShare) -> Mover:
    told = {"moved": one.moved, "all": plural(one.worked_on, "заказа", "заказов")}
    return Mover(one.name, gettext("%(moved)s из %(all)s") % told, share(one.share, digits=0))
