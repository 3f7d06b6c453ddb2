"""At the same moment: a link accepted by many, owners who let each other go, a dismissal and a write of the dismissed."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections

from kaspi_office.local import places
from orders import action_views
from staff import middleware
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry, Member
from staff.people import invitations, members
from staff.people.places import given_to
from tests import cast as people
from tests.cast import Cast
from tests.orders.working import at_once
from tests.people.team import PP1, change, do, hired, invite, join

MANY = 6
PATIENCE = 30.0


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """Rows that other connections see."""
    return people.gather()


def accept_at_once(cast: Cast) -> int:
    """How many came in by one link."""
    secret = invite(cast.aigerim, "order_manager", PP1)

    def one(number: int) -> int:
        try:
            join(secret, f"guest{number}@alma.example")
        except NotVisible:
            return 0
        return 1

    came = sum(at_once(*(lambda number=number: one(number) for number in range(MANY))))
    with cast.alma.scope():
        assert Member.objects.filter(name="Санжар").count() == came
    return came


def test_of_many_who_open_a_link_one_comes_in(committed: Cast) -> None:
    assert accept_at_once(committed) == 1


def test_without_turns_all_of_them_would(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    together, check = threading.Barrier(MANY, timeout=PATIENCE), invitations._opens
    monkeypatch.setattr(invitations, "wait_for_turn", lambda: None)
    monkeypatch.setattr(invitations, "_opens", lambda *args, **now: (check(*args, **now), together.wait())[0])
    secret = invite(committed.aigerim, "order_manager", PP1)
    at_once(*(lambda number=number: join(secret, f"guest{number}@alma.example") for number in range(MANY)))
    with committed.alma.scope():
        assert Member.objects.filter(name="Санжар").count() == MANY


def let_each_other_go(cast: Cast) -> int:
    """Two owners at once; answers how many owners are left."""
    second = hired(cast, "owner", email="second@alma.example")

    def one(who: people.Person, by: people.Person) -> None:
        try:
            do(members.deactivate, who, by)
        except Refused:
            return

    at_once(lambda: one(second, cast.aigerim), lambda: one(cast.aigerim, second))
    with cast.alma.scope():
        return int(Member.objects.filter(role="owner", is_active=True).count())


def test_of_two_owners_who_let_each_other_go_one_stays(committed: Cast) -> None:
    assert let_each_other_go(committed) == 1


def test_without_turns_no_owner_would_stay(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    together, check = threading.Barrier(2, timeout=PATIENCE), members._require_another_owner
    monkeypatch.setattr(members, "wait_for_turn", lambda: None)
    monkeypatch.setattr(members, "_require_another_owner", lambda member: (check(member), together.wait())[0])
    assert let_each_other_go(committed) == 0


class Paused:
    """The clock of a view that stands still in the middle of its request until it is told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> datetime:
        self.reached.set()
        assert self.go_on.wait(PATIENCE)
        return database_now()


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> "Future[object]":
    def closing() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(closing)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def write_and_dismiss(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Болат accepts an order; while his request is under way he is let go. The deeds in the order they were written."""
    order, browser, clock = cast.place(), cast.bolat.browser(), Paused()
    monkeypatch.setattr(action_views, "database_now", clock)
    with ThreadPoolExecutor(2) as pool:
        write = in_thread(pool, lambda: browser.post(f"/orders/{order.code}/accept/"))
        assert clock.reached.wait(PATIENCE)
        dismissal = in_thread(pool, lambda: do(members.deactivate, cast.bolat, cast.aigerim))
        assert places.wait_for(lambda: dismissal.done() or somebody_waits(), seconds=PATIENCE)
        clock.go_on.set()
        write.result(PATIENCE)
        dismissal.result(PATIENCE)
    assert browser.post(f"/orders/{order.code}/cancel/").status_code == 302
    with cast.alma.scope():
        deeds = AuditEntry.objects.filter(action__in=["order.accept", "member.deactivated"]).order_by("id")
        return list(deeds.values_list("action", flat=True))


def test_a_write_that_was_under_way_lands_before_the_dismissal(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write_and_dismiss(committed, monkeypatch) == ["order.accept", "member.deactivated"]


def test_unheld_it_would_land_afterwards(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "hold", lambda *_: None)
    assert write_and_dismiss(committed, monkeypatch) == ["member.deactivated", "order.accept"]


def test_two_who_change_one_person_leave_one_of_the_two_states(committed: Cast) -> None:
    second = hired(committed, "owner", email="second@alma.example")
    at_once(
        lambda: change(committed.bolat, committed.aigerim, "courier", PP1),
        lambda: change(committed.bolat, second, "order_manager", "alma-dom"),
    )
    with committed.alma.scope():
        given = given_to(committed.bolat.member)
        assert (committed.bolat.member.role, len(given.shops), len(given.points)) in (
            ("courier", 0, 1),
            ("order_manager", 1, 0),
        )
