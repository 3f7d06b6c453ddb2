"""What will become of an order of the living world: drawn once for every step it takes.

Colleagues work in Kaspi's own cabinet, buyers change their minds, parcels come late. Shares follow capabilities §5.
Orders made through the control door have no fate: only Kaspi's deadlines and couriers touch them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .clock import DAY, HOUR, MINUTE, local
from .world import Order, World

Plan = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Chance:
    """With that probability the deed happens so many minutes later."""

    share: float
    deed: str
    soonest: float
    latest: float


def of(world: World, order: Order, now: int) -> list[Plan]:
    """At most one deed for the step the order has just taken."""
    draw = world.rng.random()
    for chance in _chances(order, now):
        if draw < chance.share:
            minutes = world.rng.uniform(chance.soonest, chance.latest)
            return [(now + int(minutes * MINUTE), chance.deed)]
        draw -= chance.share
    return []


def _chances(order: Order, now: int) -> tuple[Chance, ...]:
    for fits, chances in _TABLE:
        if fits(order):
            return chances(order, now)
    return ()


def _new(order: Order, now: int) -> tuple[Chance, ...]:
    # At night the shop's auto-acceptance takes nearly all, so that mornings do not begin with hundreds of late orders.
    taken = 0.8 if 8 <= local(now).hour < 21 else 0.96
    latest = 14 if order.express else 25
    return Chance(taken, "kaspi_accepts", 4, latest), Chance(0.03, "buyer_cancels", 3, 50)


def _to_pack(order: Order, now: int) -> tuple[Chance, ...]:
    late = max(0.0, ((order.courier_planned or now) - now) / MINUTE)
    return (
        Chance(0.9, "packed", 15, 110),
        Chance(0.03, "buyer_cancels", 10, 90),
        Chance(0.07, "packed", late + 20, late + 240),
    )


_TABLE: tuple[tuple[Callable[[Order], bool], Callable[[Order, int], tuple[Chance, ...]]], ...] = (
    (lambda order: order.status == "APPROVED_BY_BANK", _new),
    (lambda order: order.state == "SIGN_REQUIRED", lambda order, now: (Chance(0.85, "signed", 20, 240),)),
    (lambda order: order.pre_order, lambda order, now: (Chance(0.92, "arrived", DAY / MINUTE, 5 * DAY / MINUTE),)),
    (
        lambda order: order.state == "PICKUP",
        lambda order, now: (Chance(0.88, "buyer_collected", 60, 30 * 60), Chance(0.04, "buyer_cancels", 30, 20 * 60)),
    ),
    (
        lambda order: order.state == "DELIVERY",
        lambda order, now: (
            Chance(0.93, "buyer_collected", 3 * 60, 20 * 60),
            Chance(0.03, "buyer_cancels", 30, 6 * 60),
        ),
    ),
    (
        lambda order: order.status == "COMPLETED",
        lambda order, now: (Chance(0.012, "return_requested", 24 * 60, 8 * 24 * 60),),
    ),
    (lambda order: order.status != "ACCEPTED_BY_MERCHANT", lambda order, now: ()),
    (lambda order: order.courier_taken is not None, lambda order, now: (Chance(0.04, "refused", 6 * 60, 20 * 60),)),
    (lambda order: not order.assembled, _to_pack),
)


def courier_shift(world: World) -> int:
    """How far from the planned hour the courier comes, in milliseconds: mostly before, sometimes hours after."""
    if world.rng.random() < 0.07:
        return int(world.rng.uniform(40 * MINUTE, 6 * HOUR))
    return -int(world.rng.uniform(5 * MINUTE, 150 * MINUTE))
