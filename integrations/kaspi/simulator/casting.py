"""From the JSON of the control door to merchants and orders. Raises Unfit, with a sentence, for what it cannot take."""

from collections.abc import Callable
from typing import Any, cast

from . import cities, hours, making, people, steps, tokens
from .clock import MINUTE, SECOND
from .world import Customer, Merchant, Order, Point, World

Json = dict[str, Any]


class Unfit(ValueError):
    """What came in does not fit; the message is a sentence for the caller."""


MAX_ORDERS = 20_000

# Kaspi's attribute -> (our field, kind of value). What is not here is shown as it is given, over everything else.
_FIELDS: dict[str, tuple[str, str]] = {
    "creationDate": ("created", "moment"),
    "approvedByBankDate": ("approved", "moment"),
    "plannedDeliveryDate": ("planned", "moment"),
    "reservationDate": ("reserved", "moment"),
    "completionDate": ("completed", "moment"),
    "courierTransmissionPlanningDate": ("courier_planned", "moment"),
    "courierTransmissionDate": ("courier_taken", "moment"),
    "state": ("state", "text"),
    "status": ("status", "text"),
    "deliveryMode": ("mode", "text"),
    "paymentMode": ("payment", "text"),
    "cancellationReason": ("cancellation_reason", "text"),
    "waybillNumber": ("waybill_number", "text"),
    "phoneAlias": ("phone_alias", "text"),
    "isKaspiDelivery": ("kaspi_delivery", "flag"),
    "signatureRequired": ("signature_required", "flag"),
    "preOrder": ("pre_order", "flag"),
    "assembled": ("assembled", "flag"),
    "express": ("express", "flag"),
    "returnedToWarehouse": ("returned_to_warehouse", "flag"),
    "deliveryCost": ("delivery_cost", "money"),
    "deliveryCostForSeller": ("seller_delivery_cost", "money"),
    "creditTerm": ("credit_term", "whole"),
    "deliveryAddress": ("address", "object"),
    "recipient": ("recipient", "object"),
    "security_code": ("security_code", "text"),
}
_NEVER_NULL = frozenset(
    {
        "created", "approved", "state", "status", "mode", "payment", "kaspi_delivery", "signature_required",
        "pre_order", "assembled", "express", "returned_to_warehouse", "delivery_cost", "seller_delivery_cost",
    }
)  # fmt: skip
_KINDS: dict[str, Callable[[object], bool]] = {
    "moment": lambda value: _whole(value) and 0 <= value < 1 << 53,  # type: ignore[operator]
    "whole": lambda value: _whole(value),
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "money": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
}
_NOT_ATTRIBUTES = frozenset(
    {
        "kind",
        "merchant",
        "point",
        "code",
        "entries",
        "customer",
        "approved_minutes_ago",
        "visible_in_seconds",
        "kaspiDelivery",
        "do",
    }
)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def new_orders(world: World, specs: list[Json]) -> list[Order]:
    """Makes and publishes the described orders: all of them, or none."""
    codes = [spec["code"] for spec in specs if spec.get("code") is not None]
    if len(set(map(str, codes))) < len(codes):
        raise Unfit("code: the same one is given twice")
    made = [_order(world, spec) for spec in specs]
    now = world.clock.now()
    for order, spec in zip(made, specs, strict=True):
        visible_in = _number(spec, "visible_in_seconds", 0)
        making.publish(world, order, visible_at=now + int(visible_in * SECOND) if visible_in else None)
    return made


def _order(world: World, spec: Json) -> Order:
    merchant = world.merchant(merchant_uid(world, spec.get("merchant")))
    now = world.clock.now()
    code = _text_or_none(spec, "code")
    if code is not None and (not code or code in world.orders):
        raise Unfit(f"code: {code!r} is empty or taken")
    kind = spec.get("kind", "kaspi_delivery")
    if kind not in making.KINDS:
        raise Unfit(f"kind: one of {', '.join(making.KINDS)} is expected")
    approved = now - int(_number(spec, "approved_minutes_ago", 0) * MINUTE)
    point = _text_or_none(spec, "point") or next(iter(merchant.points), "PP1")
    order = making.order(
        world, merchant, kind=kind, point=point, approved=approved, code=code, lines=_lines(spec.get("entries"))
    )
    change(order, spec)
    if "approvedByBankDate" in spec and "creationDate" not in spec:
        order.created = order.approved - 30 * SECOND
    if spec.get("state", steps.NEW) != steps.NEW and "status" not in spec:
        order.status = steps.COMPLETED if order.state == steps.ARCHIVE else steps.ACCEPTED
    _fill_course(order, spec, now)
    _number(spec, "visible_in_seconds", 0)
    return order


def _fill_course(order: Order, spec: Json, now: int) -> None:
    """Dates that an order in such a state always has, unless they are given."""
    expects_courier = order.state == steps.KASPI and not order.pre_order
    if expects_courier and order.courier_planned is None and "courierTransmissionPlanningDate" not in spec:
        order.courier_planned = steps.courier_date(order, now)
    if order.status == steps.COMPLETED and order.completed is None and "completionDate" not in spec:
        order.completed = now


