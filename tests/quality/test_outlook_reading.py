"""What the shop's orders say to the forecast: buckets far back, products, causes and disputes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets, reading
from quality.formulas import FORMULA, Metric
from quality.metrics import official_window
from quality.models import Dispute, Ruling
from quality.outlook.reading import Days, Made, history, made_of
from staff.clock import database_now
from tests.cast import Cast

AGO = timedelta(days=3)


@pytest.fixture
def faulty(faulty_once: Cast, db: None) -> Cast:
    """Three days ago: three cancels by the shop's fault, two of a kettle; two late parcels; a returned one; marks."""
    return faulty_once


@pytest.fixture(scope="module")
def faulty_once(lasting: Cast) -> Cast:
    cast, now = lasting, database_now()
    with cast.alma.scope():
        for number in range(3):
            sku = "KETTLE" if number < 2 else "LAMP"
            values = {"fault": "seller", "cancelled_at": now - AGO, "first_sku": sku, "first_item": f"Товар {sku}"}
            reason = "MERCHANT_OUT_OF_STOCK" if number != 1 else "TIMEOUT_MERCHANT_DELIVERY"
            _change(cast.place(Stage.CANCELLED), now, cancellation_reason=reason, **values)
        for hours in (0.5, 5):
            planned = now - AGO - timedelta(hours=hours)
            _change(
                cast.place(Stage.KD_TRANSIT), now, handed_at=now - AGO, courier_planned_at=planned, first_sku="LAMP"
            )
        for mark in (1, 5, 5):
            day = reading.today_of(now) - AGO
            _change(
                cast.place(Stage.COMPLETED), now, completed_at=now - AGO, mark=mark, mark_on=day, first_sku="KETTLE"
            )
    return cast


def _change(order: Order, now: datetime, **values: Any) -> None:
    Order.objects.filter(pk=order.pk).update(approved_at=now - timedelta(days=5), **values)


def _read(cast: Cast, metric: Metric, *named: str) -> Made:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    buckets.recount_due()
    with cast.alma.scope():
        return made_of(
            shop.pk, metric, _days(cast, metric), today=reading.today_of(now), window_days=30, named=named, now=now
        )


def _days(cast: Cast, metric: Metric) -> Days:
    today = reading.today_of(database_now())
    return history([cast.alma.shop("alma-tech").pk], metric, since=today - timedelta(days=100))


def test_products_come_with_their_faults_and_orders_the_worst_first(faulty: Cast) -> None:
    made = _read(faulty, Metric.CANCELLED)
    assert [(one.sku, one.name, one.faults, one.above) for one in made.products] == [
        ("KETTLE", "Товар KETTLE", 2, 2),
        ("LAMP", "Товар LAMP", 1, 1),
    ]
    # Of the kettle two were cancelled and three completed, of the lamp one was cancelled and two handed over.
    assert [one.below for one in made.products] == [5, 3]
    assert made.below == 8


def test_the_faults_are_those_of_the_number(faulty: Cast) -> None:
    shop, now = faulty.alma.shop("alma-tech"), database_now()
    for metric in Metric:
        made = _read(faulty, metric)
        with faulty.alma.scope():
            official = reading.numbers([shop.pk], now=now)[metric].official
        assert made.above == official.numerator, metric


def test_a_cancel_takes_as_many_days_as_it_took(faulty: Cast) -> None:
    assert _read(faulty, Metric.CANCELLED).lag == 2
    assert _read(faulty, Metric.RATING).lag == 2


def test_only_cancels_for_want_of_stock_are_called_so(faulty: Cast) -> None:
    assert _read(faulty, Metric.CANCELLED).out_of_stock == 2


def test_a_cancel_that_nobody_accepted_in_time_is_no_want_of_stock(faulty: Cast) -> None:
    with faulty.alma.scope():
        Order.objects.filter(first_sku="LAMP", cancelled_at__isnull=False).update(expired_at=database_now() - AGO)
    assert _read(faulty, Metric.CANCELLED).out_of_stock == 1


