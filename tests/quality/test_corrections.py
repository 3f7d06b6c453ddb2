"""What changed of days that were over, told from the notes of the trigger."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.models import Order
from quality.audit.changes import Change, Effect, Facts, Turn, changes, effects
from quality.audit.corrections import Correction, corrections, corrections_of
from quality.formulas import Metric
from staff.clock import database_now
from tests.cast import Cast

DAYS = tuple(datetime(2026, 8, day, 6, tzinfo=UTC) for day in (1, 2))
REFUSED, NO_STOCK = "BUYER_CANCELLATION_BY_MERCHANT", "MERCHANT_OUT_OF_STOCK"


def cancelled_long_ago(cast: Cast) -> Order:
    """Cancelled four days ago by the buyer, and so known."""
    order = cast.place()
    with cast.alma.scope():
        moment = database_now() - timedelta(days=4)
        told = {"fault": "buyer", "cancellation_reason": REFUSED, "stage": "cancelled"}
        Order.objects.filter(pk=order.pk).update(approved_at=moment, cancelled_at=moment, **told)
    return order


def change(cast: Cast, order: Order, **values: Any) -> Correction:
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(**values)
        return corrections([order.shop_id], since=database_now() - timedelta(days=1))[0]


def test_a_reason_that_kaspi_changed_later_is_told_with_what_it_did(cast: Cast) -> None:
    order = cancelled_long_ago(cast)
    told = change(cast, order, cancellation_reason=NO_STOCK, fault="seller")
    assert told.told == (Change("cancellation_reason", Turn.OTHER, REFUSED, NO_STOCK),)
    assert told.effects == (Effect(Metric.CANCELLED, 1, 0),)
    assert told.code == order.code


def test_a_mark_that_was_taken_back_takes_its_stars_along(cast: Cast) -> None:
    order = cancelled_long_ago(cast)
    change(cast, order, mark=1, mark_on=(database_now() - timedelta(days=3)).date())
    told = change(cast, order, mark=None, mark_on=None)
    assert told.told == (Change("mark", Turn.TAKEN_BACK, 1, None),)
    assert told.effects == (Effect(Metric.RATING, -1, -1),)


def test_two_changes_of_one_order_are_told_apart(cast: Cast) -> None:
    order = cancelled_long_ago(cast)
    began = database_now() - timedelta(days=1)
    change(cast, order, cancellation_reason=NO_STOCK, fault="seller")
    change(cast, order, cancellation_reason=REFUSED, fault="buyer")
    with cast.alma.scope():
        reasons = [
            (one.was, one.became) for told in corrections_of([order.pk], after=began)[order.pk] for one in told.told
        ]
    assert reasons[-2:] == [(REFUSED, NO_STOCK), (NO_STOCK, REFUSED)]


def test_no_more_are_read_than_were_asked_for(cast: Cast) -> None:
    order = cancelled_long_ago(cast)
    for fault in ("seller", "kaspi", "unknown"):
        change(cast, order, fault=fault)
    with cast.alma.scope():
        assert len(corrections([order.shop_id], since=database_now() - timedelta(days=1), limit=2)) == 2


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Facts(), Facts(), ()),
        (
            Facts(returned_at=DAYS[0]),
            Facts(returned_at=DAYS[0], return_for_quality=True),
            (("return_for_quality", Turn.OTHER),),
        ),
        (Facts(), Facts(cancelled_at=DAYS[0], fault="seller"), (("cancelled_at", Turn.LEARNED),)),
        (Facts(cancelled_at=DAYS[0], fault="seller"), Facts(), (("cancelled_at", Turn.TAKEN_BACK),)),
        (
            Facts(cancelled_at=DAYS[0], fault="buyer"),
            Facts(cancelled_at=DAYS[0], fault="seller"),
            (("fault", Turn.OTHER),),
        ),
    ],
    ids=["nothing", "for quality", "late news", "taken back", "fault alone"],
)
def test_facts_that_became_others_are_named(before: Any, after: Any, expected: Any) -> None:
    assert tuple((one.what, one.turn) for one in changes(before, after)) == expected


def test_an_event_that_only_moved_changes_no_number_whatever_the_window() -> None:
    moved = Facts(cancelled_at=DAYS[0], fault="seller"), Facts(cancelled_at=DAYS[1], fault="seller")
    assert effects(*moved) == ()
