"""Ninety-five days of a shop's past, and shelves that are full whatever the hour.

Every past order walks its own timeline; where it reaches beyond now, the order is still open: parcels under way and
orders that wait for their buyers come from here.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from . import deeds, hours, life, making, steps
from .clock import DAY, HOUR, MINUTE, local, to_ms
from .world import Merchant, Order, World

DAYS = 95
_HOURS = tuple(range(24))
_HOUR_WEIGHTS = (1, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 4, 6, 7, 8, 8, 8, 7, 7, 7, 7, 8, 8, 8, 7, 5, 3)
_WEEKDAY = (1.0, 0.95, 0.95, 1.0, 1.1, 1.15, 0.9)
_LEAD = 5 * HOUR  # the last hours belong to the shelves below


@dataclass(frozen=True, slots=True)
class Habits:
    """How a shop does: orders a day, and shares (0–1) of its own cancels, late hand-overs and returns."""

    orders: float
    cancelled: float
    late: float
    returned: float


@dataclass(slots=True)
class Birth:
    """One past order before it is made."""

    approved: int
    merchant: Merchant
    habits: Habits


def write(world: World, habits: dict[str, Habits]) -> None:
    """Makes the past of all merchants at once, so that numbers grow with time over all of them."""
    births = [birth for uid, own in habits.items() for birth in _births(world, world.merchants[uid], own)]
    births.sort(key=lambda birth: birth.approved)
    for birth in births:
        _live(world, birth)


def _births(world: World, merchant: Merchant, habits: Habits) -> Iterator[Birth]:
    rng, now = world.rng, world.clock.now()
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(DAYS, -1, -1):
        day = midnight - timedelta(days=back)
        count = round(habits.orders * _WEEKDAY[day.weekday()] * rng.uniform(0.75, 1.25))
        for hour in rng.choices(_HOURS, _HOUR_WEIGHTS, k=count):
            approved = to_ms(day) + hour * HOUR + rng.randrange(HOUR)
            if approved < now - _LEAD:
                yield Birth(approved, merchant, habits)


def _live(world: World, birth: Birth) -> None:
    rng, merchant = world.rng, birth.merchant
    kind = rng.choices(tuple(life.KIND_SHARES), tuple(life.KIND_SHARES.values()))[0]
    order = making.order(world, merchant, kind=kind, point=rng.choice(tuple(merchant.points)), approved=birth.approved)
    order.living, order.pre_order = True, False
    accepted = birth.approved + rng.randint(5, 100) * MINUTE
    if not _cancelled_early(rng, order, birth.habits):
        _walk(world, order, accepted, birth.habits)
    order.plans = _plans_left(world, order)
    world.add(order)


def _cancelled_early(rng: random.Random, order: Order, habits: Habits) -> bool:
    draw = rng.random()
    if draw < habits.cancelled:
        late = order.address is not None and not order.kaspi_delivery and rng.random() < 0.6
        order.cancellation_reason = "TIMEOUT_MERCHANT_DELIVERY" if late else "MERCHANT_OUT_OF_STOCK"
    elif draw < habits.cancelled + 0.06:
        order.cancellation_reason = "BUYER_CANCELLATION_HIMSELF"
    else:
        return False
    order.state, order.status = steps.ARCHIVE, steps.CANCELLED
    return True


def _walk(world: World, order: Order, accepted: int, habits: Habits) -> None:
    """Takes the order as far as it has come by now."""
    order.status, order.state = steps.ACCEPTED, steps.home(order)
    done = (
        _hand_over(world, order, accepted, habits) if order.kaspi_delivery else _wait_for_buyer(world, order, accepted)
    )
    if done is None or done > world.clock.now():
        return
    order.completed = done
    order.state, order.status = steps.ARCHIVE, steps.COMPLETED
    if world.rng.random() < habits.returned and done < world.clock.now() - 6 * DAY:
        order.status = steps.RETURNED


def _hand_over(world: World, order: Order, accepted: int, habits: Habits) -> int | None:
    """The courier's way; the moment of issue, or None when the buyer did not take the parcel or it has not left yet."""
    rng, now = world.rng, world.clock.now()
    order.courier_planned = steps.courier_date(order, accepted)
    late = rng.random() < habits.late
    lag = rng.randint(30, 900) * MINUTE if late else -rng.randint(5, 150) * MINUTE
    taken = max(accepted + 20 * MINUTE, order.courier_planned + lag)
    if accepted + 10 * MINUTE > now:
        return None
    order.assembled = True
    deeds.make_waybill_number(order)
    if taken > now:
        return None
    order.courier_taken = taken
    order.seller_delivery_cost = steps.seller_delivery_cost(order)
    issued = taken + int(rng.uniform(0.6, 1.5) * DAY if order.mode == "DELIVERY_LOCAL" else rng.uniform(1.2, 4) * DAY)
    if rng.random() < 0.035 and issued + 4 * DAY < now:
        order.state, order.status = steps.ARCHIVE, steps.CANCELLED
        order.cancellation_reason, order.returned_to_warehouse = "BUYER_CANCELLATION_BY_COURIER", True
        return None
    return issued


