"""Which orders somebody asked for: one filter and one selection for the pages and for the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from orders import cells
from orders.lifecycle import SUBSHELVES, Shelf, Stage
from orders.models import Order
from staff.access import Actor
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import Shop
from staff.permissions import Permission
from staff.places import Places, visible

T = TypeVar("T")
D = TypeVar("D", date, datetime)

MAX_QUERY = 100
# Each way of searching (number, waybill, phone, name, SKU) finds at most so many.
MAX_FOUND = 300
PHONE_DIGITS = 4
LETTERS = 2
# Shorter pieces of a SKU would find half of the shop.
SKU_LETTERS = 3

_SEARCH = """
SELECT DISTINCT office_search(%s, %s, %s, %s, %s::bigint, %s, %s, %s::bigint[], %s::bigint[], %s::bigint)
"""

SHELVES: Final[Mapping[str, Shelf]] = {
    **{shelf.value: shelf for shelf in Shelf},
    **{shelf.value.replace("_", "-"): shelf for shelf in Shelf},
}
STAGES: Final[Mapping[str, tuple[Stage, ...]]] = {**{stage.value: (stage,) for stage in Stage}, **SUBSHELVES}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What to select. `shop` is a slug and `point` a code; moments are aware, `created_to` is exclusive."""

    shop: str | None = None
    point: str | None = None
    shelf: Shelf | None = None
    stages: tuple[Stage, ...] = ()
    q: str = ""
    updated_since: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


def parse(params: Mapping[str, Any], *, shelf: Shelf | None = None) -> OrderFilter:
    """The filter that an address names; `shelf` when the address itself is a shelf.

    A date alone is a whole day of Almaty, the last day included. Raises Refused (400) with the field that is wrong.
    """
    return OrderFilter(
        shop=_text(params, "shop") or None,
        point=_text(params, "point") or None,
        shelf=shelf or _named(params, "shelf", SHELVES),
        stages=_named(params, "stage", STAGES) or (),
        q=_text(params, "q"),
        updated_since=_moment(params, "updated_since"),
        created_from=_moment(params, "created_from"),
        created_to=_moment(params, "created_to", after_day=True),
    )


def select(actor: Actor, wanted: OrderFilter, *, places: Places | None = None) -> "QuerySet[Order]":
    """The orders that the actor may see and the filter names, in no order. Raises NotVisible for a foreign shop or point.

    A search runs at once, as a query of its own: the database function tells ids (orders/migrations/0002_walls.py).
    """
    found = places or visible(actor)
    shop = found.shop(wanted.shop) if wanted.shop else None
    orders: QuerySet[Order] = Order.objects.all()
    if shop is not None:
        orders = orders.filter(shop_id=shop.pk)
    if wanted.point:
        codes = found.points_by_code(wanted.point, shop=shop)
        orders = orders.filter(point_id__in=[point.pk for point in codes])
    orders = visible_to(actor, orders)
    if wanted.q:
        ids = search(wanted.q, by=actor, shop=shop or _only_shop(found), shelf=wanted.shelf)
        # Places are told on the shelf of pickup alone: they are short, and would be found in every other number.
        laid = Q(pk__in=cells.orders_at(wanted.q)) if wanted.shelf is Shelf.PICKUP else Q()
        orders = orders.filter(Q(pk__in=ids) | laid)
    return orders.filter(**_conditions(wanted))


def visible_to(actor: Actor, orders: "QuerySet[Order]") -> "QuerySet[Order]":
    """Of these orders, those that are the actor's to see: reach as a condition, as `REACH` is for plain SQL."""
    if actor.points is not None:
        here = Q(point_id__in=actor.points)
        orders = orders.filter(here | Q(point_id=None, shop_id__in=actor.shops) if actor.shops else here)
    if actor.orders_of is not None:
        orders = orders.filter(courier_id=actor.orders_of)
    return orders


def is_visible(actor: Actor, order: Order) -> bool:
    return actor.sees(shop_id=order.shop_id, point_id=order.point_id, courier_id=order.courier_id)


