"""The full recompute: what differs is mended and told, what agrees is silent, and a change meanwhile is no alarm."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from integrations.models import FeedEvent
from kaspi_office.duties import next_at
from orders.lifecycle import Stage
from orders.models import ChangedDay, Order
from quality import buckets
from quality.figures import DISAGREEMENTS
from quality.formulas import Metric
from quality.history import nightly
from quality.history.nightly import compare, days_of_window, recompute
from quality.models import QualityAlert, QualityDay
from staff.clock import database_now
from tests.cast import Cast
from tests.quality.history_world import ago, cancelled_days_ago, put, shop_id, today


def alarms(cast: Cast) -> list[QualityAlert]:
    with cast.alma.scope():
        return list(QualityAlert.objects.filter(kind="disagreement").order_by("metric"))


def stored(cast: Cast) -> list[tuple[Any, ...]]:
    with cast.alma.scope():
        names = ("day", "metric", "point_id", "numerator", "denominator", "formula")
        return sorted(QualityDay.objects.filter(shop_id=shop_id(cast)).values_list(*names))


def spoil(cast: Cast, day: Any, **values: Any) -> None:
    with cast.alma.scope():
        assert QualityDay.objects.filter(day=day, metric="cancelled").update(**values)


def test_nothing_planted_nothing_raised(cast: Cast) -> None:
    for stage in (Stage.COMPLETED, Stage.RETURNED, Stage.KD_TRANSIT, Stage.NEW):
        cast.place(stage)
    cancelled_days_ago(cast, 4)
    before = stored(cast)
    assert before and compare(cast.alma.id, shop_id(cast)) == []
    assert stored(cast) == before and alarms(cast) == []


@pytest.mark.parametrize("planted", ["another", "missing", "too many"])
def test_a_wrong_bucket_is_mended_and_told(cast: Cast, planted: str, caplog: pytest.LogCaptureFixture) -> None:
    cancelled_days_ago(cast, 4)
    before = stored(cast)
    if planted == "another":
        spoil(cast, ago(4), numerator=7)
    elif planted == "missing":
        with cast.alma.scope():
            QualityDay.objects.filter(day=ago(4), metric="cancelled").delete()
    else:
        put(cast.alma, Metric.CANCELLED, ago(60), 1, 3)
    counted = DISAGREEMENTS._value.get()
    with caplog.at_level(logging.ERROR):
        assert recompute() == 0
    assert stored(cast) == before
    (alarm,) = alarms(cast)
    assert (alarm.metric, alarm.about, alarm.details["buckets"]) == ("cancelled", today(), 1)
    assert "1 buckets disagreed" in caplog.text
    assert DISAGREEMENTS._value.get() == counted + 1
    with cast.alma.scope():
        fed = FeedEvent.objects.get(kind="quality.disagreement")
    assert (fed.subject, fed.code) == (cast.alma.shop("alma-tech").public_id, "alma-tech")
    assert fed.payload["metrics"] == {"cancelled": 1}
    recompute()
    assert len(alarms(cast)) == 1


def test_a_wrong_bucket_of_the_first_day_of_the_window_is_found_and_older_ones_are_left(cast: Cast) -> None:
    days = days_of_window(today())
    assert (days[0], days[-1], len(days)) == (ago(90), today(), 91)
    put(cast.alma, Metric.RATING, ago(90), 5, 1)
    put(cast.alma, Metric.RATING, ago(91), 5, 1)
    assert [one.day for one in compare(cast.alma.id, shop_id(cast))] == [ago(90)]


def test_what_waits_to_be_recounted_is_no_alarm(cast: Cast) -> None:
    order = cancelled_days_ago(cast, 4)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(fault="buyer")
    assert compare(cast.alma.id, shop_id(cast)) == []
    with cast.alma.scope():
        ChangedDay.objects.all().delete()
    assert [one.numerator for one in compare(cast.alma.id, shop_id(cast))] == [0]


def test_a_day_that_waits_hides_no_other_day(cast: Cast) -> None:
    cancelled_days_ago(cast, 4)
    spoil(cast, ago(4), numerator=7)
    cast.place()
    with cast.alma.scope():
        assert ChangedDay.objects.filter(day=today()).exists()
    assert [one.day for one in compare(cast.alma.id, shop_id(cast))] == [ago(4)]


def test_without_looking_at_the_marks_a_change_during_the_recompute_is_a_false_alarm(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the race is real: an order has changed, and its day is not recounted yet."""
    order, place = cancelled_days_ago(cast, 4), (cast.alma.id, shop_id(cast), [ago(4)])
    blind = buckets._compare("event-days-1", False).replace("one.day NOT IN", "TRUE OR one.day NOT IN")
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(fault="buyer")
        assert buckets.disagreements(*place) == []
        monkeypatch.setattr(buckets, "_compare", lambda version, ruled: blind)
        assert [one.day for one in buckets.disagreements(*place)] == [ago(4)]


