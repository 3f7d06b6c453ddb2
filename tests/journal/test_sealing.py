"""Sealing beside people who write: nothing is passed by, nothing is sealed twice (reliability.md §1.3, M 16)."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import IntegrityError, connection

from staff import audit
from staff.clock import database_now
from staff.journal import sealing
from staff.journal.sealing import seal_due, tell_heads
from staff.models import AuditSeal
from tests.cast import Cast
from tests.journal.tampering import faults, ids, verify, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def own_connection(work: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


def slow_writer(cast: Cast, written: Event, go: Event) -> Callable[[], None]:
    """Writes an entry, and commits it when told."""
    by = cast.aigerim.actor

    def work() -> None:
        with cast.alma.scope():
            audit.record(by, "shop.exchange_resumed", subject=("shop", "slow"), now=database_now())
            written.set()
            assert go.wait(20)

    return own_connection(work)


def begin(cast: Cast, threads: ThreadPoolExecutor) -> tuple[Event, "Future[None]"]:
    written, go = Event(), Event()
    done = threads.submit(slow_writer(cast, written, go))
    assert written.wait(20)
    return go, done


def test_an_entry_that_is_committed_later_than_a_newer_one_is_sealed_in_its_place(
    cast: Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "PATIENCE", 0.1)
    go, done = begin(cast, threads)
    write(cast, 1)
    assert seal_due() == 0, "an older transaction is still writing"
    go.set()
    done.result(20)
    assert seal_due() == len(ids(cast.alma)) + len(ids(cast.bereke))
    assert faults(cast.alma) == []


def test_without_waiting_for_older_ones_a_late_entry_would_look_put_in(
    cast: Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_older_ones_ended", lambda patience: True)
    go, done = begin(cast, threads)
    late = write(cast, 1)[0]
    seal_due()
    go.set()
    done.result(20)
    [(fault, entry_id)] = faults(cast.alma)
    assert fault == "inserted"
    assert entry_id is not None and entry_id < late


def test_the_journal_is_sound_while_people_write_and_sealers_run(cast: Cast, threads: ThreadPoolExecutor) -> None:
    by = cast.aigerim.actor

    def write_some() -> None:
        for number in range(40):
            with cast.alma.scope():
                audit.record(by, "shop.exchange_resumed", subject=("shop", number), now=database_now())

    def seal_some() -> None:
        for _ in range(15):
            seal_due()

    running = [threads.submit(own_connection(work)) for work in (write_some, write_some, seal_some, seal_some)]
    while not all(one.done() for one in running):
        assert verify("--company", "alma")[0] == 0
    for one in running:
        one.result()
    seal_due()
    assert faults(cast.alma) == []
    with cast.alma.scope():
        assert AuditSeal.objects.count() == len(ids(cast.alma))


def two_sealers(cast: Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Both have read where the chain ends before either writes."""
    write(cast, 3)
    upto, meet, chained = ids(cast.alma)[-1], Barrier(2), sealing._chained

    def at_once(*args: Any, **kwargs: Any) -> Any:
        try:
            meet.wait(1)
        except Exception:
            meet.reset()
        return chained(*args, **kwargs)

    monkeypatch.setattr(sealing, "_chained", at_once)
    works = [threads.submit(own_connection(lambda: sealing.seal(cast.alma.id, upto=upto))) for _ in range(2)]
    return [work.exception() or work.result() for work in works]


def test_two_sealers_at_once_seal_once(
    cast: Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = two_sealers(cast, threads, monkeypatch)
    assert sorted(done) == [0, len(ids(cast.alma))]
    assert faults(cast.alma) == []


def test_without_the_turn_they_collide(
    cast: Cast, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_take_turn", lambda: True)
    done = two_sealers(cast, threads, monkeypatch)
    assert any(isinstance(one, IntegrityError) for one in done)


def test_the_head_of_each_chain_is_told_to_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    write(cast, 1)
    seal_due()
    with caplog.at_level("INFO"):
        tell_heads()
    with cast.alma.scope():
        last = AuditSeal.objects.latest("seq")
    assert f"journal of company {cast.alma.id} sealed up to {last.seq}:{last.mac}" in caplog.text


def test_an_entry_is_one_insert(cast: Cast, django_assert_num_queries: Any) -> None:
    by, now = cast.aigerim.actor, database_now()
    with cast.alma.scope(), django_assert_num_queries(1):
        audit.record(by, "shop.expiry_policy", subject=("shop", 1), now=now, before={"a": 1}, after={"a": 2})
