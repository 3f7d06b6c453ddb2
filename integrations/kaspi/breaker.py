"""When to stop knocking: a breaker per shop (reliability §5.5)."""

import time
from collections.abc import Callable
from typing import Final

from integrations.kaspi.errors import CircuitOpen

FAILURES: Final = 5
FIRST_REST: Final = 30.0  # seconds
LONGEST_REST: Final = 300.0
PROBE_SECONDS: Final = 30.0  # longer than any call may last


class Breaker:
    """Five failures in a row close the road for 30 s, then one probe at a time; failed probes double the rest to 5 min.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget all failures: the owner changed the token or asked to try now."""
        self._failures = 0
        self._rest = FIRST_REST
        self._shut_until: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._shut_until is not None

    def admit(self) -> None:
        """Let a call pass, or raise CircuitOpen with the seconds left."""
        if self._shut_until is None:
            return
        now = self._clock()
        if now < self._shut_until:
            raise CircuitOpen("the breaker of this shop is open", self._shut_until - now)
        # This call is the probe. Shutting behind it for longer than it can live keeps the others out, and lets a
        # next probe through if this one was cancelled and reports nothing.
        self._probing = True
        self._shut_until = now + PROBE_SECONDS

    def succeeded(self) -> None:
        """Kaspi answered with sense, be it a refusal."""
        self.reset()

    def failed(self) -> None:
        """A transient failure. One that comes while the road is shut belongs to an older call and changes nothing."""
        self._failures += 1
        if self._probing:
            self._rest = min(LONGEST_REST, 2 * self._rest)
            self._shut()
        elif self._shut_until is None and self._failures >= FAILURES:
            self._shut()

    def _shut(self) -> None:
        self._probing = False
        self._shut_until = self._clock() + self._rest


_breakers: dict[str, Breaker] = {}


def for_shop(key: str) -> Breaker:
    """The breaker of this shop in this process; `key` is any stable name of the shop, never its token."""
    return _breakers.setdefault(key, Breaker())
