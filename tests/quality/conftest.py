"""A clock for the database's triggers, and a shop whose past is settled."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from integrations.models import KaspiAccount
from kaspi_office.local import roles
from orders.lifecycle import Stage
from orders.models import Order
from quality.metrics import day_of
from quality.models import FactChange
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast
from tests.quality.clock import Clock, set_clock, use_clock

DAY = timedelta(days=1)
STAGES = (Stage.COMPLETED, Stage.RETURNED, Stage.CANCELLED, Stage.KD_TRANSIT, Stage.NEW)
SPREAD = (*STAGES, Stage.KD_HANDOVER)


@pytest.fixture(scope="session")
def clock_schema(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Another `now()`, found by who searches here before PostgreSQL's own."""
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA test_clock; GRANT USAGE ON SCHEMA test_clock TO {roles.APP}")
        cursor.execute(
            "CREATE FUNCTION test_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS"
            " $$ SELECT current_setting('test.now')::timestamptz $$"
        )


@pytest.fixture
def database_clock(clock_schema: None, db: None) -> Clock:
    """Sets the triggers' `now()`; the present until told. Forgotten with the test's transaction."""
    use_clock()
    return set_clock


@pytest.fixture
def settled(settled_once: Cast, database_clock: Clock) -> Cast:
    """Orders of many stages, known for long, whose events are spread over some days that are over."""
    return settled_once


@pytest.fixture(scope="module")
def settled_once(lasting: Cast, clock_schema: None) -> Cast:
    cast = lasting
    use_clock()
    orders = [cast.place(stage) for stage in STAGES for _ in range(3)]
    now = database_now()
    # Told on their days, so that nothing of it is a change of the past.
    set_clock(now - 9 * DAY)
    with cast.alma.scope():
        for number, order in enumerate(orders):
            moment = now - (2 + number % 4) * DAY
            values: dict[str, Any] = {"approved_at": now - 9 * DAY, "first_seen_at": now - 9 * DAY}
            events = ("cancelled_at", "completed_at", "returned_at", "handed_at")
            values |= {name: moment for name in events if getattr(order, name)}
            if order.cancelled_at:
                values |= {
                    "fault": ("seller", "buyer")[number % 2],
                    "cancellation_reason": "BUYER_CANCELLATION_BY_MERCHANT",
                }
            if order.handed_at:
                values["courier_planned_at"] = moment - timedelta(minutes=(5, 90)[number % 2])
            if order.completed_at:
                values |= {
                    "mark": 1 + number % 5,
                    "mark_on": day_of(moment, ALMATY),
                    "return_for_quality": number % 2 == 0,
                }
            Order.objects.filter(pk=order.pk).update(**values)
        assert not FactChange.objects.exists()
    set_clock(now)
    return cast


@pytest.fixture
def imported(cast: Cast) -> None:
    """Every shop of the cast was read long ago."""
    import_finished(cast)


def import_finished(cast: Cast) -> None:
    for company in (cast.alma, cast.bereke):
        with company.scope():
            KaspiAccount.objects.update(import_finished_at=database_now() - timedelta(days=200))


@pytest.fixture
def spread(spread_once: Cast, db: None) -> Cast:
    """Orders of many stages over some days, among them ones that count against the shop."""
    return spread_once


@pytest.fixture(scope="module")
def spread_once(lasting: Cast) -> Cast:
    cast = lasting
    orders = [cast.place(stage) for stage in SPREAD for _ in range(2)]
    now = database_now()
    with cast.alma.scope():
        for number, order in enumerate(orders):
            day = timedelta(days=number % 4)
            values: dict[str, Any] = {
                "approved_at": now - timedelta(days=9),
                "fault": "seller" if number % 3 else "buyer",
            }
            for name in ("cancelled_at", "completed_at", "returned_at", "handed_at"):
                if getattr(order, name):
                    values[name] = now - day
            if order.completed_at:
                values |= {"mark": 1 + number % 5, "mark_on": (now - day).date(), "return_for_quality": number % 2 == 0}
            if order.stage in (Stage.KD_TRANSIT, Stage.KD_HANDOVER):
                values["courier_planned_at"] = now - timedelta(days=2, hours=number)
            Order.objects.filter(pk=order.pk).update(**values)
    return cast
