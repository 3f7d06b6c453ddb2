"""A line of a breakdown as a filter of the orders behind the number: read from the address, applied in SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from orders.models import Order, OrderEntry
from quality.attribution import reading
from quality.attribution.fault import Cause
from quality.attribution.reading import Dimension, Key, Number
from quality.attribution.rules import Answerer, Why
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.models import Member, Shop
from staff.places import Places

# How the address says «without a point», «without a SKU».
NONE: Final = "-"
LONGEST: Final = 256
PARAMETERS: Final[Mapping[Dimension, str]] = {
    Dimension.POINT: "point",
    Dimension.MEMBER: "member",
    Dimension.SKU: "sku",
    Dimension.CATEGORY: "category",
    Dimension.HOUR: "hour",
    Dimension.REASON: "cause",
}
NAMES: Final = tuple(PARAMETERS.values())
WHYS: Final = frozenset(why.value for why in Why)
CAUSES: Final = frozenset(cause.value for cause in Cause)


@dataclass(frozen=True, slots=True)
class BehindFilter:
    """Lines that the orders must belong to, all of them. `params` are the words of the address that said so."""

    keys: Mapping[Dimension, frozenset[Key]]
    params: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.keys)


def parse(params: Mapping[str, str], *, places: Places, shop: Shop | None) -> BehindFilter:
    """The filter that an address names. Raises Refused (400) for nonsense, NotVisible for a foreign point or person."""
    said = {name: text for name in NAMES if (text := params.get(name, ""))}
    for name, text in said.items():
        if len(text) > LONGEST or "\x00" in text:
            raise Refused(
                "bad_value", gettext("Значение «%(field)s» не разобрать") % {"field": name}, status=400, field=name
            )
    keys = {
        dimension: _READ[dimension](said[name], places, shop) for dimension, name in PARAMETERS.items() if name in said
    }
    return BehindFilter(keys, said)


def narrow(number: Number, asked: BehindFilter, *, seen_by: Actor, places: Places) -> "QuerySet[Order]":
    """Of the candidates of a number those of these lines.

    A point and a SKU are conditions, and keep what looks like the number and is not in it; of the other dimensions those
    orders come that stand in the number, for only these have somebody who answers and a rule that says so.
    """
    orders = number.candidates(seen_by)
    for dimension, keys in asked.keys.items():
        condition = _CONDITIONS.get(dimension)
        if condition is None:
            found = reading.units(number, seen_by=seen_by).found
            split = reading.parts(found, dimension, places=places)
            orders = orders.filter(pk__in=[unit.order_id for unit, parts in split if keys & parts.keys()])
        else:
            orders = orders.filter(condition(keys))
    return orders


def _point_condition(keys: frozenset[Key]) -> Q:
    without = Q(point_id=None) if None in keys else Q()
    return without | Q(point_id__in=[key for key in keys if key is not None])


def _sku_condition(keys: frozenset[Key]) -> Q:
    lines = OrderEntry.objects.filter(order_id=OuterRef("pk"), sku__in=keys)
    return Q(first_sku__in=keys) | Q(Exists(lines))


_CONDITIONS: Mapping[Dimension, Callable[[frozenset[Key]], Q]] = {
    Dimension.POINT: _point_condition,
    Dimension.SKU: _sku_condition,
}


def _point(text: str, places: Places, shop: Shop | None) -> frozenset[Key]:
    if text == NONE:
        return frozenset({None})
    return frozenset(point.pk for point in places.points_by_code(text, shop=shop))


def _member(text: str, places: Places, shop: Shop | None) -> frozenset[Key]:
    """A person by his public id, under either rule by which persons answer; or the rule by which nobody does."""
    if text in WHYS:
        return frozenset({Answerer(Why(text))})
    try:
        found = Member.objects.filter(public_id=UUID(text)).values_list("pk", flat=True).first()
    except ValueError:
        raise Refused("bad_value", gettext("Нет такого сотрудника"), status=400, field="member") from None
    if found is None:
        raise NotVisible(text)
    return frozenset({Answerer(Why.ON_SHIFT, found), Answerer(Why.COURIER, found)})


def _text(text: str, places: Places, shop: Shop | None) -> frozenset[Key]:
    return frozenset({"" if text == NONE else text})


def _hour(text: str, places: Places, shop: Shop | None) -> frozenset[Key]:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < 24):
        raise Refused("bad_value", gettext("Час: от 0 до 23"), status=400, field="hour")
    return frozenset({int(text)})


def _cause(text: str, places: Places, shop: Shop | None) -> frozenset[Key]:
    if text not in CAUSES:
        raise Refused("bad_value", gettext("Нет такой причины"), status=400, field="cause")
    return frozenset({Cause(text)})


_READ: Mapping[Dimension, Callable[[str, Places, Shop | None], frozenset[Key]]] = {
    Dimension.POINT: _point,
    Dimension.MEMBER: _member,
    Dimension.SKU: _text,
    Dimension.CATEGORY: _text,
    Dimension.HOUR: _hour,
    Dimension.REASON: _cause,
}
