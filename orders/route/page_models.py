"""What the route list shows: plain frozen data, already in words."""

from dataclasses import dataclass

from orders.shelves.page_models import Deadline
from staff.page_parts import Empty, Notice, Phone


@dataclass(frozen=True, slots=True)
class Stop:
    """One order to bring. `late`: the promised time is over; `collect` what the buyer still pays."""

    number: int
    code: str
    url: str
    no: tuple[str, str, str]
    deadline: Deadline
    address: str
    who: str
    item: str
    late: bool = False
    town: str = ""
    note: str = ""
    phone: Phone | None = None
    collect: str = ""
    courier: str = ""


@dataclass(frozen=True, slots=True)
class CourierLink:
    url: str
    name: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class RoutePage:
    """`persons` are the orders whose buyers the list shows whole; not printed, written down."""

    title: str
    lead: str
    back_url: str
    stops: tuple[Stop, ...]
    couriers: tuple[CourierLink, ...] = ()
    collects: bool = False
    names_couriers: bool = False
    notice: Notice | None = None
    empty: Empty | None = None
    persons: tuple[str, ...] = ()
