"""Orders that were promised and done on days that are told."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from orders.lifecycle import Stage
from orders.models import Order
from quality.reading import today_of
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast

Make = Callable[..., Order]
WALKED = {"kaspi": Stage.KD_TRANSIT, "own": Stage.DELIVERY, "pickup": Stage.COMPLETED, "packing": Stage.KD_PACKING}


def at(days_ago: int, hour: int = 12) -> datetime:
    """Noon of Almaty, or another hour, so many days ago."""
    return datetime.combine(today_of(database_now()) - timedelta(days=days_ago), time(hour), tzinfo=ALMATY)


@pytest.fixture
def make(cast: Cast) -> Make:
    """An order of a way, walked to its stage, whose days are then told: days ago it arrived, was promised for, was done."""

    def made(way: str = "kaspi", *, start: int = 10, promised: int = 8, done: int | None = 8, **spec: Any) -> Order:
        told = {name: spec.pop(name) for name in list(spec) if name in FIELDS}
        order = cast.place(WALKED[way], **spec)
        promise = "planned_delivery_at" if way in ("own", "pickup") else "courier_planned_at"
        moment = {"kaspi": "handed_at", "own": "completed_at", "pickup": "completed_at", "packing": ""}[way]
        values: dict[str, Any] = {"approved_at": at(start), "accepted_at": at(start, 14), promise: at(promised, 23)}
        if way == "kaspi":
            values["planned_delivery_at"] = at(-20)
        if moment:
            values[moment] = None if done is None else at(done)
        with cast.alma.scope():
            Order.objects.filter(pk=order.pk).update(**values | told)
            found: Order = Order.objects.get(pk=order.pk)
        return found

    return made


FIELDS = {field.attname for field in Order._meta.concrete_fields}
