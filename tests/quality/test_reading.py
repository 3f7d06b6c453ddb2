"""Numbers by other profiles: another formula, another window, whole days or rolling; against the orders themselves."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from quality import buckets, reading
from quality.formulas import FORMULA, FORMULAS, Formula, Metric
from quality.metrics import OrderRow, day_of, measure
from quality.models import OwnProfile
from quality.profiles import assigned
from quality.queries import rows_of
from quality.thresholds import DEFAULT, Profile, WindowEnd, coming_window, shown_window
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast
from tests.quality.test_assigned import assign, write


def by(formula: Formula = FORMULA, *, end: WindowEnd = WindowEnd.YESTERDAY, days: int = 3) -> Profile:
    """Ours, but by this formula, over so many days."""
    rules = {name: replace(rule, window_end=end, window_days=days) for name, rule in DEFAULT.rules.items()}
    return replace(DEFAULT, code="other", formula=formula.version, rules=rules)


def keep_buckets(cast: Cast, formula: Formula) -> None:
    with cast.alma.scope():
        OwnProfile.objects.create(code="own-9", title="", formula=formula.version, rules={}, created_at=database_now())
    buckets.recount_due()


def shop_rows(cast: Cast, now: datetime) -> list[OrderRow]:
    return list(rows_of(Order.objects.filter(shop_id=cast.alma.shop("alma-tech").pk), now=now))


@pytest.mark.parametrize("end", [WindowEnd.YESTERDAY, WindowEnd.TODAY])
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=lambda formula: str(formula.version))
def test_numbers_by_a_profile_are_those_of_its_formula_and_window(
    spread: Cast, formula: Formula, end: WindowEnd
) -> None:
    keep_buckets(spread, formula)
    shop, now, profile = spread.alma.shop("alma-tech").pk, database_now(), by(formula, end=end, days=9)
    with spread.alma.scope():
        found, rows = reading.numbers([shop], now=now, profile=profile), shop_rows(spread, now)
    today = reading.today_of(now)
    for metric, rule in profile.rules.items():
        assert found[metric].official == measure(rows, metric, shown_window(rule, today), formula=formula)
        if metric is not Metric.LATE_HANDOVER:
            assert found[metric].preview == measure(rows, metric, coming_window(rule, today), formula=formula)
    assert sum(found[metric].preview.numerator for metric in Metric) > 0


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=lambda formula: str(formula.version))
def test_as_many_orders_stand_behind_a_number_as_its_profile_counts(spread: Cast, formula: Formula) -> None:
    keep_buckets(spread, formula)
    shop, now, profile = spread.alma.shop("alma-tech").pk, database_now(), by(formula, days=9)
    with spread.alma.scope():
        found = reading.numbers([shop], now=now, profile=profile)
        for metric in (Metric.CANCELLED, Metric.LATE_HANDOVER):
            behind = reading.orders_behind(metric, shop, now=now, profile=profile)
            assert sum(one.counts for one in behind) == found[metric].official.numerator


def test_orders_late_already_are_below_the_line_once(spread: Cast) -> None:
    formula = FORMULAS["of-arrived-1"]
    keep_buckets(spread, formula)
    shop, now = spread.alma.shop("alma-tech").pk, database_now()
    with spread.alma.scope():
        preview = reading.numbers([shop], now=now, profile=by(formula, days=20))[Metric.LATE_HANDOVER].preview
    assert preview.provisional > 0
    assert preview.denominator == preview.sample


@pytest.fixture
def hourly(spread: Cast) -> Cast:
    """A cancel of the shop's fault in each hour around the edge of a window of three days, and today."""
    now = database_now()
    with spread.alma.scope():
        orders = Order.objects.filter(shop_id=spread.alma.shop("alma-tech").pk, cancelled_at__isnull=False)
        edge = now - timedelta(days=3)
        moments = [edge - timedelta(minutes=5), edge + timedelta(minutes=5), now - timedelta(days=1), now]
        moments += [edge + timedelta(days=1)] * (len(orders) - len(moments))
        for order, moment in zip(orders, moments, strict=False):
            Order.objects.filter(pk=order.pk).update(cancelled_at=moment, approved_at=moment, fault="seller")
    buckets.recount_due()
    return spread


def test_a_rolling_window_begins_at_this_time_of_day(hourly: Cast) -> None:
    shop, now = hourly.alma.shop("alma-tech").pk, database_now()
    with hourly.alma.scope():
        number = reading.numbers([shop], now=now, profile=by(end=WindowEnd.NOW))[Metric.CANCELLED].official
        since = now - timedelta(days=3)
        orders = Order.objects.filter(shop_id=shop)
        above = orders.filter(fault="seller", cancelled_at__gte=since).count()
        below = orders.filter(approved_at__gte=since).count()
        behind = reading.orders_behind(Metric.CANCELLED, shop, now=now, profile=by(end=WindowEnd.NOW))
    assert (number.numerator, number.denominator) == (above, below)
    assert sum(one.counts for one in behind) == above
    assert isinstance(number.value, Fraction)


