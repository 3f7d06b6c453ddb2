"""A clock for the database's triggers, and a shop whose past is settled."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
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
from tests.quality.clock import Clock, set_clock

DAY = timedelta(days=1)
STAGES = (Stage.COMPLETED, Stage.RETURNED, Stage.CANCELLED, Stage.KD_TRANSIT, Stage.NEW)


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', 'test_clock, pg_catalog, public', true)")
    set_clock(database_now())
    return set_clock


@pytest.fixture
def settled(cast: Cast, database_clock: Clock) -> Cast:
    """Orders of many stages, known for long, whose events are spread over some days that are over."""
    orders = [cast.place(stage) for stage in STAGES for _ in range(3)]
    now = database_now()
    # Told on their days, so that nothing of it is a change of the past.
    database_clock(now - 9 * DAY)
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
    database_clock(now)
    return cast


@pytest.fixture
def imported(cast: Cast) -> None:
    """Every shop of the cast was read long ago."""
    for company in (cast.alma, cast.bereke):
        with company.scope():
            KaspiAccount.objects.update(import_finished_at=database_now() - timedelta(days=200))
