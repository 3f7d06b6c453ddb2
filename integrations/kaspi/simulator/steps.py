"""The steps an order takes, and Kaspi's plans for it (kaspi-api §2.5, §5). Who may take a step: rules.py, deeds.py.

Independent of the product on purpose: nothing here is shared with it, so that both cannot err together.
"""

from . import fates, hours
from .clock import DAY, HOUR, MINUTE, SECOND, local, to_ms
from .world import Order, World

APPROVED, ACCEPTED, COMPLETED, CANCELLED = ("APPROVED_BY_BANK", "ACCEPTED_BY_MERCHANT", "COMPLETED", "CANCELLED")
CANCELLING, RETURN_REQUESTED = "CANCELLING", "KASPI_DELIVERY_RETURN_REQUESTED"
RETURN_ACCEPTED, RETURNED = "RETURN_ACCEPTED_BY_MERCHANT", "RETURNED"
NEW, SIGN, PICKUP, DELIVERY, KASPI, ARCHIVE = (
    "NEW",
    "SIGN_REQUIRED",
    "PICKUP",
    "DELIVERY",
    "KASPI_DELIVERY",
    "ARCHIVE",
)

ACCEPT_MINUTES = 180
EXPRESS_MINUTES = 60


# Deadlines


def acceptance_deadline(world: World, order: Order) -> int:
    """Three working hours of the shop; Express has sixty minutes of wall clock (kaspi-api §5)."""
    if order.express:
        return order.approved + EXPRESS_MINUTES * MINUTE
    return hours.after(order.approved, ACCEPT_MINUTES, world.merchant(order.merchant).schedule)


def courier_date(order: Order, now: int) -> int:
    """When the courier is due: 20:00 of the day, of the next day after 17:00 (§1.7 sample, §5 slots)."""
    if order.express:
        return now + HOUR
    evening = to_ms(local(now).replace(hour=20, minute=0, second=0, microsecond=0))
    return evening if now <= evening - 3 * HOUR else evening + DAY


Plan = tuple[int, str]


def plans(world: World, order: Order, now: int) -> list[Plan]:
    """What will happen by itself to an order where it stands: Kaspi's plans, and its fate in the living world."""
    fate = fates.of(world, order, now) if order.living and world.settings.living else []
    return kaspi_plans(world, order, now) + fate


def kaspi_plans(world: World, order: Order, now: int) -> list[Plan]:
    """Kaspi's own deadlines and couriers, which hold in every scenario."""
    if order.status == APPROVED and order.state == NEW:
        # An order that is late already when it is made still gets its grace, so that a shop can see it at all.
        limit = max(acceptance_deadline(world, order), now)
        return [(limit + _grace(world), "expires")]
    if order.status == ACCEPTED:
        return _accepted_plans(world, order, now)
    return []


def _grace(world: World) -> int:
    return int(world.settings.expiry_grace_seconds * SECOND)


def _accepted_plans(world: World, order: Order, now: int) -> list[Plan]:
    three_days = hours.end_of_working_day(now, 3, world.merchant(order.merchant).schedule)
    if order.state == SIGN:
        return [(three_days, "signature_expires")]
    if order.pre_order:
        return [((order.reserved or order.approved + 30 * DAY) + _grace(world), "pre_order_expires")]
    if order.state == PICKUP:
        return [(three_days, "pickup_expires")]
    if order.state == DELIVERY:
        return [(max(order.planned or three_days, now) + _grace(world), "delivery_expires")]
    if order.courier_taken is not None:
        return [(delivery_date(order, order.courier_taken), "delivered")]
    return [(courier_arrival(world, order, now), "courier_collects")] if order.assembled else []


def courier_arrival(world: World, order: Order, now: int) -> int:
    """At the planned hour, or half an hour after a late packing; in the living world earlier or late."""
    punctual = max(order.courier_planned or now, now + 30 * MINUTE)
    return max(now + 10 * MINUTE, punctual + fates.courier_shift(world)) if order.living else punctual


