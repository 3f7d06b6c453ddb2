"""How often we call: a limiter per token, shared by everything in the process that uses the token.

Kaspi publishes no limit (kaspi-api §1.6), so the rate starts low, is halved by each 429 and grows back slowly.
"""

import asyncio
import hashlib
import math
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Final

from integrations.kaspi.errors import Congested

RATE: Final = 4.0  # calls a second
BURST: Final = 8
SLOWEST: Final = 0.1
CLEAN_SECONDS: Final = 30.0
GROWTH: Final = 1.1
PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 300.0
ENOUGH_STEPS: Final = 100  # 1.1^100 brings any slowed rate back to its top; more would only overflow


class Limiter:
    """Lets `burst` calls go at once and `rate` a second after that, in the order they asked.

    A caller is given a moment at which it may go (the generic cell rate algorithm) and sleeps until then, so nothing
    wakes the whole crowd. `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        *,
        rate: float = RATE,
        burst: int = BURST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.rate = rate
        self._top = rate
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.RLock()
        self._next = clock()  # the moment at which the whole burst is free again
        self._paused_until = -math.inf
        self._last_pause = PAUSE
        self._clean_since = clock()

    async def acquire(self, *, within: float = math.inf) -> None:
        """Wait for a turn. A cancelled wait gives its turn back.

        Raises Congested at once, with the seconds to wait, when no turn comes `within` the seconds given: a caller of a
        paused shop must not hold a place that other shops could use.
        """
        deadline = self._clock() + within
        while True:
            moment, interval = self._book()
            try:
                wait = moment - self._clock()
                if moment > deadline:
                    raise Congested("no turn within the time of the call", wait)
                if wait > 0:
                    await self._sleep(wait)
            except (asyncio.CancelledError, Congested):
                with self._lock:
                    self._next -= interval
                raise
            # A pause may have begun while we slept: queue again behind it.
            if moment >= self._paused_until:
                return

    def pause(self, seconds: float) -> None:
        """Nobody goes for `seconds`; afterwards calls go one by one, without a burst."""
        self._pause_until(self._clock() + seconds)

    def throttled(self, asked: float | None) -> float:
        """Kaspi answered 429 and asked for `asked` seconds, or did not say. Returns the pause taken, in seconds.

        Without a figure: 30 s, doubled to 5 min while the refusals follow one another (reliability §3 row 17).
        """
        with self._lock:
            now = self._clock()
            if now >= self._paused_until:
                # During a pause nothing leaves, so a 429 that arrives then answers an older call and is no news.
                self.rate = max(SLOWEST, self.rate / 2)
                follows = now < self._paused_until + CLEAN_SECONDS
                self._last_pause = min(LONGEST_PAUSE, 2 * self._last_pause) if follows else PAUSE
            self._pause_until(now + (self._last_pause if asked is None else asked))
            return self._paused_until - now

    def _pause_until(self, moment: float) -> None:
        with self._lock:
            self._paused_until = max(self._paused_until, moment)
            self._next = max(self._next, self._paused_until + (self._burst - 1) / self.rate)
            self._clean_since = max(self._clean_since, self._paused_until)

    def _book(self) -> tuple[float, float]:
        with self._lock:
            now = self._clock()
            self._recover(now)
            interval = 1 / self.rate
            moment = max(now, self._paused_until, self._next - (self._burst - 1) * interval)
            self._next = max(moment, self._next) + interval
            return moment, interval

    def _recover(self, now: float) -> None:
        steps = int((now - self._clean_since) // CLEAN_SECONDS)
        if steps > 0:
            self.rate = min(self._top, self.rate * GROWTH ** min(steps, ENOUGH_STEPS))
            self._clean_since += steps * CLEAN_SECONDS


_SALT = secrets.token_bytes(16)
_limiters: dict[bytes, Limiter] = {}


def for_token(token: str, *, rate: float = RATE, burst: int = BURST) -> Limiter:
    """The limiter of this token in this process. The registry knows a keyed digest, never the token itself.

    `rate` and `burst` count only for the first caller.
    """
    digest = hashlib.blake2b(token.encode(), key=_SALT, digest_size=16).digest()
    return _limiters.setdefault(digest, Limiter(rate=rate, burst=burst))
