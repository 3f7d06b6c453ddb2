"""What the simulated Kaspi knows: merchants, points, orders, and their indexes. Times are epoch milliseconds."""

import heapq
import random
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import ids
from .clock import Clock
from .faults import Faults
from .hours import DEFAULT_SCHEDULE, Schedule
from .log import WriteLog
from .settings import Settings

_CODES_SINCE = 1_790_000_000  # 21.09.2026; numbers stay nine digits long for six years
EVERYTHING = ""  # the shelf that holds every visible order of a merchant


@dataclass(slots=True)
class Point:
    code: str
    name: str
    city: str = "750000000"
    street: str = "улица Абая"
    house: str = "52"
    latitude: float = 43.24
    longitude: float = 76.9


@dataclass(slots=True)
class Entry:
    number: int
    sku: str
    name: str
    quantity: float
    price: float
    brand: str = ""
    category: str = "Разное"
    group: str = "Other"
    product_code: str = ""
    unit_type: str = "PIECES"
    weight: float | None = None
    needs_imei: bool = False
    imeis: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    first_name: str
    last_name: str
    phone: str


@dataclass(slots=True)
class Order:
    """One order. `plans` are what Kaspi, the courier or the buyer will do by themselves: (due, what)."""

    code: str
    merchant: str
    point: str
    customer: Customer
    entries: list[Entry]
    created: int
    approved: int
    mode: str = "DELIVERY_PICKUP"
    kaspi_delivery: bool = False
    express: bool = False
    pre_order: bool = False
    signature_required: bool = False
    payment: str = "PREPAID"
    credit_term: int | None = None
    state: str = "NEW"
    status: str = "APPROVED_BY_BANK"
    planned: int | None = None
    reserved: int | None = None
    completed: int | None = None
    address: dict[str, Any] | None = None
    delivery_cost: float = 0.0
    seller_delivery_cost: float = 0.0
    assembled: bool = False
    places: int = 1
    waybill_number: str | None = None
    courier_planned: int | None = None
    courier_taken: int | None = None
    returned_to_warehouse: bool = False
    cancellation_reason: str | None = None
    recipient: dict[str, str] | None = None
    phone_alias: str | None = None
    security_code: str | None = None
    visible: bool = True
    living: bool = False
    plans: list[tuple[int, str]] = field(default_factory=list)
    overrides: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    shelf: tuple[str, int] | None = None
    drawn: dict[str, tuple[object, bytes]] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        return ids.encode(self.code)

    @property
    def total(self) -> float:
        return float(sum(entry.price * entry.quantity for entry in self.entries))


@dataclass(slots=True)
class Merchant:
    uid: str
    name: str
    points: dict[str, Point] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=lambda: DEFAULT_SCHEDULE)
    trade: float = 0.0  # share of the orders that the living world makes by itself
    shelves: dict[str, list[tuple[int, str]]] = field(default_factory=dict, repr=False)
    sold: dict[str, Entry] = field(default_factory=dict, repr=False)  # by SKU and by product code


class Keeper(Protocol):
    """Where changes are kept so that a killed simulator finds its world again (see journal.py)."""

    def keep(self, kind: str, value: object) -> None: ...

    def commit(self, world: "World") -> None: ...