# The same of a table with `shop_id`, `point_id` and `courier_id`; the parameters are those of `reach_of`.
REACH: Final = """(%(points)s::bigint[] IS NULL OR point_id = ANY(%(points)s::bigint[])
    OR (point_id IS NULL AND shop_id = ANY(%(whole)s::bigint[])))
  AND (%(courier)s::bigint IS NULL OR courier_id = %(courier)s::bigint)"""


def reach_of(actor: Actor) -> dict[str, Any]:
    """The parameters of `REACH`."""
    points = None if actor.points is None else sorted(actor.points)
    return {"points": points, "whole": sorted(actor.shops), "courier": actor.orders_of}


def search(q: str, *, by: Actor, shop: Shop | None, shelf: Shelf | None) -> list[int]:
    """Ids of orders of this actor's by the beginning of a number (of the order, its waybill) or SKU, the end of a phone,
    an IMEI, a piece of a buyer's name. On the shelves a name may have a slip in it: «Айгерм» finds «Айгерим».

    Who may not see buyers cannot find out by asking who they are.
    """
    digits = "".join(filter(str.isdecimal, q))
    number = digits if digits and not any(map(str.isalpha, q)) else ""
    buyers, reach = by.may(Permission.BUYERS_SEE), reach_of(by)
    arguments = [
        _like(number),
        _like(_local_phone(number)) if buyers and len(number) >= PHONE_DIGITS else "",
        _like(q.lower()) if buyers and len(q) >= LETTERS and not number else "",
        _like(q) if len(q) >= SKU_LETTERS else "",
        shop.pk if shop else None,
        shelf not in (None, Shelf.ARCHIVE),
        MAX_FOUND,
        *(reach["points"], reach["whole"], reach["courier"]),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, arguments)
        return [row[0] for row in cursor.fetchall()]


def _only_shop(places: Places) -> Shop | None:
    return places.shops[0] if len(places.shops) == 1 else None


def _local_phone(digits: str) -> str:
    """Without the country code, which people write as +7 and as 8."""
    return digits[1:] if len(digits) == 11 and digits[0] in "78" else digits


def _like(text: str) -> str:
    """The text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _conditions(wanted: OrderFilter) -> dict[str, Any]:
    conditions = {
        "shelf": wanted.shelf,
        "stage__in": wanted.stages or None,
        "changed_at__gte": wanted.updated_since,
        "created_at__gte": wanted.created_from,
        # Nobody approves what is not ordered yet: said to the planner, it ends a walk through the newest orders in time.
        "approved_at__gte": wanted.created_from,
        "created_at__lt": wanted.created_to,
    }
    return {name: value for name, value in conditions.items() if value is not None}


def _refused(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)


def _text(params: Mapping[str, Any], field: str) -> str:
    text = str(params.get(field) or "").strip()
    if len(text) > MAX_QUERY or "\x00" in text:
        raise _refused(
            field,
            gettext("Значение «%(field)s» не разобрать: не больше %(max_query)s знаков")
            % {"field": field, "max_query": MAX_QUERY},
        )
    return text


def _named(params: Mapping[str, Any], field: str, table: Mapping[str, T]) -> T | None:
    name = _text(params, field)
    if name and name not in table:
        raise _refused(field, gettext("Нет такого значения «%(field)s»: %(name)s") % {"field": field, "name": name})
    return table.get(name)


def _moment(params: Mapping[str, Any], field: str, *, after_day: bool = False) -> datetime | None:
    text = _text(params, field)
    if not text:
        return None
    # A plus sign of an offset arrives as a space when the caller did not escape it.
    moment = _read(parse_datetime, text.replace(" ", "+", 1) if "T" in text else text)
    day = _read(parse_date, text)
    if day is not None and day < date.max:
        day += timedelta(days=after_day)
        return datetime(day.year, day.month, day.day, tzinfo=ALMATY)
    if moment is None:
        raise _refused(
            field, gettext("«%(field)s»: ждём дату 2026-11-22 или момент 2026-11-22T09:00:00+05:00") % {"field": field}
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=ALMATY)


def _read(read: Callable[[str], D | None], text: str) -> D | None:
    try:
        return read(text)
    except ValueError:
        return None