def test_a_suspect_that_was_recounted_meanwhile_is_looked_at_again_and_is_no_alarm(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled_days_ago(cast, 4)
    spoil(cast, ago(4), numerator=7)
    mend = nightly._mend

    def mended_by_another(company_id: int, shop: int, days: Any) -> Any:
        with cast.alma.scope():
            buckets.rebuild(company_id, shop, days)
        return mend(company_id, shop, days)

    monkeypatch.setattr(nightly, "_mend", mended_by_another)
    recompute()
    assert alarms(cast) == []


def test_a_shop_that_breaks_is_left_and_the_others_go_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, asked = cast.alma.shop("alma-dom").pk, []

    def disagreeing(company_id: int, shop: int, days: Any) -> Any:
        asked.append(shop)
        if shop == broken:
            raise RuntimeError("broken")
        return []

    monkeypatch.setattr(buckets, "disagreements", disagreeing)
    recompute()
    assert len(asked) == 3 and asked[-1] != broken


def test_the_comparison_of_a_large_window_asks_indexes_and_writes_nothing(cast: Cast) -> None:
    for shop in ("alma-tech", "alma-dom"):
        cast.place(Stage.COMPLETED, shop=shop)
    spread_over_years(cast, 2_000)
    scans = scans_of_orders(cast, buckets._compare("event-days-1", True))
    assert "Seq Scan" not in {scan["Node Type"] for scan in scans}
    for index, column in DAY_INDEXES.items():
        ranges = [scan["Index Cond"] for scan in scans if scan.get("Index Name") == index]
        # Day by day: without the range in the condition of the index the whole history of the shop is read.
        assert ranges and all(f"({column} >= d" in one and f"({column} < d" in one for one in ranges)


DAY_INDEXES = {
    "order_arrived_day": "approved_at",
    "order_handed_day": "handed_at",
    "order_completed_day": "completed_at",
}


def spread_over_years(cast: Cast, copies: int) -> None:
    """So many copies of each order, half a day apart, and what the planner should know of them: of no rows all costs alike."""
    moments = {"created_at", "approved_at", *DAY_INDEXES.values(), "courier_planned_at"}
    own = {"id": None, "public_id": "gen_random_uuid()", "kaspi_id": "kaspi_id || '-' || n", "code": "code || '-' || n"}
    columns = {str(field.column): str(field.column) for field in Order._meta.concrete_fields}
    columns |= {name: f"{name} - n * interval '12 hours'" for name in moments}
    told = {name: said for name, said in (columns | own).items() if said}
    with cast.alma.scope(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_order ({', '.join(told)})"
            f" SELECT {', '.join(told.values())} FROM orders_order, generate_series(1, %s) n",
            [copies],
        )
        cursor.execute("ANALYZE orders_order")


def scans_of_orders(cast: Cast, statement: str) -> list[dict[str, Any]]:
    """How the planner would read orders for this statement over the longest window."""
    place = buckets._place(cast.alma.id, shop_id(cast), days_of_window(today()))
    with cast.alma.scope(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", place)
        nodes = [cursor.fetchone()[0][0]["Plan"]]
    for node in nodes:
        nodes += node.get("Plans", ())
    return [node for node in nodes if node.get("Relation Name") == "orders_order"]


def test_it_is_due_once_a_night_at_three(cast: Cast) -> None:
    now = database_now()
    due = next_at(3, now=now)
    assert now < due <= now + timedelta(days=1)
    assert next_at(3, now=due) == due + timedelta(days=1)
