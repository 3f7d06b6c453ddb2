"""(r) The deadline radar: its board, the look of all shops whether an alert is due, and what the feed costs the storing."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from django.db import connections

from kaspi_office.bench import kaspi, writes
from kaspi_office.bench.asking import owner_of
from kaspi_office.bench.figures import Figure, Scale, told
from kaspi_office.bench.timing import MS, clocked, interleaved
from orders.radar.alerts import raise_due, watch_all

FIRST = 950_000_000


def measure(scale: Scale) -> list[Figure]:
    asker = owner_of(1)
    found = interleaved(
        {"board": lambda: asker.ask("/radar/"), "shelf": lambda: asker.ask("/orders/new/")}, rounds=scale.times(60)
    )
    looked, first = _first_look()
    idle = median(clocked(raise_due) for _ in range(scale.times(90)))
    return [
        told("the board of the top shop, p50", found["board"] * MS, "ms"),
        told("  the shelf of its new orders beside it, p50", found["shelf"] * MS, "ms"),
        told(f"the first look at {looked} deadlines, alerts raised", looked / first, "orders/s"),
        told("alerts of all shops with nothing due", idle * MS, "ms"),
        *_storing(scale),
    ]


def _first_look() -> tuple[int, float]:
    looked: list[int] = []
    seconds = clocked(lambda: looked.append(watch_all()))
    return looked[0], seconds


def _storing(scale: Scale) -> list[Figure]:
    """The same orders with the trigger of the feed and without it, in turns."""
    pages = [kaspi.read(body).orders for body in kaspi.bodies(writes.SHOPS * kaspi.PAGE)]
    stalls = [writes._stall(rank) for rank in range(1, writes.SHOPS + 1)]
    taken: dict[str, list[float]] = {"fresh": [], "fresh, no feed": [], "unchanged": [], "unchanged, no feed": []}
    for number in range(2 + 2 * scale.times(9)):
        batch = [
            [
                kaspi.renumbered(order, FIRST + (number * writes.SHOPS + n) * kaspi.PAGE + place)
                for place, order in enumerate(page)
            ]
            for n, page in enumerate(pages)
        ]
        ending = ", no feed" if number % 2 else ""
        with _feed(on=not ending):
            for name in ("fresh", "unchanged"):
                seconds = clocked(lambda: writes._store_all(stalls, batch, fresh=name == "fresh"))  # noqa: B023  runs at once
                taken[name + ending] += [seconds] if number > 1 else []
    met = {name: median(seconds) for name, seconds in taken.items()}
    orders = writes.SHOPS * kaspi.PAGE
    return [
        told("fresh orders with the feed, of the speed without it", 100 * met["fresh, no feed"] / met["fresh"], "%"),
        told("unchanged orders with the feed", 100 * met["unchanged, no feed"] / met["unchanged"], "%"),
        told("  fresh with the feed", orders / met["fresh"], "orders/s"),
        told("  fresh without", orders / met["fresh, no feed"], "orders/s"),
    ]


@contextmanager
def _feed(*, on: bool) -> Iterator[None]:
    """Whether events of orders are told to the feed."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE orders_orderevent {'ENABLE' if on else 'DISABLE'} TRIGGER orders_events_told")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE orders_orderevent ENABLE TRIGGER orders_events_told")
