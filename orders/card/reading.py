"""Finds an order for the person who asks, and reads everything that its card shows."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext

from integrations.models import ActionKind, KaspiAction
from orders import cells, codes, devices, lessons, rescheduling
from orders.actions import find
from orders.buyers.cards import standing_of_order, unanswered
from orders.card.known import Known
from orders.clocks import Calendars
from orders.couriers import couriers_of
from orders.documents.word.page import papers_of
from orders.filters import OrderFilter, select
from orders.lifecycle import ALLOWED, SHELF_OF, STOCK_HELD, Shelf, Stage, may
from orders.models import CabinetFacts, Evidence, Order, OrderEntry, OrderEvent, ReturnCase, Waybill
from orders.profit.block import profit_of
from orders.shelves.around import around_of
from orders.shelves.beside import held_of, stock_at
from orders.stakes import Stakes, stakes_of
from staff.access import Actor, OfficeRequest
from staff.errors import NotVisible, Refused
from staff.permissions import Permission
from staff.places import chosen_shop, places_of

EVENTS_SHOWN = 100
# The question of another planned date, as `known_of` is asked for it.
RESCHEDULE = "reschedule"


class SeveralShops(Refused):
    """The number stands in more than one shop of the company: the person must say which."""

    def __init__(self, orders: list[Order]) -> None:
        super().__init__("several_shops", gettext("Такой номер есть в двух магазинах. Выберите магазин"), field="shop")
        self.orders = orders


def find_order(request: OfficeRequest, ref: str) -> Order:
    """The order by Kaspi's number or public id. Raises NotVisible, SeveralShops."""
    try:
        UUID(ref)
    except ValueError:
        return _by_code(request, ref)
    return find(ref, by=request.actor)


def _by_code(request: OfficeRequest, code: str) -> Order:
    if "\x00" in code:
        raise NotVisible
    shop = chosen_shop(request)
    orders = select(request.actor, OrderFilter(shop=shop.slug if shop else None), places=places_of(request))
    found = list(orders.filter(code=code[:32]).select_related("shop", "point", "courier").order_by("-id")[:2])
    if not found:
        raise NotVisible(code)
    if len(found) > 1:
        raise SeveralShops(found)
    return found[0]


def ref_of(request: OfficeRequest, order: Order) -> str:
    """How the card's addresses name the order: its number, or the public id where the number alone may not do."""
    return str(order.public_id) if request.GET.get("shop") and len(places_of(request).shops) > 1 else order.code


def known_of(
    request: OfficeRequest,
    order: Order,
    *,
    asked: str = "",
    errors: Mapping[str, str] | None = None,
    filled: Mapping[str, str] | None = None,
) -> Known:
    """Everything that the card is made from. `asked` names the open question where it is not one of the order's
    own; `errors` and `filled` come back into the dialog of a refused form.
    """
    around = around_of(request)
    entries = list(OrderEntry.objects.filter(order_id=order.pk).order_by("number"))
    previous, following = _neighbours(request, order)
    ref = ref_of(request, order)
    return Known(
        order=order,
        ref=ref,
        actor=request.actor,
        around=around,
        calendar=Calendars(places_of(request)).of(order.point_id),
        entries=entries,
        events=list(OrderEvent.objects.filter(order_id=order.pk).order_by("-id")[:EVENTS_SHOWN]),
        action=KaspiAction.objects.filter(subject_id=order.pk, withdrawn_at=None).order_by("-id").first(),
        waybill=Waybill.objects.filter(order_id=order.pk).defer("pdf").first(),
        stock=stock_at(_goods(order, entries)),
        stakes=stakes_of([order.shop_id], now=around.now) if _at_stake(order, request.actor) else Stakes(),
        couriers=couriers_of(order) if _is_to_give(order, request.actor) else (),
        papers=papers_of(order, f"/orders/{ref}/") if request.actor.may(Permission.BUYERS_SEE) else (),
        case=_case(order, request.actor),
        standing=standing_of_order(order, by=request.actor, now=around.now),
        unanswered=unanswered([order.pk]),
        cabinet=CabinetFacts.objects.filter(order_id=order.pk).first(),
        profit=profit_of(order, by=request.actor),
        previous=previous,
        following=following,
        asked=asked,
        evidence=list(Evidence.objects.filter(order_id=order.pk).defer("file").order_by("-happened_at", "-id")),
        tries=codes.tries_of(order) if may("complete", Stage(order.stage)) else (),
        devices=devices.by_line(devices.of_order(order)) if _has_devices(entries, request.actor) else {},
        move_days=rescheduling.days_of(order, now=around.now) if asked == RESCHEDULE else (),
        cell=cells.place_of(order.pk) if order.stage == Stage.PICKUP else "",
        held=held_of(order.pk) if order.stage == Stage.SIGNING else 0,
        learned=not may("complete", Stage(order.stage)) or lessons.is_learned(lessons.CODE_FIRST, by=request.actor),
        errors=errors or {},
        filled=filled or {},
    )


def _case(order: Order, actor: Actor) -> ReturnCase | None:
    """Only what has left the shop comes back."""
    if actor.orders_of is not None or order.stage in STOCK_HELD:
        return None
    found: ReturnCase | None = ReturnCase.objects.filter(order_id=order.pk).order_by("-id").first()
    return found


def _has_devices(entries: Sequence[OrderEntry], actor: Actor) -> bool:
    return any(entry.imei_required for entry in entries) and actor.may(Permission.BUYERS_SEE)


def _at_stake(order: Order, actor: Actor) -> bool:
    return ActionKind.CANCEL in ALLOWED[Stage(order.stage)] and actor.may(Permission.QUALITY_VIEW)


def _is_to_give(order: Order, actor: Actor) -> bool:
    return order.stage == Stage.DELIVERY and actor.may(Permission.ORDERS_ASSIGN)


def _goods(order: Order, entries: Sequence[OrderEntry]) -> Iterator[tuple[int, str]]:
    """The goods whose stock matters: those that are still to be found on the point's shelves."""
    if order.point_id and order.stage in STOCK_HELD:
        yield from ((order.point_id, entry.sku) for entry in entries)


def _neighbours(request: OfficeRequest, order: Order) -> tuple[str, str]:
    """The orders before and after on the shelf, as the shelf sorts them."""
    shelf = SHELF_OF[Stage(order.stage)]
    if shelf is Shelf.ARCHIVE:
        return "", ""
    shop = chosen_shop(request)
    wanted = OrderFilter(shop=shop.slug if shop else None, shelf=shelf)
    standing = select(request.actor, wanted, places=places_of(request)).exclude(pk=order.pk)
    before = standing.filter(burns_at__lte=order.burns_at).order_by("-burns_at", "-id").values_list("code", flat=True)
    after = standing.filter(burns_at__gt=order.burns_at).order_by("burns_at", "id").values_list("code", flat=True)
    return tuple(f"/orders/{code}/" if code else "" for code in (before.first(), after.first()))  # type: ignore[return-value]
