"""Named worlds to begin with, each made from one seed: the same in every run but for the hour it starts at."""

from collections.abc import Callable
from dataclasses import asdict

from . import history, life, making
from .faults import KINDS, LISTING
from .history import Habits
from .hours import DEMO_SCHEDULE
from .tokens import token_for
from .world import Merchant, Point, World

ALMATY, ASTANA, SHYMKENT = "750000000", "710000000", "511010000"


def empty(world: World) -> None:
    """Nobody."""


def quiet(world: World) -> None:
    """One merchant, a few orders, nothing moves but Kaspi's own deadlines."""
    merchant = _open(world, "30000001", "Алма Техника", {"PP1": Point("PP1", "Склад Абая 52")})
    now = world.clock.now()
    for kind in ("pickup", "own_delivery", "kaspi_delivery", "postomat", "express"):
        making.publish(world, making.order(world, merchant, kind=kind, point="PP1", approved=now))


def _open(world: World, uid: str, name: str, points: dict[str, Point], *, trade: float = 0.0) -> Merchant:
    merchant = world.add_merchant(Merchant(uid, name, points, trade=trade))
    world.give_token(token_for(uid), uid)
    return merchant


HABITS = {
    "30000001": Habits(orders=25, cancelled=0.012, late=0.045, returned=0.007),
    "30000002": Habits(orders=12, cancelled=0.026, late=0.085, returned=0.012),
    "30000003": Habits(orders=14, cancelled=0.005, late=0.02, returned=0.004),
    "30000004": Habits(orders=8, cancelled=0.036, late=0.11, returned=0.018),
}
_NEW_LEFT = {
    "30000001": (8, 13, 19, 31, 44, 58, 83, 110, 142, 171),
    "30000002": (14, 39, 95, 150),
    "30000003": (10, 52, 120, 168),
    "30000004": (26, 88),
}
_SHELVES = {
    "pickup": 3,
    "delivery": 3,
    "pre_order": 2,
    "packing": 4,
    "handing_over": 3,
    "under_way": 2,
    "cancelling": 2,
}


def demo(world: World) -> None:
    """Two companies with two shops each, three months of history, full shelves, and life going on."""
    world.settings.living = world.settings.plain_codes = True
    world.settings.code_gap = 400.0
    _open_demo_shops(world)
    history.write(world, HABITS)
    for uid in HABITS:
        merchant = world.merchants[uid]
        history.fill(world, merchant, _SHELVES | {"sign": 2, "return_asked": 1 + (uid == "30000001")})
        history.fill_new(world, merchant, _NEW_LEFT[uid], express_left=(14, 41) if uid == "30000001" else ())
    life.start(world)


def _open_demo_shops(world: World) -> None:
    abay, rozybakiev = (
        Point("PP1", "Склад Абая 52"),
        Point("PP2", "Розыбакиева 247", ALMATY, "улица Розыбакиева", "247"),
    )
    shops = {
        "30000001": ("Алма Техника", {"PP1": abay, "PP2": rozybakiev}),
        "30000002": (
            "Алма Дом",
            {"PP1": Point("PP1", "Мангилик Ел 55", ASTANA, "проспект Мангилик Ел", "55", 51.09, 71.42)},
        ),
        "30000003": (
            "Береке Инструменты",
            {"PP1": Point("PP1", "Склад Райымбека 348", ALMATY, "проспект Райымбека", "348")},
        ),
        "30000004": (
            "Береке Сад",
            {"PP1": Point("PP1", "Тауке хана 12", SHYMKENT, "проспект Тауке хана", "12", 42.32, 69.59)},
        ),
    }
    for uid, (name, points) in shops.items():
        _open(world, uid, name, points, trade=HABITS[uid].orders).schedule = DEMO_SCHEDULE


def rush(world: World) -> None:
    """The demo shops without a past; an order every second."""
    settings = world.settings
    settings.living = settings.plain_codes = True
    settings.arrival_seconds_from = settings.arrival_seconds_to = 1.0
    _open_demo_shops(world)
    life.start(world)


_HOSTILE_SHARE = 0.15
# These would keep a caller longer than a test lasts, or cost more than they teach when repeated for hours.
_TOO_HEAVY = frozenset({"slow_headers", "slow_body", "gzip_bomb", "huge", "hang"})


def hostile(world: World) -> None:
    """Orders at a walking pace, and every seventh request goes wrong. What is true stays true, so all converges."""
    rush(world)
    world.settings.arrival_seconds_from, world.settings.arrival_seconds_to = 5.0, 15.0
    kinds = [kind for kind in KINDS if kind not in _TOO_HEAVY and kind not in LISTING and kind not in ("401", "403")]
    common = _HOSTILE_SHARE / (len(kinds) + len(LISTING) + 1)
    for kind in (*kinds, *LISTING):
        world.faults.add({"kind": kind, "times": "until_cleared", "probability": common, "seconds": 20})
    world.faults.add({"kind": "hang", "times": "until_cleared", "probability": common, "seconds": 17})


SCENARIOS: dict[str, Callable[[World], None]] = {
    "demo": demo,
    "quiet": quiet,
    "rush": rush,
    "hostile": hostile,
    "empty": empty,
}


def begin(world: World, scenario: str) -> World:
    """Forgets everything and begins the scenario."""
    world.clear(scenario)
    SCENARIOS[scenario](world)
    world.keep("settings", asdict(world.settings))
    world.keep("faults", [fault.as_json() for fault in world.faults.rules])
    return world


def resume(world: World) -> None:
    """After a pause: orders arrive again, and a demo whose new orders ran out meanwhile gets fresh ones."""
    life.catch_up(world)
    life.start(world)
    if world.scenario == "demo":
        for uid, minutes_left in _NEW_LEFT.items():
            if uid in world.merchants and not world.merchants[uid].shelves.get("NEW"):
                history.fill_new(world, world.merchants[uid], minutes_left)