def test_a_rolling_window_knows_points(hourly: Cast) -> None:
    shop, now, profile = hourly.alma.shop("alma-tech").pk, database_now(), by(end=WindowEnd.NOW)
    with hourly.alma.scope():
        whole = reading.numbers([shop], now=now, profile=profile)[Metric.CANCELLED].official
        points = reading.numbers_by_point([shop], now=now, profile=profile).values()
        unseen = reading.numbers([shop], now=now, profile=profile, seen_by=hourly.daniyar.actor)
    assert sum(point[Metric.CANCELLED].numerator for point in points) == whole.numerator > 0
    assert unseen[Metric.CANCELLED].official.numerator == 0


@pytest.mark.parametrize("end", WindowEnd)
def test_an_order_leaves_on_the_first_day_whose_window_is_without_it(spread: Cast, end: WindowEnd) -> None:
    buckets.recount_due()
    shop, now, profile = spread.alma.shop("alma-tech").pk, database_now(), by(end=end, days=9)
    with spread.alma.scope():
        behind = reading.orders_behind(Metric.CANCELLED, shop, now=now, profile=profile)
        for one in behind:
            later = [
                reading.orders_behind(
                    Metric.CANCELLED, shop, one.leaves_on + timedelta(days=n), now=now, profile=profile
                )
                for n in (-1, 0 if end is not WindowEnd.NOW else 1)
            ]
            held = [one.order in {other.order for other in orders} for orders in later]
            assert held == [True, False]
    assert behind


def test_each_shop_is_read_by_its_own_profile(spread: Cast) -> None:
    code = write(spread, {"formula": "arrival-days-1", "cancelled-window": "9"})
    assign(spread, code)
    buckets.recount_due()
    shops, now = [spread.alma.shop(slug).pk for slug in ("alma-tech", "alma-dom")], database_now()
    with spread.alma.scope():
        found = reading.numbers_by_shop(shops, now=now)
        single = [reading.numbers([shop], now=now) for shop in shops]
    assert [found[shop] for shop in shops] == single
    versions: list[Any] = [found[shop][Metric.CANCELLED].official.version for shop in shops]
    assert versions == ["arrival-days-1", FORMULA.version]


def test_numbers_by_many_profiles_are_those_of_each_with_few_questions(hourly: Cast) -> None:
    keep_buckets(hourly, FORMULAS["of-arrived-1"])
    profiles = [
        replace(DEFAULT, code="usual"),
        replace(DEFAULT, code="short", rules={**DEFAULT.rules, Metric.RATING: by().rules[Metric.RATING]}),
        replace(by(FORMULAS["of-arrived-1"], days=9), code="arrived"),
        replace(by(end=WindowEnd.NOW), code="rolling"),
    ]
    shop, now = hourly.alma.shop("alma-tech").pk, database_now()
    with hourly.alma.scope():
        single = {one.code: reading.numbers([shop], now=now, profile=one) for one in profiles}
        with CaptureQueriesContext(connection) as asked:
            assert reading.numbers_by_profile([shop], profiles, now=now) == single
    # The first two together, the third, and the rolling one with its first day.
    assert len(asked) == 4


def test_the_numbers_of_a_profile_wait_for_no_assignment(spread: Cast) -> None:
    """What is asked by another profile changes nothing of the shop's own."""
    buckets.recount_due()
    shop, now = spread.alma.shop("alma-tech").pk, database_now()
    with spread.alma.scope():
        before = reading.numbers([shop], now=now)
        reading.numbers([shop], now=now, profile=by(days=1))
        assert reading.numbers([shop], now=now) == before
        assert assigned.profile_of(shop, day_of(now, ALMATY)) == DEFAULT


def test_the_profile_and_the_numbers_come_in_one_question_while_nothing_was_assigned(spread: Cast) -> None:
    buckets.recount_due()
    shop, now = spread.alma.shop("alma-tech").pk, database_now()
    with spread.alma.scope(), CaptureQueriesContext(connection) as asked:
        assert reading.standing([shop], now=now)[0] == DEFAULT
    assert len(asked) == 1
    assign(spread, "historic-10")
    with spread.alma.scope(), CaptureQueriesContext(connection) as asked:
        profile, live = reading.standing([shop], now=now)
        assert reading.readings_of(live, profile, today=reading.today_of(now)) == reading.numbers([shop], now=now)
    assert (profile.code, len(asked)) == ("historic-10", 6)
