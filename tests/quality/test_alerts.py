"""Warnings of a shop's numbers in the table and in the feed: each once, a day ahead of the cabinet."""

from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from integrations.models import FeedEvent, KaspiAccount
from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets
from quality.formulas import Metric
from quality.history import alerts, duties
from quality.models import ProfileAssignment, QualityAlert, QualitySetting, QualitySnapshot
from staff.clock import database_now
from tests.cast import Cast, gather
from tests.orders.working import at_once
from tests.quality.history_world import ago, cancelled_days_ago, put, shop_id, today

EVENTS = "/api/v1/events"


def look(cast: Cast) -> int:
    return alerts.look_at(cast.alma.id, shop_id(cast))


def told(cast: Cast) -> list[tuple[str, str]]:
    with cast.alma.scope():
        return list(QualityAlert.objects.order_by("pk").values_list("metric", "kind"))


def assign(cast: Cast, profile: str) -> None:
    with cast.alma.scope():
        by = {"actor_label": "Айгерим", "made_at": database_now(), "shop_id": shop_id(cast)}
        ProfileAssignment.objects.create(profile=profile, from_day=today(), **by)


def test_a_cancel_of_today_that_crosses_is_told_a_day_before_the_cabinet(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, ago(3), 2, 90)
    assert look(cast) == 1
    put(cast.alma, Metric.CANCELLED, today(), 1, 0)
    assert look(cast) == 1 and look(cast) == 0
    assert told(cast) == [("cancelled", "room_0"), ("cancelled", "crossed")]
    with cast.alma.scope():
        crossed = QualityAlert.objects.get(kind="crossed")
    assert (crossed.about, crossed.profile) == (today(), "v2-2026")
    assert (crossed.details["status"], crossed.details["status_shown"]) == ("critical", "warning")


def test_programs_hear_of_it_in_the_feed(transactional_db: None) -> None:
    cast = gather()
    put(cast.alma, Metric.CANCELLED, today(), 4, 100)
    look(cast)
    (row,) = cast.alma.program().get(EVENTS).json()["results"]
    shop = cast.alma.shop("alma-tech")
    assert (row["kind"], row["order"], row["order_code"]) == ("quality.warning", str(shop.public_id), "alma-tech")
    assert (row["shop"], row["point"]) == ("alma-tech", None)
    payload = row["payload"]
    assert (payload["metric"], payload["kind"], payload["about"]) == ("cancelled", "crossed", today().isoformat())
    assert (payload["numerator"], payload["denominator"], payload["left"]) == (4, 100, 0)
    assert cast.bereke.program().get(EVENTS).json()["results"] == []


def test_a_recount_is_followed_by_a_look(cast: Cast) -> None:
    order = cast.place()
    cancelled_days_ago(cast, 1)
    cancelled_days_ago(cast, 1)
    with cast.alma.scope():
        type(order).objects.filter(pk=order.pk).update(approved_at=database_now() - timedelta(days=2))
    assert duties.recount_due() == 1
    assert told(cast) == [("cancelled", "room_0")]


def test_by_the_assigned_profile_and_by_the_strictest_where_the_owner_wants_that(cast: Cast) -> None:
    assign(cast, "historic-10")
    put(cast.alma, Metric.CANCELLED, ago(3), 4, 100)
    assert look(cast) == 0
    with cast.alma.scope():
        QualitySetting.objects.create(shop_id=shop_id(cast), warn_by_strictest=True, changed_at=database_now())
    assert look(cast) == 1
    with cast.alma.scope():
        assert QualityAlert.objects.get().profile == "v2-2026"


def test_the_first_likely_day_of_a_breach_comes_from_the_snapshot_of_the_day(cast: Cast) -> None:
    soon = ago(-4)
    with cast.alma.scope():
        row = {
            "profile": "v2-2026",
            "formula": "event-days-1",
            "status": "ok",
            "digest": "",
            "known_at": database_now(),
        }
        QualitySnapshot.objects.create(
            shop_id=shop_id(cast),
            metric="late_handover",
            day=today(),
            first=ago(30),
            last=ago(1),
            numerator=1,
            denominator=100,
            sample=100,
            breach_on=soon,
            **row,
        )
    assert look(cast) == 1
    with cast.alma.scope():
        assert QualityAlert.objects.values_list("metric", "kind", "about").get() == ("late_handover", "likely", soon)


def test_back_under_the_line_is_told(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, ago(3), 4, 100)
    look(cast)
    put(cast.alma, Metric.CANCELLED, ago(2), 0, 400)
    look(cast)
    assert told(cast) == [("cancelled", "crossed"), ("cancelled", "back")]


def test_two_workers_at_once_tell_each_warning_once(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen that nothing was told before either writes; the constraint lets one of them tell."""
    cast, meet, tell = gather(), Barrier(2), alerts._tell
    put(cast.alma, Metric.CANCELLED, today(), 4, 100)

    def at_the_same_time(*args: Any) -> int:
        meet.wait(10)
        return tell(*args)

    monkeypatch.setattr(alerts, "_tell", at_the_same_time)
    assert sorted(at_once(lambda: look(cast), lambda: look(cast))) == [0, 1]
    with cast.alma.scope():
        assert (QualityAlert.objects.count(), FeedEvent.objects.filter(kind="quality.warning").count()) == (1, 1)


def test_a_shop_that_cannot_be_looked_at_stops_nobodys_recount(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.place()
    cast.place(shop="bereke-tools")
    monkeypatch.setattr(alerts, "raise_due", lambda shop, now: 1 // 0)
    assert duties.recount_due() == 2
    assert buckets.recount_due() == 0


def test_nothing_is_told_in_the_middle_of_a_first_import(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, today(), 4, 100)
    _import(cast, import_started_at=database_now())
    assert look(cast) == 0 and told(cast) == []
    _import(cast, import_finished_at=database_now())
    assert look(cast) == 1


def _import(cast: Cast, **values: Any) -> None:
    with cast.alma.scope():
        KaspiAccount.objects.filter(shop_id=shop_id(cast)).update(**values)


def test_a_parcel_that_the_clock_makes_late_is_told_though_no_order_changes(cast: Cast) -> None:
    put(cast.alma, Metric.LATE_HANDOVER, ago(2), 0, 9)
    put(cast.alma, Metric.CANCELLED, ago(2), 0, 20)
    for _ in range(2):
        order = cast.place(Stage.KD_HANDOVER)
        with cast.alma.scope():
            just_now = database_now() - timedelta(minutes=3)
            Order.objects.filter(pk=order.pk).update(courier_planned_at=just_now)
    assert duties.look_at_overdue() == 1
    assert ("late_handover", "crossed") in told(cast)
