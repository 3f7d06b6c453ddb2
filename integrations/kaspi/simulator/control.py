"""The control door: what a test, a harness or a demo may do to the simulated Kaspi. JSON in, JSON out, but for a file."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from . import casting, export, life, scenarios, steps
from .clock import iso
from .deeds import DEEDS
from .faults import KINDS
from .http import PLAIN_JSON, Request, Response
from .render import Pen, dump
from .world import Order, World

Json = dict[str, Any]
Handler = Callable[[World, Request, str], Json | Response]


class Unknown(LookupError):
    """No such thing behind the control door."""


def answer(world: World, request: Request) -> Response:
    """Serves one request under /_control/. A bad body is answered 400 with a sentence, an unknown thing 404."""
    name, _, rest = request.path.removeprefix("/_control/").strip("/").partition("/")
    handler = ROUTES.get((request.method, name, bool(rest)))
    if handler is None:
        return _json(404, {"error": f"{request.method} /_control/{name} is unknown", "known": _known()})
    try:
        found = handler(world, request, rest)
    except ValueError as error:
        return _json(400, {"error": str(error)})
    except Unknown as error:
        return _json(404, {"error": str(error)})
    return found if isinstance(found, Response) else _json(200, found)


def _json(status: int, value: Json) -> Response:
    return Response(status, dump(value), PLAIN_JSON)


def _known() -> list[str]:
    return [f"{method} /_control/{name}{'/{code}' if deep else ''}" for method, name, deep in ROUTES]


def _body(request: Request) -> Json:
    if not request.body.strip():
        return {}
    try:
        body = request.json()
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise casting.Unfit("an object is expected")
    return body


# Orders


def make_orders(world: World, request: Request, rest: str) -> Json:
    """``{"merchant"?, "count"?, "orders"?: […]}``: the keys of an order beside `count` hold for all of them."""
    body = _body(request)
    specs, count = body.pop("orders", None), body.pop("count", None)
    if specs is None:
        if count is not None and not (isinstance(count, int) and 0 < count <= casting.MAX_ORDERS):
            raise ValueError(f"count: a number from 1 to {casting.MAX_ORDERS} is expected")
        specs = [{}] * (count or 1)
    if not isinstance(specs, list) or not all(isinstance(spec, dict) for spec in specs):
        raise ValueError("orders: a list of objects is expected")
    made = casting.new_orders(world, [body | spec for spec in specs])
    return {
        "orders": [
            {"code": order.code, "id": order.id, "merchant": order.merchant, "point": order.point} for order in made
        ],
        "codes": [order.code for order in made],
        "ids": [order.id for order in made],
    }


def _order(world: World, code: str) -> Order:
    order = world.orders.get(code)
    if order is None:
        raise Unknown(f"order {code} is unknown")
    return order


def show_order(world: World, request: Request, rest: str) -> Json:
    order = _order(world, rest)
    pen = Pen(world, f"{request.origin}/shop/api/v2")
    return {
        "code": order.code,
        "id": order.id,
        "merchant": order.merchant,
        "point": order.point,
        "state": order.state,
        "status": order.status,
        "assembled": order.assembled,
        "visible": order.visible,
        "security_code": order.security_code,
        "places": order.places,
        "plans": [{"at": iso(due), "what": what} for due, what in sorted(order.plans)],
        "attributes": pen.order_attributes(order),
        "entries": [asdict(entry) for entry in order.entries],
    }


def change_order(world: World, request: Request, rest: str) -> Json:
    """Attributes to set, or ``{"do": "<deed>"}``: see deeds.py for the names."""
    order, body = _order(world, rest), _body(request)
    deed, now = body.pop("do", None), world.clock.now()
    if deed is not None and deed not in DEEDS:
        raise ValueError(f"do: one of {', '.join(DEEDS)} is expected")
    if body:
        casting.change(order, body)
        casting.move(world, order, body)
        steps.settle(world, order, now)
    if deed is not None and not life.perform(world, order, deed, now):
        raise ValueError(f"do: {deed} is not possible from {order.state}/{order.status}")
    return show_order(world, request, rest)


def list_orders(world: World, request: Request, rest: str) -> Json:
    """Numbers of all orders, filtered by ?merchant= and ?state=."""
    query = request.query
    found = [
        {"code": order.code, "merchant": order.merchant, "state": order.state, "status": order.status}
        for order in world.orders.values()
        if query.get("merchant") in (None, order.merchant) and query.get("state") in (None, order.state)
    ]
    return {"orders": found}


# Time, faults, settings


def advance(world: World, request: Request, rest: str) -> Json:
    seconds = _body(request).get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds < 1e9:
        raise ValueError("seconds: a number from 0 up is expected")
    world.advance(int(seconds * 1000))
    life.catch_up(world)
    return _clock(world)


def _clock(world: World) -> Json:
    return {"now": iso(world.clock.now()), "now_ms": world.clock.now(), "offset_seconds": world.clock.offset / 1000}


def add_faults(world: World, request: Request, rest: str) -> Json:
    """One fault, or ``{"faults": […]}``."""
    body = _body(request)
    wanted = body.get("faults", [body])
    if not isinstance(wanted, list) or not all(isinstance(item, dict) for item in wanted):
        raise ValueError("faults: a list of objects is expected")
    added = [world.faults.add(item).as_json() for item in wanted]
    _keep_faults(world)
    return {"faults": added}


def _keep_faults(world: World) -> None:
    world.keep("faults", [fault.as_json() for fault in world.faults.rules])


def show_faults(world: World, request: Request, rest: str) -> Json:
    return {"faults": [fault.as_json() for fault in world.faults.rules], "kinds": KINDS}


def clear_faults(world: World, request: Request, rest: str) -> Json:
    cleared = len(world.faults.rules)
    world.faults.rules.clear()
    _keep_faults(world)
    return {"cleared": cleared}


def change_settings(world: World, request: Request, rest: str) -> Json:
    world.settings.change(_body(request))
    life.start(world)
    world.keep("settings", asdict(world.settings))
    return asdict(world.settings)


def show_settings(world: World, request: Request, rest: str) -> Json:
    return asdict(world.settings)


# What happened


def show_log(world: World, request: Request, rest: str) -> Json:
    """Every write, in the order of arrival; ?code=, ?status=, ?merchant= and ?since=<n> narrow it."""
    query = request.query
    since = query.get("since", "0")
    writes = world.log.select(code=query.get("code"), status=query.get("status"), merchant=query.get("merchant"))
    return {"writes": [write.as_json() for write in writes if write.n > int(since)]}


def show_state(world: World, request: Request, rest: str) -> Json:
    merchants = {
        merchant.uid: {
            "name": merchant.name,
            "points": list(merchant.points),
            "orders": len(merchant.shelves.get("", [])),
            "states": {state: len(shelf) for state, shelf in merchant.shelves.items() if state},
        }
        for merchant in world.merchants.values()
    }
    return {
        "scenario": world.scenario,
        "orders": len(world.orders),
        "writes": len(world.log.writes),
        "faults": len(world.faults.rules),
        "merchants": merchants,
    } | _clock(world)


def export_orders(world: World, request: Request, rest: str) -> Response:
    """The cabinet's order export of ?merchant=: an .xlsx of its archive of 95 days, the only place that tells marks."""
    uid = request.query.get("merchant", "")
    if not uid:
        raise ValueError("merchant: a number is expected")
    if uid not in world.merchants:
        raise Unknown(f"merchant {uid} is unknown")
    disposition = {"Content-Disposition": f'attachment; filename="orders-{uid}.xlsx"'}
    return Response(200, export.workbook(world, world.merchants[uid]), export.KIND, disposition)


