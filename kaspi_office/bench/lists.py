"""(h) The list of 100 orders with entries for programs, against `values()` and JSON of the same bytes; its deep pages."""

import json
from functools import partial
from urllib.parse import urlencode

from kaspi_office.bench import floor
from kaspi_office.bench.asking import Asker, program_of
from kaspi_office.bench.figures import Figure, Scale, at_most
from kaspi_office.bench.timing import interleaved
from kaspi_office.bench.world import home_of

LIST, FLOOR = "/api/v1/orders?limit=100", "/api/v1/bench/orders"
LARGEST = 200


def measure(scale: Scale) -> list[Figure]:
    asker = program_of(1)
    first = asker.ask(LIST)
    assert len(json.loads(first)["results"]) == 100
    floor.keep_answer(home_of(1).company_id, first)
    pages = 20 if scale.quick else 100
    deep = f"{LIST}&{urlencode({'cursor': _cursor_after(asker, pages)})}"
    asked = {name: partial(asker.ask, path) for name, path in {"list": LIST, "floor": FLOOR, "deep": deep}.items()}
    found = interleaved(asked, rounds=scale.times(60))
    depth = f"{pages * LARGEST:,}".replace(",", " ")
    return [
        at_most("API list of 100 orders with entries to values() and JSON", found["list"] / found["floor"], 2.0, no=10),
        at_most(f"its page after {depth} orders to its first", found["deep"] / found["list"], 1.15, no=10),
    ]


def _cursor_after(asker: Asker, pages: int) -> str:
    cursor = ""
    for _ in range(pages):
        query = urlencode({"limit": LARGEST, **({"cursor": cursor} if cursor else {})})
        cursor = json.loads(asker.ask(f"/api/v1/orders?{query}"))["next"]
        assert cursor, "the list is long enough"
    return cursor
