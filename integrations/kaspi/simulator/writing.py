"""Writing: status changes, removal of items, IMEI (kaspi-api §4).

A write is first understood (`Intent`), then applied. Between both stands the place where faults lose the answer or
delay the effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import ids, importing, rules, steps
from .api import Call, own_entry, own_order
from .http import PLAIN_JSON, Request, Response
from .log import Write
from .render import Json, dump
from .rules import Wish
from .titles import invented
from .world import Entry, Order, World

CANCEL_ENTRY = "orderEntryCancelOperation"
SET_IMEI = "orderEntryImeiOperation"
PARTIAL_CANCEL = "orderPartialCancel"
PRODUCTS = "products"
Change = tuple[Entry, float, float | None]  # a line, its new quantity, its new weight
_PARTIAL_REASONS = (*rules.CANCEL_REASONS, "PRODUCT_UNDERWEIGHT")


@dataclass(slots=True)
class Intent:
    """A write that may be applied: what to do at a moment, what to answer, and whether the order changes by it."""

    do: Callable[[int], None]
    answer: Response
    changes: bool = True


def status_change(call: Call) -> Intent:
    """POST /orders: one of the six writes of §2.6."""
    data = _data(call.request, "orders")
    attributes = data.get("attributes")
    if not isinstance(attributes, dict) or not isinstance(attributes.get("status"), str):
        raise invented("body", what="data.attributes.status")
    order = own_order(call, str(data.get("id", "")))
    if attributes.get("code") not in (None, order.code):
        raise invented("code_mismatch")
    wish, status = _wish(call.request, attributes), attributes["status"]
    rules.check_write(order, status, wish)
    echo = dump(call.pen.echo(order.id, _echoed(attributes)))
    return Intent(
        do=lambda now: rules.WRITES[status].do(call.world, order, now, wish),
        answer=Response(200, echo),
        changes=not (status == steps.COMPLETED and not wish.security_code),
    )


def _wish(request: Request, attributes: dict[str, Any]) -> Wish:
    headers = request.headers
    return Wish(
        attributes,
        send_code=headers.get("x-send-code", "").strip().lower() == "true",
        security_code=headers.get("x-security-code", "").strip(),
    )


def _echoed(attributes: dict[str, Any]) -> Json:
    """What comes back (§4): a cancel shows status and reason, assembling a number, the rest code and status."""
    status = attributes["status"]
    if status == steps.CANCELLED:
        return {"status": status, "cancellationReason": attributes["cancellationReason"]}
    if status == "ASSEMBLE":
        return {"numberOfSpace": rules.places_of(Wish(attributes)), "status": status}
    return {name: attributes[name] for name in ("code", "status") if name in attributes}


def _data(request: Request, kind: str) -> dict[str, Any]:
    body = _body(request)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or data.get("type") != kind:
        raise invented("body", what=f"data.type {kind}")
    return data


def _body(request: Request) -> Any:
    try:
        return request.json()
    except ValueError:
        raise invented("body", what="JSON") from None


def _named_entry(data: dict[str, Any]) -> str:
    try:
        return str(data["relationships"]["entry"]["data"]["id"])
    except (KeyError, TypeError):
        raise invented("body", what="relationships.entry.data.id") from None


def entry_cancel(call: Call) -> Intent:
    """POST /orderEntryCancelOperation: less of a line, or none of it (q3214)."""
    data = _data(call.request, CANCEL_ENTRY)
    attributes = data.get("attributes")
    if not isinstance(attributes, dict):
        raise invented("body", what="data.attributes")
    order, entry = own_entry(call, _named_entry(data))
    _check_reason(attributes.get("reason"), rules.CANCEL_REASONS)
    left = _remains(order, entry, attributes.get("remainedQuantity"))
    shown = {"remainedWeight": entry.weight or 0.0, "remainedQuantity": left, "status": "INPROGRESS"}
    answer = call.pen.operation(
        CANCEL_ENTRY, ids.encode(f"{order.code}##{entry.number}##{call.world.clock.now()}"), shown
    )
    return Intent(lambda now: _reduce(call.world, order, [(entry, left, None)]), Response(200, dump(answer)))


def partial_cancel(call: Call) -> Intent:
    """PUT /shop/api/orderPartialCancel/{id}: new weights or quantities, 0 removes the line (q3215)."""
    order, body = own_order(call, call.id), _body(call.request)
    if not isinstance(body, list) or not body:
        raise invented("body", what="a list of entries")
    changes: list[Change] = []
    shown: list[Json] = []
    for item in body:
        changes.append(_partial_change(call, order, item))
        shown.append({"id": ids.encode(f"{order.code}##{len(shown)}##partial")} | _shown(item))
    if not any(left for _, left, _ in changes) and len(changes) == len(order.entries):
        raise invented("quantity")
    answer = Response(200, dump({"orderCancelEntries": shown, "status": "INPROGRESS"}), PLAIN_JSON)
    return Intent(lambda now: _reduce(call.world, order, changes), answer)


def _shown(item: dict[str, Any]) -> Json:
    return {name: item.get(name) for name in ("notes", "entry", "remainedQuantity", "remainedWeight")}


def _partial_change(call: Call, order: Order, item: object) -> Change:
    if not isinstance(item, dict) or not isinstance(item.get("entry"), dict):
        raise invented("body", what="entry.id")
    owner, entry = own_entry(call, str(item["entry"].get("id", "")))
    if owner is not order:
        raise invented("not_found", status=404, what="Entry")
    _check_reason(item.get("reason"), _PARTIAL_REASONS)
    _check_changeable(order)
    weight = item.get("remainedWeight")
    left = item.get("remainedQuantity", entry.quantity)
    if not _amount(left, entry.quantity) or not (weight is None or _amount(weight, 1e9)):
        raise invented("quantity")
    return entry, 0 if weight == 0 else left, weight


def _check_reason(reason: object, allowed: tuple[str, ...]) -> None:
    if reason not in allowed:
        raise invented("reason")


def _check_changeable(order: Order) -> None:
    if order.status not in (steps.APPROVED, steps.ACCEPTED) or order.courier_taken is not None:
        raise invented("transition", present=order.status, wanted="PARTIAL_CANCEL")


def _remains(order: Order, entry: Entry, wanted: object) -> float:
    _check_changeable(order)
    if not _amount(wanted, entry.quantity) or (wanted == 0 and len(order.entries) == 1):
        raise invented("quantity")
    assert isinstance(wanted, int | float)
    return wanted


def _amount(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _reduce(world: World, order: Order, changes: list[Change]) -> None:
    for entry, left, weight in changes:
        entry.quantity = left
        entry.weight = weight if weight is not None else entry.weight
    order.entries = [entry for entry in order.entries if entry.quantity > 0]
    world.touch(order)


def set_imei(call: Call) -> Intent:
    """POST /orderEntryImeiOperation: one object per device, one IMEI per SIM slot (q4026)."""
    data = _data(call.request, SET_IMEI)
    order, entry = own_entry(call, _named_entry(data))
    items = (data.get("attributes") or {}).get("items")
    imeis: list[Any] = [item.get("imei") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if not entry.needs_imei or len(imeis) != entry.quantity or not all(map(_imei_list, imeis)):
        raise invented("imei")

    def do(now: int) -> None:
        entry.imeis = imeis
        call.world.touch(order)

    answer = call.pen.operation(SET_IMEI, ids.encode(f"{order.code}##{entry.number}##imei"), {"status": "SUCCESSFUL"})
    return Intent(do, Response(200, dump(answer)))


def _imei_list(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 2 and all(isinstance(i, str) and len(i) == 15 for i in value)


def product_upload(call: Call) -> Intent:
    """POST /products/import: cards of goods (§7)."""
    items, code = importing.understood(call), importing.code_of(call)
    started = Response(200, dump({"code": code, "status": "UPLOADED"}), PLAIN_JSON)
    return Intent(do=lambda now: importing.keep(call, code, items, now), answer=started)


WRITES: dict[tuple[str, str], Callable[[Call], Intent]] = {
    ("POST", "orders"): status_change,
    ("POST", CANCEL_ENTRY): entry_cancel,
    ("POST", SET_IMEI): set_imei,
    ("PUT", PARTIAL_CANCEL): partial_cancel,
    ("POST", PRODUCTS): product_upload,
}


def record(world: World, request: Request, parts: list[str]) -> Write | None:
    """Opens the log entry of a write as it came in, whatever becomes of it; None for what is not a write."""
    if (request.method, parts[0]) not in WRITES:
        return None
    try:
        body = request.json()
    except ValueError:
        body = None
    data = _object(body, "data")
    attributes = _object(data, "attributes")
    status = str(attributes.get("status", "?")) if parts[0] == "orders" else parts[0]
    return world.log.open(
        at=world.clock.now(),
        merchant=request.headers.get("x-merchant-uid", ""),
        code=None if parts[0] == PRODUCTS else _code(parts, data),
        status=status,
        reason=_text(attributes.get("cancellationReason") or attributes.get("reason")),
        step=_step(request) if status == steps.COMPLETED else None,
    )


def _object(owner: object, name: str) -> dict[str, Any]:
    value = owner.get(name) if isinstance(owner, dict) else None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return str(value)[:200] if value is not None else None


def _code(parts: list[str], data: dict[str, Any]) -> str | None:
    """The number of the order a write is about, out of the id it names."""
    named = parts[1] if len(parts) > 1 else data.get("id")
    if not isinstance(named, str):
        named = _object(_object(_object(data, "relationships"), "entry"), "data").get("id")
    key = ids.decode(named) if isinstance(named, str) else None
    return key.partition("##")[0] if key else None


def _step(request: Request) -> str:
    return "complete" if request.headers.get("x-security-code", "").strip() else "send_code"
