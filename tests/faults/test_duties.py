"""Work that goes on in the background: bounded, never in the way of other work, and called for once too often rather than lost."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from integrations.loop import Flight
from kaspi_office import duties


def with_work(monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]) -> None:
    monkeypatch.setitem(duties.DUTIES, "poll", replace(duties.DUTIES["poll"], work=work))


def test_a_duty_that_is_never_done_gives_its_thread_back(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = itertools.count(1)
    with_work(monkeypatch, lambda: next(rounds))
    assert duties.run("poll")
    assert next(rounds) == duties.MOST_ROUNDS + 1


def test_a_duty_takes_one_thread_and_a_call_meanwhile_is_one_more_look(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, go_on, rounds = threading.Event(), threading.Event(), list[int]()

    def work() -> int:
        rounds.append(1)
        busy.set()
        go_on.wait(5)
        return 0

    with_work(monkeypatch, work)
    thread = threading.Thread(target=duties.run, args=["poll"])
    thread.start()
    assert busy.wait(5)
    assert not duties.run("poll") and not duties.run("poll")
    go_on.set()
    thread.join(5)
    assert len(rounds) == 2


def test_a_duty_that_broke_runs_again(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    with_work(monkeypatch, lambda: 1 // 0)
    assert duties.run("poll") and duties.run("poll")


def test_who_launches_waits_for_his_own_and_no_longer_than_his_patience() -> None:
    flight = Flight(4)
    started = time.monotonic()
    flight.launch([asyncio.sleep(0.05), asyncio.sleep(0.1)], patience=5)
    assert time.monotonic() - started < 2
    flight.launch([asyncio.sleep(1.5)], patience=0.05)
    assert time.monotonic() - started < 1.4
    assert flight.wait_for_room(0) == 3
    assert flight.wait_until_empty(5) and flight.wait_for_room(0) == 4


def test_when_places_run_out_half_of_them_free_is_enough() -> None:
    flight = Flight(4)
    started = time.monotonic()
    flight.launch([asyncio.sleep(0.05), asyncio.sleep(0.05), asyncio.sleep(2), asyncio.sleep(2)], patience=10)
    assert time.monotonic() - started < 1.5
    assert flight.wait_until_empty(10)


def test_work_that_breaks_frees_its_place_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("no")

    flight = Flight(1)
    flight.launch([broken()], patience=5)
    assert flight.wait_until_empty(5) and "no" in caplog.text
