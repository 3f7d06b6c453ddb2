"""Working hours of a point, as Kaspi's side counts them (kaspi-api §5).

Only minutes inside opening hours count, weekday-wise, Asia/Almaty. This arithmetic is the simulator's own: the
product has another, so that both cannot err together.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from .clock import ALMATY, MINUTE, local, to_ms

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[str, str]
Schedule = Mapping[str, tuple[Span, ...]]

DEFAULT_SCHEDULE: Schedule = dict.fromkeys(WEEKDAYS[:5], (("09:00", "18:00"),)) | {"sat": (("10:00", "15:00"),)}
DEMO_SCHEDULE: Schedule = dict.fromkeys(WEEKDAYS, (("09:00", "21:00"),))
_HORIZON_DAYS = 400


def schedule_of(raw: object) -> Schedule:
    """A schedule from JSON: ``{"mon": ["09:00", "18:00"], "tue": [["09:00", "13:00"], ["14:00", "18:00"]]}``.

    Raises ValueError with a sentence when the shape is another.
    """
    if not isinstance(raw, dict) or not set(raw) <= set(WEEKDAYS):
        raise ValueError("schedule: an object with keys mon … sun is expected")
    return {day: _spans(day, value) for day, value in raw.items() if value}


def _spans(day: str, value: object) -> tuple[Span, ...]:
    spans: list[Any] = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    for span in spans:
        if not (isinstance(span, list) and len(span) == 2 and all(isinstance(edge, str) for edge in span)):
            raise ValueError(f'schedule.{day}: ["09:00", "18:00"], a list of such pairs, or null is expected')
        if not _clock(span[0]) < _clock(span[1]):
            raise ValueError(f"schedule.{day}: opening must come before closing")
    return tuple((span[0], span[1]) for span in spans)


def _clock(text: str) -> time:
    # "24:00" is a closing time people write; the last minute of the day stands for it.
    return time(23, 59, 59, 999999) if text == "24:00" else time.fromisoformat(text)


def open_spans(schedule: Schedule, start: datetime, *, step: int = 1) -> Iterator[tuple[int, int]]:
    """Open spans of the days from `start` on, forward (step 1) or backward (-1), as (opens, closes) in milliseconds."""
    for shift in count():
        if shift > _HORIZON_DAYS:
            return
        day = (start + timedelta(days=shift * step)).date()
        spans = schedule.get(WEEKDAYS[day.weekday()], ())
        for opens, closes in spans if step > 0 else reversed(spans):
            yield _moment(day, opens), _moment(day, closes, closing=True)


def _moment(day: date, text: str, *, closing: bool = False) -> int:
    """A clock time of a day. Of an hour that came twice (01.03.2024) an opening is the first, a closing the second."""
    midnight = closing and text == "24:00"
    wall = datetime.combine(day + timedelta(days=1) if midnight else day, time(0) if midnight else _clock(text), ALMATY)
    return to_ms(wall.replace(fold=1 if closing else 0))


def after(start: int, minutes: int, schedule: Schedule) -> int:
    """When `minutes` of opening time have passed since `start`; by wall clock when the point never opens."""
    left = minutes * MINUTE
    for opens, closes in open_spans(schedule, local(start)):
        begin = max(opens, start)
        if closes <= begin:
            continue
        if closes - begin >= left:
            return begin + left
        left -= closes - begin
    return start + minutes * MINUTE


def before(end: int, minutes: int, schedule: Schedule) -> int:
    """The latest moment from which `minutes` of opening time lead to `end`."""
    left = minutes * MINUTE
    for opens, closes in open_spans(schedule, local(end), step=-1):
        finish = min(closes, end)
        if finish <= opens:
            continue
        if finish - opens >= left:
            return finish - left
        left -= finish - opens
    return end - minutes * MINUTE


def is_open(moment: int, schedule: Schedule) -> bool:
    now = local(moment)
    spans = schedule.get(WEEKDAYS[now.weekday()], ())
    return any(_clock(opens) <= now.time() < _clock(closes) for opens, closes in spans)


def end_of_working_day(start: int, days: int, schedule: Schedule) -> int:
    """Closing time of the `days`-th day with opening hours after the day of `start`."""
    today = local(start).date()
    passed = set()
    for _, closes in open_spans(schedule, local(start)):
        day = local(closes).date()
        if day == today:
            continue
        passed.add(day)
        if len(passed) >= days:
            return closes
    return start + days * 24 * 60 * MINUTE