def _wait_for_buyer(world: World, order: Order, accepted: int) -> int | None:
    rng = world.rng
    limit = hours.end_of_working_day(accepted, 3, world.merchant(order.merchant).schedule)
    if order.state == steps.PICKUP and rng.random() < 0.05 and limit < world.clock.now():
        order.state, order.status = steps.ARCHIVE, steps.CANCELLED
        order.cancellation_reason = "TIMEOUT_BUYER_PICKUP"
        return None
    latest = limit if order.state == steps.PICKUP else (order.planned or limit)
    return accepted + int(rng.uniform(0.1, 0.9) * (latest - accepted))


def _plans_left(world: World, order: Order) -> list[steps.Plan]:
    """What is still to come for an order that is open now; the past keeps quiet."""
    if order.state == steps.ARCHIVE:
        return []
    now = world.clock.now()
    plans = steps.plans(world, order, now)
    return [(max(due, now + world.rng.randint(5, 600) * MINUTE), what) for due, what in plans]


# Shelves of the present


def fill_new(
    world: World, merchant: Merchant, minutes_left: tuple[int, ...], *, express_left: tuple[int, ...] = ()
) -> None:
    """NEW orders with so many working minutes left until the limit; they wait for the shop, nobody else takes them."""
    now = world.clock.now()
    births = [
        (hours.before(now, steps.ACCEPT_MINUTES - left, merchant.schedule), world.rng.choice(_PLAIN_KINDS))
        for left in minutes_left
    ]
    births += [(now - (steps.EXPRESS_MINUTES - left) * MINUTE, "express") for left in express_left]
    for number, (approved, kind) in enumerate(sorted(births)):
        point = tuple(merchant.points)[number % len(merchant.points)]
        order = making.order(world, merchant, kind=kind, point=point, approved=approved)
        order.living = True
        order.plans = steps.kaspi_plans(world, order, now)
        world.add(order)


_PLAIN_KINDS = ("kaspi_delivery", "postomat", "kaspi_delivery", "postomat", "pickup", "own_delivery")


def fill(world: World, merchant: Merchant, counts: dict[str, int]) -> None:
    """Open orders of the named stages; see `STAGES`."""
    for stage, count in counts.items():
        kinds, put = STAGES[stage]
        for number in range(count):
            point = tuple(merchant.points)[number % len(merchant.points)]
            approved = world.clock.now() - world.rng.randint(3 * 60, 20 * 60) * MINUTE
            order = making.order(world, merchant, kind=kinds[number % len(kinds)], point=point, approved=approved)
            order.living, order.status, order.state = True, steps.ACCEPTED, steps.home(order)
            put(world, order, number)
            order.plans += _plans_left(world, order)
            world.add(order)


def _to_sign(world: World, order: Order, number: int) -> None:
    order.state = steps.SIGN


def _awaits_buyer(world: World, order: Order, number: int) -> None:
    """Nothing to add: it stands on its shelf."""


def _pre_ordered(world: World, order: Order, number: int) -> None:
    order.reserved = making.end_of_day(world.clock.now() + (2 + 3 * number) * DAY)


def _to_pack(world: World, order: Order, number: int) -> None:
    # The first one is late already: the shelf shows what «Передача задержана» looks like.
    now = world.clock.now()
    order.courier_planned = steps.courier_date(order, now) - (DAY if number == 0 else 0)


def _packed(world: World, order: Order, number: int) -> None:
    order.courier_planned = steps.courier_date(order, world.clock.now())
    order.assembled = True
    deeds.make_waybill_number(order)


def _under_way(world: World, order: Order, number: int) -> None:
    _packed(world, order, number)
    order.courier_taken = world.clock.now() - world.rng.randint(60, 600) * MINUTE
    order.courier_planned = order.courier_taken + (-HOUR if number == 0 else HOUR)
    order.approved = order.courier_taken - 8 * HOUR
    order.created = order.approved - 30_000
    order.seller_delivery_cost = steps.seller_delivery_cost(order)


def _turned_back(world: World, order: Order, number: int) -> None:
    _under_way(world, order, number + 1)
    order.status, order.cancellation_reason = steps.CANCELLING, "BUYER_CANCELLATION_BY_COURIER"
    order.returned_to_warehouse = number % 2 == 0


def _return_asked(world: World, order: Order, number: int) -> None:
    _under_way(world, order, number + 1)
    for name in ("created", "approved", "courier_planned", "courier_taken"):
        setattr(order, name, getattr(order, name) - 9 * DAY)
    order.completed = (order.courier_taken or order.approved) + 2 * DAY
    order.status = steps.RETURN_REQUESTED


_DELIVERED = ("kaspi_delivery", "postomat")
STAGES = {
    "sign": (("signature",), _to_sign),
    "pickup": (("pickup",), _awaits_buyer),
    "delivery": (("own_delivery",), _awaits_buyer),
    "pre_order": (("pre_order",), _pre_ordered),
    "packing": (_DELIVERED, _to_pack),
    "handing_over": (_DELIVERED, _packed),
    "under_way": (_DELIVERED, _under_way),
    "cancelling": (_DELIVERED, _turned_back),
    "return_asked": (_DELIVERED, _return_asked),
}
