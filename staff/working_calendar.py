"""The working hours of a point of sale, and arithmetic in working time. Pure; the standard library only.

What "open" means, once for all: **a point is open while its own wall clock shows a time inside one of the spans of
the day.** So on a day when the clocks go back (Almaty, 29.02.2024: 24:00 UTC+6 became 23:00 UTC+5, a day of 25 hours)
the repeated hour counts both times it is shown; on a day when they go forward the skipped hour does not count at all.
Offsets come from the tz database, never from a constant (kaspi-api §1.7).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

Span = tuple[int, int]
"""Opening and closing time of one stretch, in whole minutes from local midnight, 0–1440 (24:00)."""

Spans = tuple[Span, ...]
Window = tuple[datetime, datetime]
"""The same stretch on one date, as UTC instants: open from the first, closed from the second on."""

ALMATY = "Asia/Almaty"
DAY_MINUTES = 24 * 60
# A calendar that has not opened within this many days is taken as one that never opens.
HORIZON_DAYS = 400
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class WorkingCalendar:
    """Weekly hours of a point (0 = Monday; a day that is not named is closed) and the dates that differ from them.

    Raises ValueError with a Russian sentence when hours overlap, close before they open, or the zone is unknown.
    """

    week: Mapping[int, Spans]
    exceptions: Mapping[date, Spans] = field(default_factory=dict)
    zone: str = ALMATY
    _windows: dict[date, tuple[Window, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _zone_info(self.zone)
        unknown = [day for day in self.week if day not in range(7)]
        if unknown:
            raise ValueError(
                gettext("Расписание: нет дня недели с номером %(number)s, понедельник – 0, воскресенье – 6.")
                % {"number": unknown[0]}
            )
        week = {day: _in_order(spans, DAY_NAMES[day]) for day, spans in self.week.items()}
        exceptions = {day: _in_order(spans, f"{day:%d.%m.%Y}") for day, spans in self.exceptions.items()}
        object.__setattr__(self, "week", MappingProxyType(week))
        object.__setattr__(self, "exceptions", MappingProxyType(exceptions))

    @classmethod
    def from_json(cls, schedule: object, *, exceptions: object = None, zone: str = ALMATY) -> Self:
        """The calendar of a stored or provisioned schedule (contract §2).

        `{"mon": ["09:00", "18:00"], "tue": [["09:00", "13:00"], ["14:00", "18:00"]], "sun": null}`; exceptions have
        dates for keys: `{"2026-12-16": null}`. Raises ValueError with a Russian sentence that says what is wrong.
        """
        week = {_weekday(name): _spans(hours, name) for name, hours in _object(schedule, gettext("Расписание")).items()}
        changed = {
            _date(day): _spans(hours, day) for day, hours in _object(exceptions or {}, gettext("Особые дни")).items()
        }
        return cls(week=week, exceptions=changed, zone=zone)

    @classmethod
    def round_the_clock(cls, *, zone: str = ALMATY) -> Self:
        """Open day and night, every day."""
        return cls(week=dict.fromkeys(range(7), ((0, DAY_MINUTES),)), zone=zone)

    def as_json(self) -> dict[str, Any]:
        """The weekly schedule in the form that `from_json` reads, all seven days named."""
        return {name: _hours_as_json(self.week.get(day, ())) for day, name in enumerate(DAY_NAMES)}

    def exceptions_as_json(self) -> dict[str, Any]:
        """The dates that differ, in the form that `from_json` reads."""
        return {day.isoformat(): _hours_as_json(spans) for day, spans in sorted(self.exceptions.items())}

    def local_day(self, instant: datetime) -> date:
        """The date that the wall clock of the point shows. Raises ValueError for a naive datetime."""
        return self.local(instant).date()

    def local(self, instant: datetime) -> datetime:
        """The instant on the wall clock of the point. Raises ValueError for a naive datetime."""
        if instant.tzinfo is None:
            # astimezone would silently take it for the zone of the server.
            raise ValueError("A naive datetime has no place in a working calendar")
        return instant.astimezone(_zone_info(self.zone))

    def instant(self, day: date, minute: int) -> datetime:
        """The UTC instant of a local time, its first occurrence when the clock shows it twice."""
        return _midnight(day, self.zone, minute)

    def spans_on(self, day: date) -> Spans:
        """Opening hours of the date by the wall clock; empty when the point is closed."""
        exceptional = self.exceptions.get(day)
        return self.week.get(day.weekday(), ()) if exceptional is None else exceptional

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Opening hours of the local date as UTC instants, in order."""
        windows = self._windows.get(day)
        if windows is None:
            # Two threads may both compute it; they write the same answer.
            windows = self._windows[day] = tuple(_windows_of(self.spans_on(day), day, self.zone))
        return windows

    def is_open(self, instant: datetime) -> bool:
        """Whether working time runs at the instant."""
        windows = self.windows_on(self.local_day(instant))
        return any(opens <= instant < closes for opens, closes in windows)


