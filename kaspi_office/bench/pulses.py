"""(f) «Anything new?» of an open shelf, while nothing is, against an empty view with one query."""

import re

from kaspi_office.bench.asking import owner_of
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.timing import MS, interleaved


def measure(scale: Scale) -> list[Figure]:
    asker = owner_of(1)
    address = re.search(r'hx-get="(/orders/new/pulse/[^"]*)"', asker.ask("/orders/new/").decode())
    assert address is not None, "the page of a shelf asks for its pulse"
    question = address[1].replace("&amp;", "&")
    found = interleaved(
        {"pulse": lambda: asker.ask(question), "empty": lambda: asker.ask("/bench/nothing/")}, rounds=scale.times(150)
    )
    assert asker.ask(question) == b"", "nothing is new"
    return [
        at_most("«anything new?» to an empty view with one query", found["pulse"] / found["empty"], 1.5, no=4),
        told("  «anything new?», p50", found["pulse"] * MS, "ms"),
    ]
