"""Reading: the GET side of the shop API (kaspi-api §1.8, §2.1, §3)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from . import cities, ids, titles
from .clock import DAY
from .http import Request, Response
from .render import Pen, dump
from .steps import ARCHIVE, DELIVERY, KASPI, NEW, PICKUP, SIGN
from .titles import Rejected, invented
from .world import EVERYTHING, Entry, Merchant, Order, World

WINDOW = 14 * DAY
MAX_SIZE = 100
STATES = (NEW, SIGN, PICKUP, DELIVERY, KASPI, ARCHIVE)
_FOREVER = 1 << 53


@dataclass(slots=True)
class Call:
    """A request of a known merchant, its path cut into parts after the family's base."""

    world: World
    merchant: Merchant
    request: Request
    parts: Sequence[str]
    pen: Pen
    lie: str | None = None  # a fault of listing: see mischief.py

    @property
    def id(self) -> str:
        return self.parts[1]


Handler = Callable[[Call], Response]


def order_list(call: Call) -> Response:
    query = call.request.query
    code = query.get("filter[orders][code]")
    if code is not None:
        found = call.world.by_code(code)
        orders = [found] if found is not None and found.merchant == call.merchant.uid else []
        return _page(call, orders, total=len(orders), size=max(1, len(orders)))
    start, end = _dates(call)
    number, size = _paging(call)
    window = call.world.window(call.merchant, _state(query), start=start, end=end)
    filters = _filters(query)
    if not filters:
        return _lying_page(call, len(window), window.page, number, size)
    matching = [order for order in window if all(fits(order) for fits in filters)]
    return _lying_page(call, len(matching), lambda low, count: matching[low : low + count], number, size)


