"""(e) What a worker weighs before and after it has read and stored a hundred thousand orders."""

from datetime import timedelta
from pathlib import Path

from kaspi_office import duties
from kaspi_office.bench import kaspi
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.world import home_of
from orders.facts import sync
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope

PAGES = 20


def measure(scale: Scale) -> list[Figure]:
    assert duties.DUTIES, "a worker has all duties loaded"
    bodies = kaspi.bodies(PAGES * kaspi.PAGE)
    before = resident()
    orders = 10_000 if scale.quick else 100_000
    for number in range(orders // kaspi.PAGE):
        _store(bodies[number % PAGES], first=number * kaspi.PAGE)
    after = resident()
    stored = f"{orders:,}".replace(",", " ")
    return [
        at_most(f"memory of a worker after {stored} orders read and stored", after, 250, no=11, unit="MB"),
        told("  the same process before", before, "MB"),
    ]


def _store(body: bytes, *, first: int) -> None:
    home = home_of(1 + first // kaspi.PAGE % 100)
    facts = [kaspi.renumbered(order, 700_000_000 + first + n) for n, order in enumerate(kaspi.read(body).orders)]
    with company_scope(home.company_id):
        observed_at = database_now() - timedelta(milliseconds=1)
        stored = sync.store(sync.place_of(Shop.objects.get()), facts, observed_at=observed_at)
    assert stored.fresh == len(facts), f"{stored.fresh} of {len(facts)} were stored"


def resident() -> float:
    """Memory of this process that is really there, in MB. Linux tells it in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
