"""Two workers at one plan, two people who plan at once: what the lock of the offer is there for."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from django.db import connections

from catalog.models import Offer, PlannedPrice
from catalog.price_calendar import carrying, planning
from staff.errors import Refused
from staff.scoping import ScopedQuerySet
from tests.cast import Cast
from tests.price_calendar.diary import Diary, open_diary

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(cast: Cast) -> Diary:
    return open_diary(cast.alma.id, "alma-tech")


def unlocked(offer_id: int) -> Offer:
    found: Offer = Offer.objects.get(pk=offer_id)
    return found


@pytest.mark.parametrize(("locked", "price"), [(False, 90_000), (True, 100_000)], ids=["lock off", "lock on"])
def test_a_second_worker_does_not_begin_a_plan_again_and_forget_the_former_price(
    ready: Diary, monkeypatch: pytest.MonkeyPatch, locked: bool, price: int
) -> None:
    """The slow worker has read what is due; then another begins the plan."""
    ready.plan(90_000, -1, 5)
    has_read, goes_on, due = threading.Event(), threading.Event(), carrying._due
    slow = threading.local()

    def read(offer_id: int, now: datetime) -> Sequence[PlannedPrice]:
        found = due(offer_id, now)
        if getattr(slow, "me", False):
            has_read.set()
            goes_on.wait(1)
        return found

    def work() -> None:
        slow.me = True
        try:
            ready.carry(0)
        finally:
            connections.close_all()

    monkeypatch.setattr(carrying, "_due", read)
    if not locked:
        monkeypatch.setattr(carrying, "hold", unlocked)
    with ThreadPoolExecutor(max_workers=1) as threads:
        done = threads.submit(work)
        assert has_read.wait(10)
        ready.carry(0)
        goes_on.set()
        done.result()
    ready.carry(5)
    assert (ready.price, ready.told()) == (price, [("done", "returned")])


def test_two_workers_that_come_at_once_take_a_plan_once(ready: Diary) -> None:
    ready.plan(90_000, -1, 5)
    assert sum(both(carrying.carry_due)) == 1
    assert (len(ready.changes()), ready.told()) == (1, [("running", "")])


@pytest.mark.parametrize(("locked", "kept"), [(False, 2), (True, 1)], ids=["lock off", "lock on"])
def test_of_two_plans_made_at_once_for_one_time_one_is_refused(
    ready: Diary, monkeypatch: pytest.MonkeyPatch, locked: bool, kept: int
) -> None:
    met, check = threading.Barrier(2, timeout=1), planning._check_others

    def check_together(*args: Any, **named: Any) -> None:
        check(*args, **named)
        with suppress(threading.BrokenBarrierError):
            met.wait()

    monkeypatch.setattr(planning, "_check_others", check_together)
    if not locked:
        monkeypatch.setattr(ScopedQuerySet, "select_for_update", lambda rows, **_: rows)
    prices = iter((90_000, 80_000))

    def make() -> int:
        try:
            ready.plan(next(prices), 1, 5)
        except Refused as refusal:
            assert refusal.code == "plans_meet"
            return 0
        return 1

    assert sum(both(make)) == len(ready.told()) == kept


def both(work: Any) -> list[Any]:
    def one(_: int) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as threads:
        return list(threads.map(one, range(2)))
