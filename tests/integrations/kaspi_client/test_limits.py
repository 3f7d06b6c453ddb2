import asyncio
import heapq
from collections.abc import Callable, Coroutine

import pytest

from integrations.kaspi import limits
from integrations.kaspi.errors import Congested
from integrations.kaspi.limits import Limiter
from tests.integrations.kaspi_client.conversation import TOKEN


class FakeTime:
    """A clock that stands still until everybody sleeps, then goes to the next moment somebody waits for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._waiting: list[tuple[float, int, asyncio.Event]] = []
        self._asked = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        self._asked += 1
        heapq.heappush(self._waiting, (self.now + seconds, self._asked, event))
        await event.wait()

    async def run(self, *jobs: Coroutine[None, None, None]) -> None:
        tasks = [asyncio.ensure_future(job) for job in jobs]
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._waiting:
                self.now, _, event = heapq.heappop(self._waiting)
                event.set()


def departures(count: int, prepare: Callable[[Limiter], None] = lambda limiter: None, **kwargs: float) -> list[float]:
    """Seconds after the start at which each of `count` callers went."""
    time = FakeTime()
    limiter = Limiter(clock=time, sleep=time.sleep, **kwargs)  # type: ignore[arg-type]
    gone: list[float] = []

    async def caller() -> None:
        await limiter.acquire()
        gone.append(time.now - 1000)

    prepare(limiter)
    asyncio.run(time.run(*(caller() for _ in range(count))))
    return gone


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    assert departures(12, rate=4, burst=8) == pytest.approx([0] * 8 + [0.25, 0.5, 0.75, 1.0])


def test_nobody_goes_during_a_pause_and_one_by_one_after_it() -> None:
    assert departures(3, lambda limiter: limiter.pause(60), rate=4, burst=8) == pytest.approx([60, 60.25, 60.5])


def test_a_pause_holds_those_who_already_wait_for_their_turn() -> None:
    time = FakeTime()
    limiter = Limiter(rate=1, burst=1, clock=time, sleep=time.sleep)
    gone: list[float] = []

    async def caller() -> None:
        await limiter.acquire()
        gone.append(time.now - 1000)
        if len(gone) == 2:
            limiter.pause(30)

    asyncio.run(time.run(*(caller() for _ in range(4))))
    assert gone == pytest.approx([0, 1, 31, 32])


def test_a_cancelled_wait_gives_its_turn_back() -> None:
    time = FakeTime()
    limiter = Limiter(rate=1, burst=1, clock=time, sleep=time.sleep)

    async def scene() -> None:
        await limiter.acquire()
        impatient = asyncio.ensure_future(limiter.acquire())
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        await time.run(limiter.acquire())

    asyncio.run(scene())
    assert time.now == 1001


def test_a_turn_that_would_come_too_late_is_refused_at_once_and_given_back() -> None:
    time = FakeTime()
    limiter = Limiter(rate=0.1, burst=1, clock=time, sleep=time.sleep)
    asyncio.run(limiter.acquire())
    for _ in range(3):
        with pytest.raises(Congested) as caught:
            asyncio.run(limiter.acquire(within=9))
        assert caught.value.retry_after == pytest.approx(10)
    assert time.now == 1000


def test_each_429_halves_the_rate_and_those_of_the_same_moment_count_once() -> None:
    time = FakeTime()
    limiter = Limiter(rate=4, clock=time)
    for _ in range(8):
        limiter.throttled(10)
    time.now += 11
    limiter.throttled(10)
    assert limiter.rate == 1


def test_the_rate_never_falls_to_nothing() -> None:
    time = FakeTime()
    limiter = Limiter(rate=4, clock=time)
    for _ in range(50):
        limiter.throttled(1)
        time.now += 2
    assert limiter.rate == limits.SLOWEST


@pytest.mark.parametrize(("clean", "rate"), [(29, 2), (31, 2.2), (61, 2.42), (10_000_000, 4)])
def test_the_rate_grows_back_by_a_tenth_each_half_minute(clean: float, rate: float) -> None:
    time = FakeTime()
    limiter = Limiter(rate=4, clock=time, sleep=time.sleep)
    limiter.throttled(10)
    time.now += 10 + clean
    asyncio.run(limiter.acquire())
    assert limiter.rate == pytest.approx(rate)


def test_a_429_without_a_figure_pauses_longer_each_time_it_follows_another() -> None:
    time = FakeTime()
    limiter = Limiter(clock=time)
    pauses = []
    for _ in range(6):
        pauses.append(limiter.throttled(None))
        time.now += pauses[-1] + 1
    assert pauses == pytest.approx([30, 60, 120, 240, 300, 300])


def test_a_quiet_half_minute_forgets_the_long_pauses() -> None:
    time = FakeTime()
    limiter = Limiter(clock=time)
    time.now += limiter.throttled(None) + 31
    assert limiter.throttled(None) == pytest.approx(30)


def test_one_token_has_one_limiter_and_the_registry_does_not_know_it() -> None:
    assert limits.for_token(TOKEN) is limits.for_token(TOKEN)
    assert limits.for_token(TOKEN) is not limits.for_token("another")
    assert TOKEN not in repr(vars(limits))