# Beginning anew


def reset(world: World, request: Request, rest: str) -> Json:
    """``{"scenario"?, "merchants"?}``: a new world; with merchants and no scenario it holds nothing but them."""
    body = _body(request)
    merchants = body.get("merchants", [])
    scenario = body.get("scenario", "empty" if merchants else world.scenario)
    if scenario not in scenarios.SCENARIOS:
        raise ValueError(f"scenario: one of {', '.join(scenarios.SCENARIOS)} is expected")
    if not isinstance(merchants, list):
        raise casting.Unfit("merchants: a list of objects is expected")
    scenarios.begin(world, scenario)
    for raw in merchants:
        casting.put_merchant(world, raw)
    return show_state(world, request, rest)


def put_merchant(world: World, request: Request, rest: str) -> Json:
    merchant = casting.put_merchant(world, _body(request))
    return {"uid": merchant.uid, "name": merchant.name, "points": list(merchant.points)}


ROUTES: dict[tuple[str, str, bool], Handler] = {
    ("POST", "orders", False): make_orders,
    ("GET", "orders", False): list_orders,
    ("GET", "orders", True): show_order,
    ("POST", "orders", True): change_order,
    ("PATCH", "orders", True): change_order,
    ("POST", "advance", False): advance,
    ("POST", "faults", False): add_faults,
    ("GET", "faults", False): show_faults,
    ("DELETE", "faults", False): clear_faults,
    ("POST", "settings", False): change_settings,
    ("GET", "settings", False): show_settings,
    ("GET", "log", False): show_log,
    ("GET", "state", False): show_state,
    ("GET", "export", False): export_orders,
    ("POST", "reset", False): reset,
    ("POST", "merchants", False): put_merchant,
}