def change(order: Order, spec: Json) -> None:
    """Sets the named attributes of an order; all of them, or none."""
    flat = spec | (spec["kaspiDelivery"] if isinstance(spec.get("kaspiDelivery"), dict) else {})
    ours = [(name, *_FIELDS[name], value) for name, value in flat.items() if name in _FIELDS]
    for name, field, kind, value in ours:
        missing_is_fine = value is None and field not in _NEVER_NULL
        if not missing_is_fine and not _KINDS[kind](value):
            raise Unfit(f"{name}: {kind} is expected")
    buyer = _customer(order, spec.get("customer"))
    for _, field, _, value in ours:
        setattr(order, field, value)
    order.customer = buyer
    order.overrides |= {
        name: value for name, value in spec.items() if name not in _FIELDS and name not in _NOT_ATTRIBUTES
    }


def move(world: World, order: Order, spec: Json) -> None:
    """Gives an order other lines or another point, when they are named."""
    lines, point = _lines(spec.get("entries")), _text_or_none(spec, "point")
    merchant = world.merchant(order.merchant)
    if lines:
        order.entries = making.entries(world, merchant, lines)
    if point:
        order.point = world.point(merchant, point).code


def _customer(order: Order, raw: object) -> Customer:
    if raw is None:
        return order.customer
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise Unfit("customer: an object with firstName, lastName, cellPhone is expected")
    now = order.customer
    return Customer(
        raw.get("firstName", now.first_name), raw.get("lastName", now.last_name), raw.get("cellPhone", now.phone)
    )


def _lines(raw: object) -> list[making.Line]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not raw:
        raise Unfit("entries: a list of {sku, name, quantity, price} is expected")
    for line in raw:
        if not isinstance(line, dict) or not isinstance(line.get("sku", ""), str):
            raise Unfit("entries: {sku, name, quantity, price} is expected")
        for name in ("quantity", "price"):
            if _number(line, name, 1) <= 0:
                raise Unfit(f"entries.{name}: a number above 0 is expected")
        _number(line, "weight", 0)
        if not isinstance(line.get("unit_type", ""), str) or not isinstance(line.get("needs_imei", False), bool):
            raise Unfit("entries: unit_type is a word, needs_imei yes or no")
    return [cast(making.Line, line) for line in raw]


def _number(spec: Json, name: str, usual: float) -> float:
    value = spec.get(name, usual)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return value
    raise Unfit(f"{name}: a number from 0 up is expected")


def _text_or_none(spec: Json, name: str) -> str | None:
    value = spec.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Unfit(f"{name}: a text is expected")


def merchant_uid(world: World, raw: object) -> str:
    """The named merchant, or the first of the world."""
    if isinstance(raw, str) and raw:
        return raw
    if raw is not None:
        raise Unfit("merchant: the number of a merchant, as a text, is expected")
    if not world.merchants:
        raise Unfit("merchant: there is none yet, so its number is expected")
    return next(iter(world.merchants))


def put_merchant(world: World, raw: object) -> Merchant:
    """Makes or changes a merchant: ``{"uid", "name"?, "token"?, "points"?, "schedule"?, "revoked"?}``."""
    if not isinstance(raw, dict) or not isinstance(raw.get("uid"), str) or not raw["uid"]:
        raise Unfit("uid: the number of the merchant, as a text, is expected")
    points = [_point(item) for item in raw.get("points") or []]
    schedule = hours.schedule_of(raw["schedule"]) if raw.get("schedule") else None
    token = _text_or_none(raw, "token")
    if token is not None and not tokens.well_formed(token):
        raise Unfit("token: 44 characters, base64 of 32 bytes, are expected")
    merchant = world.merchant(raw["uid"])
    merchant.name = str(raw.get("name", merchant.name))
    if points:
        merchant.points = {point.code: point for point in points}
    if schedule is not None:
        merchant.schedule = schedule
    world.add_merchant(merchant)
    _set_token(world, merchant, token, raw.get("revoked"))
    return merchant


def _set_token(world: World, merchant: Merchant, token: str | None, revoked: object) -> None:
    if revoked not in (None, True, False):
        raise Unfit("revoked: true or false is expected")
    if token is not None and not revoked:
        world.give_token(token, merchant.uid)
    held = [token] if token is not None else [known for known, uids in world.tokens.items() if merchant.uid in uids]
    for known in held:
        if revoked is True:
            world.revoke_token(known)
        elif revoked is False:
            world.give_token(known, merchant.uid)


def _point(raw: object) -> Point:
    if isinstance(raw, str) and raw:
        return Point(raw, f"Точка {raw}")
    if not isinstance(raw, dict) or not isinstance(raw.get("code"), str):
        raise Unfit('points: "PP1" or {"code", "name", "city"} is expected')
    city = raw.get("city", "750000000")
    if city not in cities.names():
        raise Unfit(f"points.city: {city!r} is not a known KATO code")
    return Point(raw["code"], str(raw.get("name", f"Точка {raw['code']}")), city, street=people.STREETS[0])
