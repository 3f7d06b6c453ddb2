"""The route list in words."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext

from orders import clocks
from orders.buyers.disclosing import of_order
from orders.buyers.showing import buyer_for
from orders.clocks import Calendars
from orders.filters import OrderFilter
from orders.models import Order
from orders.route.page_models import CourierLink, RoutePage, Stop
from orders.route.reading import MOST, Route, route_of
from orders.shelves.rows import pieces_text
from orders.words import CREDIT
from staff.access import Actor
from staff.formats import ALMATY, calendar_day, order_groups, plural, tenge
from staff.page_parts import Empty, Notice
from staff.places import Places

# How a buyer has paid already (kaspi-api §2.7); whatever else Kaspi may come to say is to be
# collected, and nothing of what it has not said.
PAID: Final = ("PREPAID", CREDIT)


def route_page(actor: Actor, wanted: OrderFilter, *, courier: UUID | None, places: Places, now: datetime) -> RoutePage:
    """Everything that `templates/route/route.html` prints. Raises NotVisible for a foreign courier."""
    route, calendars = route_of(actor, wanted, courier=courier, places=places, now=now), Calendars(places)
    stops = tuple(
        _stop(order, number, by=actor, now=now, calendars=calendars) for number, order in enumerate(route.orders, 1)
    )
    name = next((load.name for load in route.loads if load.courier == courier and courier), "")
    himself = actor.orders_of is not None
    return RoutePage(
        title=gettext("Маршрутный лист, %(day)s") % {"day": calendar_day(now.astimezone(ALMATY).date())},
        lead=" · ".join(_lead(route, stops, name or (actor.label if himself else ""))),
        back_url=_url("/orders/delivery/", wanted),
        stops=stops,
        couriers=_couriers(route, wanted, courier),
        collects=any(stop.collect for stop in stops),
        names_couriers=not himself and courier is None,
        notice=_more() if route.more else None,
        empty=None
        if stops
        else Empty(gettext("Сегодня везти нечего"), gettext("Ни одного обещанного и просроченного заказа.")),
        persons=tuple(code for order in route.orders for code in of_order(order, by=actor, now=now)),
    )


def _stop(order: Order, number: int, *, by: Actor, now: datetime, calendars: Calendars) -> Stop:
    found = clocks.deadline(order.due_kind, order.due_at, since=order.accepted_at or order.approved_at)
    assert found is not None, "own delivery that is due has a deadline"
    buyer = buyer_for(by, closed_at=order.closed_at, now=now)
    address = buyer.address(order.address, order.town)
    other, name = buyer.other(order.recipient_name), buyer.name(order.buyer_first_name, order.buyer_last_name)
    more = gettext(" и ещё %(more)s") % {"more": plural(order.items_count - 1, "позиция", "позиций")}
    pieces = gettext("%(pieces)s шт.") % {"pieces": pieces_text(order.pieces)}
    return Stop(
        number=number,
        code=order.code,
        url=f"/orders/{order.code}/",
        no=order_groups(order.code),
        deadline=clocks.chip(found, now=now, calendar=calendars.of(order.point_id)),
        late=now >= found.at,
        address=address or gettext("Адрес не указан"),
        town=order.town if order.town not in address else "",
        who=name,
        note=gettext("получит %(other)s") % {"other": other} if other and other.lower() != name.lower() else "",
        phone=buyer.phone(order.phone, order.phone_state),
        item=f"{order.first_item or gettext('Состав загружается')}{more if order.items_count > 1 else ''} · {pieces}",
        collect=tenge(_owed(order)) if _owed(order) else "",
        courier=order.courier.name if order.courier else gettext("не назначен"),
    )


def _owed(order: Order) -> Decimal:
    return Decimal(0) if order.payment_mode in PAID or not order.payment_mode else order.total_price


def _lead(route: Route, stops: tuple[Stop, ...], name: str) -> Iterator[str]:
    """«Ерлан · 12 заказов · опаздываем с 2 · взять с покупателей 45 000 ₸»."""
    if name:
        yield name
    if stops:
        yield plural(len(stops), "заказ", "заказов")
    late = sum(stop.late for stop in stops)
    if late:
        yield gettext("опаздываем с %(late)s") % {"late": late}
    owed = sum((_owed(order) for order in route.orders), Decimal(0))
    if owed:
        yield gettext("взять с покупателей %(owed)s") % {"owed": tenge(owed)}


def _couriers(route: Route, wanted: OrderFilter, chosen: UUID | None) -> tuple[CourierLink, ...]:
    """Whom the list may be narrowed to; nothing where there is one list only."""
    if len(route.loads) < 2:
        return ()
    everybody = sum(load.orders for load in route.loads)
    links = [CourierLink(_url("/orders/route/", wanted), gettext("Все"), everybody, chosen is None)]
    for load in route.loads:
        if load.courier is not None:
            url = _url("/orders/route/", wanted, courier=str(load.courier))
            links.append(CourierLink(url, load.name, load.orders, load.courier == chosen))
    return tuple(links)


def _url(path: str, wanted: OrderFilter, **named: str) -> str:
    query = {name: value for name, value in ({"shop": wanted.shop, "point": wanted.point} | named).items() if value}
    return f"{path}{'?' + urlencode(query) if query else ''}"


def _more() -> Notice:
    text = gettext("Показаны %(most)s самых ранних. Выберите курьера или точку, чтобы видеть остальные.")
    return Notice(gettext("Заказов больше, чем на листе."), text % {"most": MOST}, "accent", "info")
