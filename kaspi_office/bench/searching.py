"""(b) Search on a shelf and in the whole history of the top shop, against the page of its shelf."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from kaspi_office.bench.asking import owner_of
from kaspi_office.bench.figures import Figure, Scale, at_most
from kaspi_office.bench.timing import interleaved
from kaspi_office.bench.world import home_of
from orders.lifecycle import Shelf
from orders.models import Order
from staff.scoping import company_scope

PAGE = "/orders/new/"
ON_SHELF, ANYWHERE = "/orders/new/?{}", "/orders/search/?{}"
# How something is searched for, from an order as it stands there: (words, question).
WAYS: Mapping[str, Callable[[Order], str]] = {
    "exact number": lambda order: order.code,
    "beginning of a number": lambda order: order.code[:6],
    "end of a phone": lambda order: order.phone[-7:],
    "buyer's name": lambda order: f"{order.buyer_last_name} {order.buyer_first_name}",
}
BOUNDS = {"exact number": 1.3, "end of a phone": 1.3, "beginning of a number": 1.6, "buyer's name": 3.0}


def measure(scale: Scale) -> list[Figure]:
    asker, rounds = owner_of(1), scale.times(60)
    with company_scope(home_of(1).company_id):
        on_shelf = Order.objects.filter(shelf=Shelf.NEW).order_by("burns_at")[30]
        archived = Order.objects.filter(shelf=Shelf.ARCHIVE).order_by("id")[1000]
    paths = {f"on the shelf: {name}": ON_SHELF.format(urlencode({"q": way(on_shelf)})) for name, way in WAYS.items()}
    paths |= {f"in the history: {name}": ANYWHERE.format(urlencode({"q": way(archived)})) for name, way in WAYS.items()}
    asked = {name: partial(asker.ask, path) for name, path in {"page": PAGE, **paths}.items()}
    found = interleaved(asked, rounds=rounds)
    return [at_most(f"search {name}", found[name] / found["page"], _bound(name), no=3) for name in paths]


def _bound(name: str) -> float:
    where, _, way = name.partition(": ")
    return 1.6 if where == "on the shelf" else BOUNDS[way]