def delivery_date(order: Order, taken: int) -> int:
    if order.express:
        return taken + 50 * MINUTE
    return taken + (DAY if order.mode == "DELIVERY_LOCAL" else 2 * DAY)


def plan(world: World, order: Order, due: int, what: str) -> None:
    order.plans.append((due, what))
    world.remind(due, order.code, what)


def replan(world: World, order: Order, now: int) -> None:
    """Forgets what was planned for the order and plans anew from where it stands."""
    order.plans.clear()
    for due, what in plans(world, order, now):
        plan(world, order, due, what)


# Steps: each changes the order and leaves it consistent.


def accept(world: World, order: Order, now: int) -> None:
    order.status = ACCEPTED
    order.state = SIGN if order.signature_required else home(order)
    if order.state == KASPI and not order.pre_order:
        order.courier_planned = courier_date(order, now)
    settle(world, order, now)


def home(order: Order) -> str:
    if order.kaspi_delivery:
        return KASPI
    return PICKUP if order.mode in ("DELIVERY_PICKUP", "DELIVERY_REGIONAL_PICKUP") else DELIVERY


def settle(world: World, order: Order, now: int) -> None:
    replan(world, order, now)
    world.touch(order)


def sign(world: World, order: Order, now: int) -> None:
    order.state = home(order)
    settle(world, order, now)


def cancel(world: World, order: Order, now: int, *, reason: str) -> None:
    order.state, order.status, order.cancellation_reason = ARCHIVE, CANCELLED, reason
    settle(world, order, now)


def complete(world: World, order: Order, now: int) -> None:
    order.state, order.status, order.completed = ARCHIVE, COMPLETED, now
    settle(world, order, now)


def assemble(world: World, order: Order, now: int, *, places: int = 1) -> None:
    order.assembled, order.places = True, places
    replan(world, order, now)
    plan(world, order, now + int(world.settings.waybill_seconds * SECOND), "waybill_made")
    world.touch(order)


def arrive(world: World, order: Order, now: int) -> None:
    """The goods of a pre-order came: the normal path begins. That `preOrder` turns false is our inference (§2.4)."""
    order.pre_order = False
    if order.state == KASPI:
        order.courier_planned = courier_date(order, now)
    settle(world, order, now)


def come_back(world: World, order: Order, now: int) -> None:
    """Goods are in the shop again: a cancelled parcel is closed, a return waits for its decision."""
    if order.status == CANCELLING:
        order.returned_to_warehouse = True
        cancel(world, order, now, reason=order.cancellation_reason or "BUYER_CANCELLATION_BY_COURIER")
        return
    order.status, order.returned_to_warehouse = RETURN_ACCEPTED, True
    settle(world, order, now)
    plan(world, order, now + DAY, "return_decided")
    world.touch(order)


def take(world: World, order: Order, now: int) -> None:
    order.courier_taken = now
    order.seller_delivery_cost = seller_delivery_cost(order)
    settle(world, order, now)


def seller_delivery_cost(order: Order) -> float:
    """First weight band of the tariff of 2026 with 16 % VAT, whole tenge (kaspi-api §9)."""
    city = order.mode == "DELIVERY_LOCAL"
    bands = ((1_000, 57, 57), (3_000, 173, 173), (5_000, 231, 231), (10_000, 811, 927))
    for limit, near, far in bands:
        if order.total < limit:
            return float(near if city else far)
    return 1275.0 if city else 1507.0


def turn_back(world: World, order: Order, now: int, *, reason: str) -> None:
    order.status, order.cancellation_reason = CANCELLING, reason
    settle(world, order, now)
    plan(world, order, now + 2 * DAY, "goods_came_back")
    plan(world, order, now + (3 if order.living else 30) * DAY, "scanned_back")
    world.touch(order)


def ask_return(world: World, order: Order, now: int) -> None:
    order.state, order.status = KASPI, RETURN_REQUESTED
    settle(world, order, now)
    plan(world, order, now + 2 * DAY, "goods_came_back")
    plan(world, order, now + (3 if order.living else 30) * DAY, "scanned_back")
    world.touch(order)