class World:
    """The store. Rules live elsewhere; this class only remembers, finds and tells its keeper."""

    def __init__(self, *, scenario: str = "empty", clock: Clock | None = None, seed: int = 1) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.keeper: Keeper | None = None
        self.last_code = 0
        self.settings = Settings()
        self.clear(scenario)

    def clear(self, scenario: str) -> None:
        """A world with nobody in it, at the real hour."""
        self.scenario = scenario
        self.clock.offset = 0
        self.rng = random.Random(self.seed)
        self.settings = Settings(strict=self.settings.strict)  # how it was started outlives a reset
        self.merchants: dict[str, Merchant] = {}
        self.tokens: dict[str, list[str]] = {}
        self.revoked: set[str] = set()
        self.orders: dict[str, Order] = {}
        self.log = WriteLog()
        self.faults = Faults()
        self.agenda: list[tuple[int, int, str, str]] = []
        # Numbers follow the hour and never repeat, not even over a reset or a restart without a state: a shop that has
        # seen an order must not meet another one under its number.
        self.last_code = max(self.last_code, 200_000_000 + 4 * max(0, self.clock.now() // 1000 - _CODES_SINCE))
        self.uploads: dict[str, dict[str, Any]] = {}  # product imports: see importing.py
        self._turn = 0
        self._deferred: dict[str, Callable[[int], None]] = {}
        self.keep("cleared", scenario)

    def commit(self) -> None:
        """What was kept since the last time lasts from here on. Called before an answer leaves."""
        if self.keeper is not None:
            self.keeper.commit(self)

    def keep(self, kind: str, value: object) -> None:
        if self.keeper is not None:
            self.keeper.keep(kind, value)

    def advance(self, milliseconds: int) -> None:
        self.clock.advance(milliseconds)
        self.keep("offset", self.clock.offset)

    # Merchants and tokens

    def add_merchant(self, merchant: Merchant) -> Merchant:
        self.merchants[merchant.uid] = merchant
        self.keep("merchant", merchant)
        return merchant

    def merchant(self, uid: str) -> Merchant:
        """The merchant of that number, made empty when unknown: a harness brings its own numbers."""
        known = self.merchants.get(uid)
        return known or self.add_merchant(Merchant(uid, f"Магазин {uid}", {"PP1": Point("PP1", "Склад Абая 52")}))

    def point(self, merchant: Merchant, code: str) -> Point:
        if code not in merchant.points:
            merchant.points[code] = Point(code, f"Точка {code}")
            self.keep("merchant", merchant)
        return merchant.points[code]

    def give_token(self, token: str, uid: str) -> None:
        held = self.tokens.setdefault(token, [])
        if uid not in held:
            held.append(uid)
        self.revoked.discard(token)
        self.keep_tokens()

    def revoke_token(self, token: str) -> None:
        self.revoked.add(token)
        self.keep_tokens()

    def keep_tokens(self) -> None:
        self.keep("tokens", {"held": self.tokens, "revoked": sorted(self.revoked)})

    # Orders

    def next_code(self) -> str:
        self.last_code += self.rng.randint(1, max(1, int(self.settings.code_gap)))
        return str(self.last_code)

    def add(self, order: Order) -> Order:
        self.orders[order.code] = order
        if order.code.isdigit() and len(order.code) <= 10:
            self.last_code = max(self.last_code, int(order.code))
        sold = self.merchant(order.merchant).sold
        for entry in order.entries:
            sold.setdefault(entry.sku, entry)
            sold.setdefault(entry.product_code, entry)
        self.touch(order)
        for due, what in order.plans:
            self.remind(due, order.code, what)
        return order

    def touch(self, order: Order) -> None:
        """After any change of an order: new version, right shelf, kept."""
        order.version += 1
        order.drawn.clear()
        self._shelve(order)
        self.keep("order", order)

    def find(self, identifier: str) -> Order | None:
        """A visible order by Kaspi's id (not by its number: kaspi-api §1.4)."""
        code = ids.decode(identifier)
        return self.by_code(code) if code else None

    def by_code(self, code: str) -> Order | None:
        order = self.orders.get(code)
        return order if order is not None and order.visible else None

    def _shelve(self, order: Order) -> None:
        place = (order.state, order.created) if order.visible else None
        if place == order.shelf:
            return
        shelves = self.merchant(order.merchant).shelves
        if order.shelf is not None:
            for name in (order.shelf[0], EVERYTHING):
                row = (order.shelf[1], order.code)
                shelf = shelves[name]
                del shelf[bisect_left(shelf, row)]
        if place is not None:
            for name in (place[0], EVERYTHING):
                insort(shelves.setdefault(name, []), (place[1], order.code))
        order.shelf = place

    def window(self, merchant: Merchant, state: str, *, start: int, end: int) -> "Window":
        """Orders of one state made in [start, end], by creation date and number: a stable order."""
        shelf = merchant.shelves.get(state, [])
        return Window(self, shelf, bisect_left(shelf, (start, "")), bisect_right(shelf, (end, "\uffff")))

    # Agenda

    def remind(self, due: int, code: str, what: str) -> None:
        self._turn += 1
        heapq.heappush(self.agenda, (due, self._turn, code, what))

    def later(self, due: int, do: Callable[[int], None]) -> None:
        """Does something at a virtual moment. Not kept over a restart."""
        name = f"later {self._turn}"
        self._deferred[name] = do
        self.remind(due, "", name)

    def expects(self, what: str) -> bool:
        """Whether something of the whole world, not of one order, is on the agenda."""
        return any(named == what for _, _, code, named in self.agenda if not code)

    def take_deferred(self, name: str) -> Callable[[int], None] | None:
        return self._deferred.pop(name, None)

    def due(self, now: int) -> Iterator[tuple[int, str, str]]:
        """Everything whose hour has come, oldest first; what these events plan themselves is seen as well."""
        while self.agenda and self.agenda[0][0] <= now:
            due, _, code, what = heapq.heappop(self.agenda)
            yield due, code, what


@dataclass(slots=True)
class Window:
    """A slice of a shelf that counts without reading."""

    world: World
    shelf: list[tuple[int, str]]
    low: int
    high: int

    def __len__(self) -> int:
        return max(0, self.high - self.low)

    def page(self, start: int, size: int) -> list[Order]:
        low = min(self.low + start, self.high)
        return [self.world.orders[code] for _, code in self.shelf[low : min(low + size, self.high)]]

    def __iter__(self) -> Iterator[Order]:
        return (self.world.orders[code] for _, code in self.shelf[self.low : self.high])
