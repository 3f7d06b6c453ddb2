"""The simulator's second clock: real time plus an offset that only grows (kaspi-api §12.2); epoch milliseconds."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def real_now() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """`now()` is virtual; `advance()` moves it forward. Never backward: Kaspi's facts do not un-happen."""

    def __init__(self, *, offset: int = 0, source: Callable[[], int] = real_now) -> None:
        self.offset = offset
        self._source = source

    def now(self) -> int:
        return self._source() + self.offset

    def advance(self, milliseconds: int) -> None:
        if milliseconds < 0:
            raise ValueError("the clock only goes forward")
        self.offset += milliseconds


def iso(milliseconds: int) -> str:
    """UTC with milliseconds, as the control door prints times."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, ALMATY)


def to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
