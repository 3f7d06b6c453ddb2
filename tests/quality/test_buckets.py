"""Day buckets by SQL against the pure functions over rows, on orders of every stage."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.test import Client

from orders.models import ChangedDay, Order
from quality import buckets, reading
from quality.formulas import FORMULAS, Formula, Metric
from quality.metrics import measure, preview_window, readings
from quality.models import OwnProfile, QualityDay, Ruling
from quality.queries import rows_of
from staff.clock import database_now
from tests.cast import Cast


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


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=lambda formula: str(formula.version))
def test_every_reading_of_the_formulas_says_the_same_in_sql(spread: Cast, formula: Formula) -> None:
    shop, now = spread.alma.shop("alma-tech"), database_now()
    with spread.alma.scope():
        _write_profile(formula, now)
        _rule(spread, now)
        orders = Order.objects.filter(shop_id=shop.pk)
        orders.update(items_count=2)
        window = preview_window(reading.today_of(now), 30)
        days = [window.first + timedelta(days=n) for n in range(30)]
        buckets.rebuild(spread.alma.id, shop.pk, days)
        kept = list(rows_of(orders, now=now))
        for metric in Metric:
            found = QualityDay.objects.filter(metric=metric, formula=formula.version)
            told = found.aggregate(above=Coalesce(Sum("numerator"), 0), below=Coalesce(Sum("denominator"), 0))
            expected = measure(kept, metric, window, formula=formula)
            assert (told["above"], told["below"]) == (expected.numerator, expected.denominator), metric


def _write_profile(formula: Formula, now: datetime) -> None:
    OwnProfile.objects.create(code="own-1", title="Своя", formula=formula.version, rules={}, created_at=now)


def _rule(cast: Cast, now: datetime) -> None:
    """Of every number one order is said to count and another not to, whatever our judgement is."""
    for metric in Metric:
        orders = Order.objects.filter(shop_id=cast.alma.shop("alma-tech").pk).order_by("id")
        for number, order in enumerate(orders):
            said = {"metric": metric, "counts": number % 2 == 0, "note": "проверено", "made_at": now}
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, actor_label="Айгерим", **said)


def test_a_number_follows_the_word_of_a_person_and_its_withdrawal(spread: Cast) -> None:
    shop, now = spread.alma.shop("alma-tech"), database_now()
    with spread.alma.scope():
        before = _cancelled(spread)
        for order in Order.objects.filter(shop_id=shop.pk, cancelled_at__isnull=False, fault="seller"):
            said = {"metric": Metric.CANCELLED, "counts": False, "note": "спор выигран", "made_at": now}
            Ruling.objects.create(order_id=order.pk, shop_id=shop.pk, actor_label="Айгерим", **said)
        ruled = _cancelled(spread)
        Ruling.objects.update(withdrawn_at=now)
        assert before > 0
        assert (ruled, _cancelled(spread)) == (0, before)


def _cancelled(cast: Cast) -> int:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    today = reading.today_of(now)
    buckets.mark_changed(shop.pk, [today - timedelta(days=n) for n in range(30)])
    buckets.recount(cast.alma.id, shop.pk)
    return reading.numbers([shop.pk], now=now)[Metric.CANCELLED].preview.numerator


def test_lines_that_come_later_have_the_days_of_their_order_counted_again(spread: Cast) -> None:
    buckets.recount_due()
    with spread.alma.scope():
        order = Order.objects.filter(completed_at__isnull=False)[0]
        assert not ChangedDay.objects.exists()
        Order.objects.filter(pk=order.pk).update(items_count=order.items_count + 2)
        marked = set(ChangedDay.objects.values_list("shop_id", "day"))
    assert order.completed_at is not None
    assert (order.shop_id, reading.today_of(order.completed_at)) in marked
