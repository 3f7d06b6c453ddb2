"""Day buckets by SQL against the pure functions over rows, on orders of every stage."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import ChangedDay, Order
from quality import buckets, reading
from quality.metrics import Metric, readings
from quality.models import QualityDay
from quality.queries import rows_of
from staff.clock import database_now
from tests.cast import Cast

STAGES = (Stage.COMPLETED, Stage.RETURNED, Stage.CANCELLED, Stage.KD_TRANSIT, Stage.KD_HANDOVER, Stage.NEW)


@pytest.fixture
def spread(cast: Cast) -> Cast:
    """Orders of many stages over some days, among them ones that count against the shop."""
    orders = [cast.place(stage) for stage in STAGES for _ in range(2)]
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


def test_the_numbers_from_buckets_are_those_from_rows(spread: Cast) -> None:
    shop, now = spread.alma.shop("alma-tech"), database_now()
    buckets.recount_due()
    with spread.alma.scope():
        from_rows = readings(rows_of(Order.objects.filter(shop_id=shop.pk), now=now), today=reading.today_of(now))
        assert reading.numbers([shop.pk], now=now) == from_rows
        assert from_rows[Metric.CANCELLED].preview.numerator > 0
        assert from_rows[Metric.LATE_HANDOVER].preview.numerator > 2


def test_a_recount_leaves_nothing_to_recount(spread: Cast) -> None:
    assert buckets.recount_due() > 0
    assert buckets.recount_due() == 0
    with spread.alma.scope():
        assert not ChangedDay.objects.exists()


def test_a_recount_twice_counts_once(spread: Cast) -> None:
    shop = spread.alma.shop("alma-tech")
    buckets.recount_due()
    with spread.alma.scope():
        before = sorted(QualityDay.objects.values_list("day", "metric", "point_id", "numerator", "denominator"))
        days = sorted({row[0] for row in before})
        buckets.rebuild(spread.alma.id, shop.pk, days)
        after = sorted(QualityDay.objects.values_list("day", "metric", "point_id", "numerator", "denominator"))
    assert after == before


def test_the_orders_behind_a_number_are_as_many_as_it_says(spread: Cast) -> None:
    shop, now = spread.alma.shop("alma-tech"), database_now()
    buckets.recount_due()
    with spread.alma.scope():
        found = reading.numbers([shop.pk], now=now)
        for metric in (Metric.CANCELLED, Metric.LATE_HANDOVER, Metric.QUALITY_RETURNS):
            behind = reading.orders_behind(metric, shop.pk, now=now)
            assert sum(one.counts for one in behind) == found[metric].official.numerator


def test_points_add_up_to_their_shop(spread: Cast) -> None:
    shop, now = spread.alma.shop("alma-tech"), database_now()
    buckets.recount_due()
    with spread.alma.scope():
        whole = reading.numbers([shop.pk], now=now)[Metric.CANCELLED].official
        points = reading.numbers_by_point([shop.pk], now=now).values()
    assert sum(point[Metric.CANCELLED].denominator for point in points) == whole.denominator


def test_the_price_of_one_more_cancel_stands_in_the_dialog(spread: Cast) -> None:
    order = spread.place()
    buckets.recount_due()
    browser: Client = spread.bolat.browser()
    page = browser.get(f"/orders/{order.code}/cancel/", headers={"HX-Request": "true"}).content.decode()
    assert page.count("before-after__value") == 8
    assert "граница перейдена" in page
