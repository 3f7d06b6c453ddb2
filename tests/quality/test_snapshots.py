"""The numbers of each day are kept once, for ever, for every shop of every company."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from integrations.models import KaspiAccount
from orders.models import Order
from quality import buckets
from quality.formulas import Metric
from quality.history import reading, snapshots
from quality.history.snapshots import Beside, Foreseen, Kept, Proofs, Proven, due_day, snap, snap_due
from quality.models import ProfileAssignment, QualitySnapshot
from quality.reading import numbers, today_of
from quality.thresholds import PROFILES, Profile
from staff.clock import database_now
from tests.cast import Cast, gather
from tests.orders.working import at_once
from tests.quality.history_world import ago, cancelled_days_ago, put, shop_id, today


@pytest.fixture(autouse=True)
def imported_before(request: pytest.FixtureRequest) -> None:
    if "cast" in request.fixturenames:
        request.getfixturevalue("imported")


BY_ALL = len(PROFILES) * len(Metric)


def kept(cast: Cast, **asked: Any) -> list[QualitySnapshot]:
    with cast.alma.scope():
        return list(QualitySnapshot.objects.filter(shop_id=shop_id(cast), **asked).order_by("day", "profile", "metric"))


def keep_before(cast: Cast, days: int) -> None:
    """A worker kept that day, and none has run since."""
    with cast.alma.scope():
        row = {"profile": "v2-2026", "metric": "cancelled", "formula": "event-days-1", "status": "ok", "digest": ""}
        QualitySnapshot.objects.create(
            shop_id=shop_id(cast),
            day=ago(days),
            first=ago(days + 30),
            last=ago(days + 1),
            numerator=0,
            denominator=0,
            sample=0,
            known_at=database_now(),
            **row,
        )


def test_a_day_is_kept_by_every_profile_as_the_cabinet_shows_it(cast: Cast) -> None:
    cancelled_days_ago(cast, 3)
    snap_due()
    rows = kept(cast)
    assert len(rows) == BY_ALL and {row.day for row in rows} == {today()}
    with cast.alma.scope():
        shown = numbers([shop_id(cast)], now=database_now())
    for row in rows:
        official = shown[Metric(row.metric)].official
        expected = (official.numerator, official.denominator, official.sample)
        assert (row.numerator, row.denominator, row.sample) == expected
        assert (row.first, row.last) == official.window
    assert {row.numerator for row in rows if row.metric == "cancelled"} == {1}


def test_a_second_run_adds_nothing_and_every_shop_of_every_company_is_kept(cast: Cast) -> None:
    assert snap_due() == 3
    before = [row.pk for row in kept(cast)]
    assert snap_due() == 0
    assert [row.pk for row in kept(cast)] == before
    with cast.bereke.scope():
        assert QualitySnapshot.objects.count() == BY_ALL


def test_what_changed_and_was_not_recounted_yet_is_in_what_is_kept(cast: Cast) -> None:
    order = cancelled_days_ago(cast, 3)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(fault="buyer")
    snap_due()
    assert {row.numerator for row in kept(cast, metric="cancelled")} == {0}


def test_days_that_no_worker_saw_are_made_later_and_say_so(cast: Cast) -> None:
    keep_before(cast, days=3)
    cancelled_days_ago(cast, 1)
    snap_due()
    rows = kept(cast, metric="cancelled", profile="v2-2026")
    assert [row.day for row in rows] == [ago(3), ago(2), ago(1), today()]
    assert [row.numerator for row in rows] == [0, 0, 0, 1]
    assert {today_of(row.known_at) for row in rows[1:]} == {today()}


def test_a_long_silence_is_made_up_in_turns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "DAYS_A_TURN", 2)
    keep_before(cast, days=5)
    assert snap(cast.alma.id, shop_id(cast)) == 2
    while snap_due():
        continue
    assert len({row.day for row in kept(cast)}) == 6


def test_the_day_begins_to_be_kept_five_minutes_after_midnight_of_almaty() -> None:
    midnight = datetime(2026, 11, 29, 19, tzinfo=UTC)
    assert due_day(midnight + timedelta(minutes=4)) == today_of(midnight) - timedelta(days=1)
    assert due_day(midnight + timedelta(minutes=5)) == today_of(midnight)


def test_a_profile_that_was_assigned_is_kept_from_its_day_on(cast: Cast) -> None:
    with cast.alma.scope():
        told = {"actor_label": "Айгерим", "made_at": database_now(), "shop_id": shop_id(cast)}
        ProfileAssignment.objects.create(profile="historic-10", from_day=today(), **told)
    put(cast.alma, Metric.CANCELLED, ago(2), 6, 100)
    snap_due()
    told_by = {row.profile: row.status for row in kept(cast, metric="cancelled")}
    assert told_by == {"v2-2026": "critical", "guide-5": "critical", "historic-10": "warning"}


def test_the_audit_and_the_forecast_stand_beside_the_number(cast: Cast) -> None:
    keep_before(cast, days=2)

    def prove(shop: int, day: date, profiles: Sequence[Profile], known_at: datetime) -> Proofs:
        return {
            (one.code, metric): Proven(f"{one.code} {day} {metric}", 9, 99) for one in profiles for metric in Metric
        }

    def foresee(one: Kept) -> Foreseen:
        assert one.day == today(), "nobody knows what would have been foreseen"
        return Foreseen(ago(-5), 0.01)

    snap(cast.alma.id, shop_id(cast), beside=Beside(prove, foresee))
    for row in (*kept(cast, day=ago(1)), *kept(cast, day=today())):
        assert row.digest == f"{row.profile} {row.day} {row.metric}"
        assert (row.numerator, row.denominator) == (9, 99)
        assert (row.breach_on, row.forecast_error) == ((ago(-5), 0.01) if row.day == today() else (None, None))


def test_what_is_kept_may_have_to_be_settled(cast: Cast) -> None:
    settled = timedelta(days=2)
    snap_due(beside=Beside(settled=settled))
    assert {row.day for row in kept(cast)} == {ago(2)}
    assert {today_of(row.known_at) for row in kept(cast)} == {ago(2)}


def test_a_shop_that_breaks_is_left_and_the_others_go_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, recount = shop_id(cast), buckets.recount

    def recounting(company_id: int, shop: int) -> int:
        if shop == broken:
            raise DatabaseError("broken")
        return recount(company_id, shop)

    monkeypatch.setattr(buckets, "recount", recounting)
    assert snap_due() == 2
    assert kept(cast) == []
    monkeypatch.undo()
    assert snap_due() == 1
    assert len(kept(cast)) == BY_ALL


def test_two_workers_at_once_keep_each_number_once(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the turn taken out both stand before the same empty table; the constraint lets one row of each in."""
    cast, meet, rows = gather(), Barrier(2), snapshots._rows
    monkeypatch.setattr(snapshots, "take_turn", lambda shop: None)
    monkeypatch.setattr(buckets, "take_turn", lambda shop: None)

    def at_the_same_time(*args: Any) -> Any:
        made = list(rows(*args))
        meet.wait(10)
        return made

    monkeypatch.setattr(snapshots, "_rows", at_the_same_time)
    place = cast.alma.id, shop_id(cast)
    assert at_once(lambda: snap(*place), lambda: snap(*place)) == [1, 1]
    assert len(kept(cast)) == BY_ALL
    with pytest.raises(IntegrityError), cast.alma.scope(), transaction.atomic():
        row = kept(cast)[0]
        row.pk = None
        QualitySnapshot.objects.bulk_create([row])


