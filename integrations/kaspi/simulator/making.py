"""How an order comes to be: the seven kinds a shop meets, filled with goods and buyers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from . import cities, goods, people, steps
from .clock import DAY, SECOND, local, to_ms
from .world import Entry, Merchant, Order, World


@dataclass(frozen=True, slots=True)
class Kind:
    """How the goods reach the buyer (kaspi-api §2.3)."""

    mode: str
    kaspi_delivery: bool = False
    express: bool = False
    pre_order: bool = False
    signature: bool = False


KINDS = {
    "pickup": Kind("DELIVERY_PICKUP"),
    "own_delivery": Kind("DELIVERY_LOCAL"),
    "kaspi_delivery": Kind("DELIVERY_REGIONAL_TODOOR", kaspi_delivery=True),
    "postomat": Kind("DELIVERY_PICKUP", kaspi_delivery=True),
    "express": Kind("DELIVERY_LOCAL", kaspi_delivery=True, express=True),
    "pre_order": Kind("DELIVERY_REGIONAL_TODOOR", kaspi_delivery=True, pre_order=True),
    "signature": Kind("DELIVERY_PICKUP", signature=True),
}
_CREDIT_TERMS = (3, 6, 12, 24)
_TOWN_WEIGHTS = tuple(range(len(people.TOWNS), 0, -1))


class Line(TypedDict, total=False):
    """An ordered line as the control door takes it; anything left out comes from the goods."""

    sku: str
    name: str
    quantity: float
    price: float
    unit_type: str
    weight: float
    needs_imei: bool


def order(
    world: World,
    merchant: Merchant,
    *,
    kind: str,
    point: str,
    approved: int,
    code: str | None = None,
    lines: Sequence[Line] = (),
) -> Order:
    """A new order, not yet added to the world: change what you like, then `publish` it."""
    rng, way = world.rng, KINDS[kind]
    home = cities.name_of(world.point(merchant, point).city)
    credit = way.signature or rng.random() < 0.45
    made = Order(
        code=code or world.next_code(),
        merchant=merchant.uid,
        point=point,
        customer=people.customer(rng),
        entries=entries(world, merchant, lines),
        created=approved - rng.randint(8, 90) * SECOND - rng.randint(0, 999),
        approved=approved,
        mode=way.mode,
        kaspi_delivery=way.kaspi_delivery,
        express=way.express,
        pre_order=way.pre_order,
        signature_required=way.signature,
        payment="PAY_WITH_CREDIT" if credit else "PREPAID",
        credit_term=rng.choice(_CREDIT_TERMS) if credit else None,
        reserved=end_of_day(approved + 7 * DAY) if way.pre_order else None,
    )
    _route(world, made, kind, home)
    return made


def _route(world: World, made: Order, kind: str, home: str) -> None:
    rng = world.rng
    if kind == "own_delivery":
        made.address = people.address(rng, home)
        made.delivery_cost = 0.0 if made.total >= 5_000 else 995.0
        made.planned = end_of_day(made.approved + DAY)
        made.phone_alias = (
            f"+ 7 (727) 555-{rng.randrange(100):02d}-{rng.randrange(100):02d},{rng.randrange(10**9, 10**10)}"
        )
    elif made.kaspi_delivery:
        town = home if made.express else rng.choices(people.TOWNS, _TOWN_WEIGHTS)[0]
        if made.mode == "DELIVERY_REGIONAL_TODOOR" and town == home:
            made.mode = "DELIVERY_LOCAL"
        made.address = people.town_only(town)
        days = 7 if made.pre_order else 0 if made.express else 1 if town == home else 3
        made.planned = end_of_day(made.approved + days * DAY)


def end_of_day(moment: int) -> int:
    """A promised date is the end of its Almaty day with odd milliseconds (kaspi-api §1.7)."""
    return to_ms(local(moment).replace(hour=23, minute=59, second=59, microsecond=999_000))


def entries(world: World, merchant: Merchant, lines: Sequence[Line]) -> list[Entry]:
    """Entries for the given lines, or one to three random goods (capabilities §5: 1.1–1.3 lines an order)."""
    rng = world.rng
    if not lines:
        count = rng.choices((1, 2, 3), (84, 13, 3))[0]
        picked = rng.sample(goods.goods_of(merchant.uid), count)
        lines = [{"sku": good.sku, "quantity": rng.choices((1, 2, 3), (90, 8, 2))[0]} for good in picked]
    return [_entry(number, line) for number, line in enumerate(lines)]


def _entry(number: int, line: Line) -> Entry:
    sku = line.get("sku", "A100")
    good = goods.BY_SKU.get(sku)
    shown: dict[str, Any] = {
        "name": line.get("name") or (good.name if good else f"Товар {sku}"),
        "price": float(line.get("price") or (good.price if good else 9_990)),
        "product_code": good.product_code if good else goods.product_code(sku),
    }
    if good:
        shown |= {"brand": good.brand, "category": good.category, "group": good.group, "needs_imei": good.needs_imei}
    for own in ("unit_type", "weight", "needs_imei"):
        if own in line:
            shown[own] = line[own]
    return Entry(number, sku, quantity=line.get("quantity", 1), **shown)


def publish(world: World, made: Order, *, visible_at: int | None = None) -> Order:
    """Puts an order into the world with what will happen to it; one with `visible_at` ahead shows itself only then."""
    now = world.clock.now()
    if visible_at is not None and visible_at > now:
        made.visible = False
        made.plans.append((visible_at, "appears"))
    made.plans += steps.plans(world, made, max(now, made.approved, visible_at or 0))
    return world.add(made)
