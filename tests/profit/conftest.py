"""«Алма» with sold orders: three issued in one hour, one of them by Kaspi Delivery and sent back, one of two goods."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from orders.lifecycle import Stage
from orders.models import Order
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast

KETTLE = {"sku": "SAY-KTL-17", "name": "Чайник Saya Kettle", "quantity": 2, "price": 6_000}
PHONE = {"sku": "TLP-X5", "name": "Смартфон Tulpar X5", "quantity": 1, "price": 129_900}


@dataclass(frozen=True)
class Sold:
    """Orders of «Алма Техника», and the day on which they were issued."""

    cast: Cast
    issued: Order
    several: Order
    back: Order
    now: datetime

    @property
    def day(self) -> date:
        return self.now.astimezone(ALMATY).date()

    @property
    def orders(self) -> tuple[Order, ...]:
        return self.issued, self.several, self.back


@pytest.fixture
def sold(cast: Cast) -> Sold:
    issued = cast.place(Stage.COMPLETED, entries=[KETTLE])
    several = cast.place(Stage.COMPLETED, entries=[KETTLE, PHONE])
    back = cast.place(Stage.RETURNED, entries=[PHONE])
    return Sold(cast, issued, several, back, database_now())