def add_working_minutes(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime | None:
    """The first UTC instant at which `minutes` of working time have run since `start`; see `add_working_time`."""
    return add_working_time(start, timedelta(minutes=minutes), calendar)


def add_working_time(start: datetime, length: timedelta, calendar: WorkingCalendar) -> datetime | None:
    """The first UTC instant at which so much working time has run since `start`.

    Time that ends exactly at closing gives the closing time, not the next opening. None when the calendar does not
    hold so much time within HORIZON_DAYS. Raises ValueError for a negative length or a naive start.
    """
    if length < timedelta():
        raise ValueError("Working time cannot be negative")
    left = length
    if not left:
        return start.astimezone(UTC)
    for opens, closes in _windows_from(start, calendar):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins.astimezone(UTC) + left
        left -= closes - begins
    return None


def working_time_between(a: datetime, b: datetime, calendar: WorkingCalendar) -> timedelta:
    """Working time that runs from `a` to `b`; nothing when `b` is not after `a`. Exact to the microsecond."""
    total = timedelta()
    last = calendar.local_day(b)
    day = calendar.local_day(a)
    while day <= last:
        for opens, closes in calendar.windows_on(day):
            total += max(min(closes, b) - max(opens, a), timedelta())
        day += timedelta(days=1)
    return total


def working_minutes_between(a: datetime, b: datetime, calendar: WorkingCalendar) -> int:
    """Whole working minutes that run from `a` to `b`, rounded down."""
    return working_time_between(a, b, calendar) // timedelta(minutes=1)


def add_working_days(start: datetime, days: int, calendar: WorkingCalendar) -> datetime | None:
    """Closing time (UTC) of the `days`-th working day after the local day of `start`.

    The day of `start` itself is never counted; a working day is one with any opening hours. None when there are not
    so many within HORIZON_DAYS. Raises ValueError for fewer than one day.
    """
    if days < 1:
        raise ValueError("Working days are counted from one")
    first = calendar.local_day(start) + timedelta(days=1)
    for day in _days_from(first):
        windows = calendar.windows_on(day)
        days -= bool(windows)
        if not days:
            return windows[-1][1]
    return None


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(HORIZON_DAYS))


def _windows_from(start: datetime, calendar: WorkingCalendar) -> Iterator[Window]:
    """Opening hours that are not over at `start`, in order, for HORIZON_DAYS."""
    for day in _days_from(calendar.local_day(start)):
        for window in calendar.windows_on(day):
            if window[1] > start:
                yield window


def _windows_of(spans: Spans, day: date, zone: str) -> Iterator[Window]:
    """Spans of the wall clock as UTC instants: each regime of the day gives its own piece of each span."""
    # Wall minutes with one offset are instants shifted by that offset.
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    pieces = [
        (
            max(midnight + timedelta(minutes=opens) - offset, begins),
            min(midnight + timedelta(minutes=closes) - offset, ends),
        )
        for begins, ends, offset in _regimes(day, zone)
        for opens, closes in spans
    ]
    return (piece for piece in pieces if piece[0] < piece[1])