def test_lateness_is_told_by_hours_begun(faulty: Cast) -> None:
    assert _read(faulty, Metric.LATE_HANDOVER).late_by == ((1, 1), (5, 1))


def test_low_marks_are_the_faults_of_the_rating(faulty: Cast) -> None:
    made = _read(faulty, Metric.RATING)
    assert (made.faults, made.above, made.below) == (1, 11, 3)
    assert [(one.sku, one.faults, one.above, one.below) for one in made.products] == [("KETTLE", 1, 11, 3)]


def test_a_named_product_without_faults_is_told_and_an_unknown_one_is_not(faulty: Cast) -> None:
    made = _read(faulty, Metric.LATE_HANDOVER, "KETTLE", "NO-SUCH")
    assert [(one.sku, one.faults, one.below) for one in made.products] == [("LAMP", 2, 3), ("KETTLE", 0, 5)]


def test_what_people_said_of_an_order_holds_here_too(faulty: Cast) -> None:
    with faulty.alma.scope():
        order = Order.objects.filter(first_sku="LAMP", cancelled_at__isnull=False).get()
        said = {"metric": Metric.CANCELLED, "counts": False, "note": "ошибка", "made_at": database_now()}
        Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, actor_label="Айгерим", **said)
    assert [one.sku for one in _read(faulty, Metric.CANCELLED).products] == ["KETTLE"]


def test_an_order_under_dispute_tells_its_day_and_a_settled_one_does_not(faulty: Cast) -> None:
    now = database_now()
    with faulty.alma.scope():
        one, other, _ = Order.objects.filter(fault="seller").order_by("pk")
        _dispute(one, now)
        _dispute(other, now, state="lost", closed_at=now)
    made = _read(faulty, Metric.CANCELLED)
    assert made.disputes == 1
    told = [(day.day, day.numerator, day.denominator) for day in made.disputed if day.numerator]
    assert told == [(reading.today_of(now) - AGO, 1, 0)]


def _dispute(order: Order, now: datetime, **values: Any) -> None:
    said = {"metric": Metric.CANCELLED, "note": "товар был", "opened_at": now, "actor_label": "Айгерим"}
    Dispute.objects.create(order_id=order.pk, shop_id=order.shop_id, **said, **values)


def test_buckets_reach_as_far_back_as_asked_and_only_to_the_points_seen(faulty: Cast) -> None:
    shop, now = faulty.alma.shop("alma-tech"), database_now()
    buckets.recount_due()
    with faulty.alma.scope():
        today = reading.today_of(now)
        seen, unseen = (
            history([shop.pk], Metric.CANCELLED, since=today - timedelta(days=9), seen_by=who.actor)[Metric.CANCELLED]
            for who in (faulty.bolat, faulty.daniyar)
        )
        late = history([shop.pk], Metric.CANCELLED, since=today - timedelta(days=2))[Metric.CANCELLED]
    assert sum(day.numerator for day in seen) == 3
    assert unseen == late == ()


def test_it_costs_the_same_few_queries_whatever_the_orders(faulty: Cast) -> None:
    for metric, most in ((Metric.CANCELLED, 4), (Metric.LATE_HANDOVER, 4), (Metric.RATING, 4)):
        with CaptureQueriesContext(connection) as asked, faulty.alma.scope():
            shop, now = faulty.alma.shop("alma-tech"), database_now()
            days, today = _days(faulty, metric), reading.today_of(now)
            made_of(shop.pk, metric, days, today=today, window_days=30, named=(), now=now)
        mine = [
            query for query in asked.captured_queries if "orders_order" in query["sql"] or "quality_" in query["sql"]
        ]
        assert len(mine) <= most, metric


def test_the_window_of_the_causes_is_that_of_the_number(faulty: Cast) -> None:
    made = _read(faulty, Metric.CANCELLED)
    assert made.window == official_window(reading.today_of(database_now()), FORMULA.window_days[Metric.CANCELLED])