def test_what_was_kept_is_never_changed_nor_taken_away(cast: Cast) -> None:
    snap_due()
    changes: list[Callable[[Any], Any]] = [lambda rows: rows.update(numerator=9), lambda rows: rows.delete()]
    for change in changes:
        with pytest.raises(DatabaseError, match="permission denied"), cast.alma.scope(), transaction.atomic():
            change(QualitySnapshot.objects.all())


def test_a_kept_day_stays_as_it_was_shown_and_the_others_are_counted_from_today(cast: Cast) -> None:
    order = cancelled_days_ago(cast, 1)
    snap_due()
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(fault="buyer")
    put(cast.alma, Metric.CANCELLED, ago(5), 2, 10)
    buckets.recount_due()
    with cast.alma.scope():
        found = reading.numbers_over([shop_id(cast)], first=ago(1), last=today())[Metric.CANCELLED]
    assert [(one.day, one.measured.numerator) for one in found] == [(ago(1), 2), (today(), 1)]


def test_a_shop_in_its_first_import_is_not_kept(cast: Cast) -> None:
    with cast.alma.scope():
        KaspiAccount.objects.filter(shop_id=shop_id(cast)).update(import_finished_at=None)
    snap_due()
    with cast.alma.scope():
        assert QualitySnapshot.objects.exists()
        assert not QualitySnapshot.objects.filter(shop_id=shop_id(cast)).exists()