def _lying_page(call: Call, total: int, cut: Callable[[int, int], Sequence[Order]], number: int, size: int) -> Response:
    """The asked page, or what the listing fault `call.lie` makes of it (reliability §3 row 23)."""
    shown, start, pages = total, number * size, -(-total // size)
    if call.lie == "page_shift" and number > 0:
        start += 1
    elif call.lie == "duplicate_page":
        start = max(0, number - 1) * size
    elif call.lie == "endless_pages":
        shown, start = (total + (number + 1) * size, min(number, max(0, pages - 1)) * size)
    elif call.lie == "total_lies":
        shown = total + 37
    orders = cut(start, size)
    if call.lie == "empty_last_page" and number >= pages - 1:
        orders, shown = [], max(shown, 1)
    return _page(call, orders, total=shown, size=size)


def _page(call: Call, orders: Iterable[Order], *, total: int, size: int) -> Response:
    orders = list(orders)
    # An included resource is linked from its owner (JSON:API "full linkage"); kaspi-api §2.2: "sometimes data[]".
    linked = "entries" in _includes(call)
    data = b",".join(call.pen.order(order, linked=linked) for order in orders)
    meta = b'{"pageCount":%d,"totalCount":%d}' % (-(-total // size), total)
    body = b'{"data":[' + data + b'],"included":[' + _included(call, orders) + b'],"meta":' + meta + b"}"
    return Response(200, body)


def _included(call: Call, orders: Sequence[Order]) -> bytes:
    names = _includes(call)
    drawn = [call.pen.customer(order) for order in orders] if "user" in names else []
    drawn += [call.pen.entries(order) for order in orders] if "entries" in names else []
    return b",".join(dict.fromkeys(drawn))


def _includes(call: Call) -> set[str]:
    return {name.strip() for name in call.request.query.get("include[orders]", "").split(",")}


def _state(query: dict[str, str]) -> str:
    state = query.get("filter[orders][state]", EVERYTHING)
    if state and state not in STATES:
        raise invented("filter", what="state")
    return state


def _dates(call: Call) -> tuple[int, int]:
    query, strict = call.request.query, call.world.settings.strict
    edge = "filter[orders][creationDate][$%s]"
    start, end = _moment(query, edge % "ge"), _moment(query, edge % "le")
    above, below = _moment(query, edge % "gt"), _moment(query, edge % "lt")
    start = start if start is not None else above + 1 if above is not None else None
    end = end if end is not None else below - 1 if below is not None else None
    if start is None and strict:
        raise Rejected(titles.NO_START_DATE)
    first = start or 0
    last = end if end is not None else call.world.clock.now()
    if strict and last - first > WINDOW:
        raise invented("window")
    return first, min(last, _FOREVER)


def _moment(query: dict[str, str], name: str) -> int | None:
    return _number(query[name], "creationDate") if query.get(name) else None


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise invented("filter", what=what)
    return int(text)


def _paging(call: Call) -> tuple[int, int]:
    query, strict = call.request.query, call.world.settings.strict
    if strict and not query.get("page[number]"):
        raise Rejected(titles.NO_PAGE_NUMBER)
    if strict and not query.get("page[size]"):
        raise Rejected(titles.NO_PAGE_SIZE)
    number, size = (_number(query.get("page[number]") or "0", "page"), _number(query.get("page[size]") or "20", "page"))
    if strict and not 1 <= size <= MAX_SIZE:
        raise invented("size")
    return number, max(1, min(size, MAX_SIZE))


def _filters(query: dict[str, str]) -> list[Callable[[Order], bool]]:
    filters: list[Callable[[Order], bool]] = []
    status = query.get("filter[orders][status]")
    if status:
        filters.append(lambda order: order.status == status)
    delivery = query.get("filter[orders][deliveryType]")
    if delivery:
        filters.append(lambda order: delivery in (_delivery_type(order), order.mode))
    signature = query.get("filter[orders][signatureRequired]")
    if signature:
        filters.append(lambda order: order.signature_required == (signature.lower() == "true"))
    return filters


def _delivery_type(order: Order) -> str:
    if order.kaspi_delivery:
        return "KASPI_DELIVERY"
    return "PICKUP" if order.mode in ("DELIVERY_PICKUP", "DELIVERY_REGIONAL_PICKUP") else "DELIVERY"


def own_order(call: Call, identifier: str) -> Order:
    order = call.world.find(identifier)
    if order is None or order.merchant != call.merchant.uid:
        raise invented("not_found", status=404, what="Order")
    return order


def own_entry(call: Call, identifier: str) -> tuple[Order, Entry]:
    """The order and its line behind an entry's id. Raises Rejected 404."""
    code, _, number = (ids.decode(identifier) or "").partition("##")
    order = call.world.by_code(code)
    if order is not None and order.merchant == call.merchant.uid:
        for entry in order.entries:
            if str(entry.number) == number:
                return order, entry
    raise invented("not_found", status=404, what="Entry")


def one(resource: object) -> Response:
    return Response(200, dump({"data": resource, "included": []}))


def one_order(call: Call) -> Response:
    return _drawn(call.pen.order(own_order(call, call.id)))


def _drawn(data: bytes) -> Response:
    return Response(200, b'{"data":' + data + b',"included":[]}')


def order_entries(call: Call) -> Response:
    return _drawn(b"[" + call.pen.entries(own_order(call, call.id)) + b"]")


def order_user(call: Call) -> Response:
    return _drawn(call.pen.customer(own_order(call, call.id)))


def order_imei(call: Call) -> Response:
    order = own_order(call, call.id)
    entries = [
        {
            "entryNumber": entry.number,
            "masterProductCode": entry.product_code,
            "items": [{"itemNumber": number, "imei": imei} for number, imei in enumerate(entry.imeis, 1)],
        }
        for entry in order.entries
        if entry.imeis
    ]
    return one({"id": order.code, "type": "orderimeis", "attributes": {"entries": entries}})


def one_entry(call: Call) -> Response:
    return one(call.pen.entry(*own_entry(call, call.id)))


def entry_product(call: Call) -> Response:
    return one(call.pen.master_product(call.merchant, own_entry(call, call.id)[1]))


def entry_point(call: Call) -> Response:
    order, _ = own_entry(call, call.id)
    return one(call.pen.point(call.merchant, call.merchant.points[order.point]))


def _sold(call: Call, key: str | None, what: str) -> Entry:
    entry = call.merchant.sold.get(key or "")
    if entry is None:
        raise invented("not_found", status=404, what=what)
    return entry


def master_product(call: Call) -> Response:
    return one(call.pen.master_product(call.merchant, _sold(call, ids.decode(call.id), "Product")))


def merchant_product_of(call: Call) -> Response:
    return one(call.pen.merchant_product(call.merchant, _sold(call, ids.decode(call.id), "Product")))


def merchant_product(call: Call) -> Response:
    owner, _, sku = (ids.decode(call.id) or "").partition("##")
    return one(
        call.pen.merchant_product(call.merchant, _sold(call, sku if owner == call.merchant.uid else None, "Product"))
    )


def point(call: Call) -> Response:
    owner, _, code = (ids.decode(call.id) or "").rpartition("_")
    known = call.merchant.points.get(code)
    if owner != call.merchant.uid or known is None:
        raise invented("not_found", status=404, what="Point of service")
    if len(call.parts) == 3:
        return one(call.pen.city(known.city))
    return one(call.pen.point(call.merchant, known))


def city_list(call: Call) -> Response:
    """All towns at once, or a page of them when a size is asked for."""
    codes = list(cities.names())
    size = _number(call.request.query.get("page[size]") or str(len(codes)), "page") or len(codes)
    number = _number(call.request.query.get("page[number]") or "0", "page")
    shown = [call.pen.city(code) for code in islice(codes, number * size, (number + 1) * size)]
    meta = {"pageCount": -(-len(codes) // size), "totalCount": len(codes)}
    return Response(200, dump({"data": shown, "included": [], "meta": meta}))


def city(call: Call) -> Response:
    code = ids.decode(call.id) or ""
    if code not in cities.names():
        raise invented("not_found", status=404, what="City")
    return one(call.pen.city(code))


def no_collection(call: Call) -> Response:
    """There is no list of goods by token (§3): 404 in JSON."""
    raise invented("not_found", status=404, what="Resource")


# (first part, number of parts, last part when there are three) -> handler
ROUTES: dict[tuple[str, int, str], Handler] = {
    ("orders", 1, ""): order_list,
    ("orders", 2, ""): one_order,
    ("orders", 3, "entries"): order_entries,
    ("orders", 3, "user"): order_user,
    ("orders", 3, "imei"): order_imei,
    ("orderentries", 2, ""): one_entry,
    ("orderentries", 3, "product"): entry_product,
    ("orderentries", 3, "deliveryPointOfService"): entry_point,
    ("masterproducts", 1, ""): no_collection,
    ("masterproducts", 2, ""): master_product,
    ("masterproducts", 3, "merchantProduct"): merchant_product_of,
    ("merchantproducts", 1, ""): no_collection,
    ("merchantproducts", 2, ""): merchant_product,
    ("pointofservices", 2, ""): point,
    ("pointofservices", 3, "city"): point,
    ("cities", 1, ""): city_list,
    ("cities", 2, ""): city,
}
