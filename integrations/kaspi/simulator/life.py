"""The world moves: everything that is due by the virtual clock happens, in order, before anybody is answered.

New orders arrive here as well, while `settings.living` is on. There is no thread of time: the world catches up when
it is asked.
"""

from .clock import MINUTE, SECOND
from .deeds import DEEDS
from .making import order as make_order
from .making import publish
from .world import Merchant, Order, World

ARRIVAL = "an order arrives"
# Beyond this gap nobody bought: an hour's leap of the clock or a night switched off brings no flood of orders.
_LONGEST_CATCH_UP = 10 * MINUTE

# Shares of a day's orders (capabilities §5: Kaspi Delivery 70–90 %, pickup 5–15 %, own delivery 3–15 %).
KIND_SHARES = {
    "kaspi_delivery": 44.0,
    "postomat": 33.0,
    "pickup": 10.0,
    "own_delivery": 8.0,
    "express": 3.0,
    "pre_order": 1.5,
    "signature": 0.5,
}


def catch_up(world: World) -> None:
    """Does all that is due now."""
    now = world.clock.now()
    if not world.agenda or world.agenda[0][0] > now:
        return
    for due, code, what in world.due(now):
        order = world.orders.get(code)
        if order is None:
            _happen(world, what, due)
        elif (due, what) in order.plans:
            order.plans.remove((due, what))
            perform(world, order, what, due)


def perform(world: World, order: Order, what: str, at: int) -> bool:
    """Does one deed if the order's state allows it; says whether it did."""
    deed = DEEDS[what]
    if not deed.may(order):
        return False
    deed.do(world, order, at)
    return True


def _happen(world: World, what: str, due: int) -> None:
    if what == ARRIVAL:
        _arrive(world, due)
        return
    deferred = world.take_deferred(what)
    if deferred is not None:
        deferred(due)


def start(world: World) -> None:
    """Lets orders arrive from now on, once, while the world is living."""
    if world.settings.living and not world.expects(ARRIVAL):
        _await_next(world, world.clock.now())


def _await_next(world: World, since: int) -> None:
    settings = world.settings
    pause = world.rng.uniform(settings.arrival_seconds_from, settings.arrival_seconds_to)
    world.remind(since + max(20, int(pause * SECOND)), "", ARRIVAL)


def _arrive(world: World, due: int) -> None:
    trading = [merchant for merchant in world.merchants.values() if merchant.trade > 0]
    if not world.settings.living or not trading:
        return
    now = world.clock.now()
    if now - due > _LONGEST_CATCH_UP:
        _await_next(world, now)
        return
    new_order(world, world.rng.choices(trading, [merchant.trade for merchant in trading])[0], approved=due)
    _await_next(world, due)


def new_order(world: World, merchant: Merchant, *, approved: int) -> Order:
    made = make_order(
        world,
        merchant,
        kind=world.rng.choices(tuple(KIND_SHARES), tuple(KIND_SHARES.values()))[0],
        point=world.rng.choice(tuple(merchant.points)),
        approved=approved,
    )
    made.living = True
    return publish(world, made)
