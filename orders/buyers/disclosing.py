"""Which of the orders on an answer show their buyer whole: what `staff.privacy.disclosures` writes down."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from orders.buyers.persons import SHOWN
from orders.buyers.showing import sees_buyer
from orders.lifecycle import Shelf
from orders.models import Order
from orders.shelves.lines import Line
from staff.access import Actor, OfficeRequest
from staff.middleware import READS
from staff.models import Door
from staff.privacy.disclosures import tell

# A row of a shelf shows a part of what it reads: where Kaspi delivers only the address, else the name and the phone.
_OF_A_ROW: Mapping[Shelf, tuple[str, ...]] = {
    **dict.fromkeys(Shelf, ("buyer_first_name", "buyer_last_name", "phone")),
    Shelf.DELIVERY: ("buyer_first_name", "buyer_last_name", "phone", "address"),
    Shelf.KASPI_DELIVERY: ("address",),
}


def tell_page(request: OfficeRequest, codes: Iterable[str], *, now: datetime) -> None:
    """The person of this request is shown the buyers of these orders."""
    tell(request.actor, Door.PAGE, codes, now=now, only_reads=request.method in READS)


def of_lines(lines: Iterable[Line], shelf: Shelf, *, by: Actor, now: datetime) -> tuple[str, ...]:
    """Of the lines of a shelf, the orders whose buyers he sees there."""
    return tuple(
        line.code
        for line in lines
        if any(getattr(line, name) for name in _OF_A_ROW[shelf]) and sees_buyer(by, closed_at=line.closed_at, now=now)
    )


def of_order(order: Order, *, by: Actor, now: datetime) -> tuple[str, ...]:
    """The order itself, if he sees its buyer."""
    named = any(getattr(order, name) for name in SHOWN)
    return (order.code,) if named and sees_buyer(by, closed_at=order.closed_at, now=now) else ()


def of_rows(rows: Iterable[Mapping[str, Any]], *, by: Actor, now: datetime) -> Iterator[str]:
    """Of rows with the columns of an order, those whose buyers he sees."""
    for row in rows:
        if any(row[name] for name in SHOWN) and sees_buyer(by, closed_at=row["closed_at"], now=now):
            yield row["code"]
