"""Named worlds to begin with."""

from collections.abc import Callable

from .tokens import token_for
from .world import Merchant, Point, World


def empty(world: World) -> None:
    """Nobody."""


def quiet(world: World) -> None:
    """One merchant, a few orders, nothing moves but Kaspi's own deadlines."""
    world.add_merchant(Merchant("30000001", "Алма Техника", {"PP1": Point("PP1", "Склад Абая 52")}))
    world.give_token(token_for("30000001"), "30000001")


SCENARIOS: dict[str, Callable[[World], None]] = {"empty": empty, "quiet": quiet}


def begin(world: World, scenario: str) -> World:
    """Forgets everything and begins the scenario."""
    world.clear(scenario)
    SCENARIOS[scenario](world)
    return world