def _regimes(day: date, zone: str) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Stretches of a local day with one UTC offset each: one on an ordinary day, two when the clocks are changed."""
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    before, after = _offset(begins, zone), _offset(ends, zone)
    if before == after:
        yield begins, ends, before
        return
    early, late = begins, ends
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    yield begins, late, before
    yield late, ends, after


def _midnight(day: date, zone: str, minute: int = 0) -> datetime:
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    return local.replace(tzinfo=_zone_info(zone)).astimezone(UTC)


def _offset(instant: datetime, zone: str) -> timedelta:
    return instant.astimezone(_zone_info(zone)).utcoffset() or timedelta()


@lru_cache(maxsize=64)
def _zone_info(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(gettext("Расписание: неизвестный часовой пояс «%(zone)s».") % {"zone": zone}) from error


def _in_order(spans: Iterable[Span], day: str) -> Spans:
    """The spans sorted, each within the day and open for at least a minute, none over another."""
    ordered = tuple(sorted(spans))
    for opens, closes in ordered:
        if not 0 <= opens < closes <= DAY_MINUTES:
            raise ValueError(
                gettext(
                    "Расписание, %(day)s: закрытие (%(closes)s) должно быть позже открытия (%(opens)s) того же дня."
                )
                % {"day": day, "closes": _clock(closes), "opens": _clock(opens)}
            )
    for (_, closes), (opens, _) in pairwise(ordered):
        if opens < closes:
            raise ValueError(
                gettext("Расписание, %(day)s: часы пересекаются около %(time)s.") % {"day": day, "time": _clock(opens)}
            )
    return ordered


def _object(value: object, what: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise ValueError(
            gettext("%(what)s: ожидается объект с днями, а не %(kind)s.") % {"what": what, "kind": type(value).__name__}
        )
    return value


def _weekday(name: object) -> int:
    if name not in DAY_NAMES:
        raise ValueError(
            gettext("Расписание: неизвестный день «%(name)s», дни называются %(names)s.")
            % {"name": name, "names": ", ".join(DAY_NAMES)}
        )
    return DAY_NAMES.index(str(name))


def _date(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(gettext("Особые дни: «%(text)s» – не дата вида 2026-12-16.") % {"text": text}) from None


def _spans(hours: object, day: object) -> Spans:
    """Hours of a day: null, one pair, or a list of pairs."""
    if hours is None:
        return ()
    if not isinstance(hours, list | tuple):
        raise ValueError(
            gettext('Расписание, %(day)s: ожидаются часы вида ["09:00", "18:00"] или null.') % {"day": day}
        )
    pairs = [hours] if hours and isinstance(hours[0], str) else hours
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ValueError(
                gettext("Расписание, %(day)s: у отрезка должны быть ровно два времени, открытие и закрытие.")
                % {"day": day}
            )
    return tuple((_minute(opens, day), _minute(closes, day)) for opens, closes in pairs)


def _minute(text: object, day: object) -> int:
    hours, colon, minutes = str(text).partition(":")
    digits = hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    if not (colon and digits and len(hours) == len(minutes) == 2):
        raise ValueError(gettext("Расписание, %(day)s: «%(text)s» – не время вида 09:00.") % {"day": day, "text": text})
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > DAY_MINUTES:
        raise ValueError(
            gettext("Расписание, %(day)s: «%(text)s» – не время суток от 00:00 до 24:00.") % {"day": day, "text": text}
        )
    return minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _hours_as_json(spans: Spans) -> list[Any] | None:
    pairs = [[_clock(opens), _clock(closes)] for opens, closes in spans]
    return (pairs[0] if len(pairs) == 1 else pairs) if pairs else None
