"""The world moves: everything that is due by the virtual clock happens, in order, before anybody is answered."""

from .deeds import DEEDS
from .world import Order, World


def catch_up(world: World) -> None:
    """Does all that is due now. Called before every request, so no thread of time is needed."""
    if not world.agenda or world.agenda[0][0] > world.clock.now():
        return
    for due, code, what in world.due(world.clock.now()):
        order = world.orders.get(code)
        if order is None:
            deferred = world.take_deferred(what)
            if deferred is not None:
                deferred(due)
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
