"""(g) The tick of the auto-cancel with nothing due, and with five thousand orders due at once."""

from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connections

from kaspi_office.bench.figures import Figure, Scale, at_least, at_most
from kaspi_office.bench.timing import MS, clocked
from orders.expiry import expire_due

# Orders become due in all shops alike, the most urgent first.
_MAKE_DUE = """
UPDATE orders_order SET accept_by = now() - %s, due_at = now() - %s
WHERE id IN (SELECT id FROM orders_order WHERE stage = 'new' ORDER BY accept_by, id LIMIT %s)
"""


def measure(scale: Scale) -> list[Figure]:
    assert expire_due() == 0, "nothing is due in a fresh world"
    idle = median(clocked(expire_due) for _ in range(scale.times(90)))
    wanted = 500 if scale.quick else 5000
    with connections["owner"].cursor() as cursor:
        late: Any = timedelta(seconds=1)
        cursor.execute(_MAKE_DUE, [late, late, wanted])
        due = cursor.rowcount
    seconds = clocked(lambda: _drain(due))
    return [
        at_most("auto-cancel for all shops with nothing due", idle * MS, 2, no=8, unit="ms"),
        at_least(f"auto-cancel of {due} due orders", due / seconds, 1000, no=8, unit="orders/s"),
    ]


def _drain(due: int) -> None:
    done = 0
    while found := expire_due():
        done += found
    assert done == due, f"{done} of {due} were cancelled"
