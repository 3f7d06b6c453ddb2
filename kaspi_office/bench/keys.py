"""(k) A key pressed on a shelf of five hundred new orders: the whole time of the server, against the floor of its page."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape
from statistics import median, quantiles

from integrations.models import KaspiAction
from kaspi_office.bench import kaspi
from kaspi_office.bench.asking import Asker, owner_of
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.shelves import FLOOR, PAGE
from kaspi_office.bench.timing import MS, clocked
from kaspi_office.bench.world import home_of
from orders.facts import sync
from orders.lifecycle import Shelf
from orders.models import Order
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

STANDING = 500
FIRST = 800_000_000
MOST_MS = 100
SHELF = {"shelf": "new"}
# A name with a letter left out, as it is looked for when nobody has it.
SLIP = "/orders/new/?q=%D0%B0%D0%B9%D0%B3%D0%B5%D1%80%D0%BC"


def measure(scale: Scale) -> list[Figure]:
    codes = _fill()
    asker = owner_of(1)
    first = asker.ask(PAGE.format("new")).decode()
    following = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert following is not None
    views = {"next page": unescape(following[1]), "search for a name with a slip": SLIP}
    taken: dict[str, list[float]] = {}

    def time(name: str, work: Callable[[], object]) -> None:
        taken.setdefault(name, []).append(clocked(work) * MS)

    for code in codes[: scale.times(90)]:
        time("floor", partial(asker.ask, FLOOR.format("new")))
        time("accept a row", partial(asker.ask, f"/orders/{code}/accept/", SHELF))
        time("row refresh", partial(asker.ask, f"/orders/{code}/row/?shelf=new"))
        time("undo", partial(asker.ask, _undo_of(code), SHELF))
        for name, path in views.items():
            time(name, partial(asker.ask, path))
    floor = median(taken.pop("floor"))
    many = clocked(partial(_accept_many, asker, codes[-50:])) * MS
    return [
        *(figure for name, found in taken.items() for figure in _figures(name, found, floor=floor)),
        told("accept 50 picked rows at once", many, "ms"),
    ]


def _figures(name: str, found: list[float], *, floor: float) -> list[Figure]:
    p95 = quantiles(found, n=20)[-1]
    return [
        at_most(f"{name}, p95, {STANDING} new orders", p95, MOST_MS, no=12, unit="ms"),
        told(f"  {name}, p50", median(found), "ms"),
        told(f"  {name}, p50 to the floor of the page", median(found) / floor, "×"),
    ]


def _fill() -> list[str]:
    """So many new orders stand on the shelf of the top shop; their numbers, the most urgent first."""
    with company_scope(home_of(1).company_id):
        lacking = STANDING - Order.objects.filter(shelf=Shelf.NEW).count()
        place = sync.place_of(Shop.objects.get())
        for body in kaspi.bodies(max(lacking, kaspi.PAGE), kinds=("pickup",)):
            fresh = [kaspi.renumbered(order, FIRST + int(order.code)) for order in kaspi.read(body).orders]
            sync.store(place, fresh, observed_at=database_now())
        new = Order.objects.filter(shelf=Shelf.NEW, due_at__gt=database_now() + timedelta(minutes=10))
        return list(new.order_by("burns_at", "id").values_list("code", flat=True))


def _undo_of(code: str) -> str:
    with company_scope(home_of(1).company_id):
        return f"/orders/actions/{KaspiAction.objects.filter(code=code).latest('id').public_id}/undo/"


def _accept_many(asker: Asker, codes: list[str]) -> None:
    asker.ask("/orders/accept/", {"pick": codes, **SHELF})
