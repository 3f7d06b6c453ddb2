"""(j) Waybills of many orders laid four on A4, to appending the same files as they are."""

import resource
from functools import partial
from io import BytesIO

from pypdf import PdfWriter

from integrations.kaspi.simulator import casting, waybill
from integrations.kaspi.simulator.tokens import token_for
from integrations.kaspi.simulator.world import World
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.kaspi import UID
from kaspi_office.bench.timing import MS, clocked
from orders.documents.imposing import GRIDS, Press

WAYBILLS = 300


def measure(scale: Scale) -> list[Figure]:
    files = _files(WAYBILLS)
    plain, laid = [], []
    for _ in range(scale.times(6)):
        plain.append(clocked(partial(_append, files)))
        laid.append(clocked(partial(_lay, files)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        at_most(f"{WAYBILLS} waybills four on A4, to appending them", min(laid) / min(plain), 8, no=12),
        at_most("  the same in milliseconds", min(laid) * MS, 10 * MS, no=12, unit="ms"),
        at_most("  peak of memory of the process", peak, 300, no=12, unit="MB"),
        told("  appending them", min(plain) * MS, "ms"),
    ]


def _files(count: int) -> list[bytes]:
    world = World()
    casting.put_merchant(world, {"uid": UID, "token": token_for(UID)})
    orders = casting.new_orders(world, [{"merchant": UID, "kind": "kaspi_delivery"}] * count)
    for number, order in enumerate(orders):
        order.waybill_number = str(10_000_000 + number)
    return [waybill.draw(world, order) for order in orders]


def _append(files: list[bytes]) -> None:
    writer = PdfWriter()
    for file in files:
        writer.append(BytesIO(file))
    writer.write(BytesIO())


def _lay(files: list[bytes]) -> None:
    press = Press(GRIDS["a4x4"])
    for number, file in enumerate(files):
        press.add(str(number), file)
    press.pdf()
    assert not press.damaged, press.damaged
