"""Working hours as a person types them: «09:00–13:00, 14:00–18:00» a day, a date and its hours a line. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.errors import Refused

Json = dict[str, Any]

DAYS: Mapping[str, Any] = {
    "mon": gettext_lazy("Понедельник"),
    "tue": gettext_lazy("Вторник"),
    "wed": gettext_lazy("Среда"),
    "thu": gettext_lazy("Четверг"),
    "fri": gettext_lazy("Пятница"),
    "sat": gettext_lazy("Суббота"),
    "sun": gettext_lazy("Воскресенье"),
}
MOST_SPANS, MOST_LINES, LONGEST = 6, 100, 200
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)", re.ASCII)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\s*(.*)", re.ASCII)


def read_week(texts: Mapping[str, str]) -> Json:
    """A weekly schedule (contract §2) from a text a day; no text is a day off. Raises Refused (400) that names the day."""
    return {day: _read_spans(texts.get(day, ""), field=day, what=str(DAYS[day])) for day in DAYS}


def read_exceptions(text: str) -> Json:
    """Dates that differ, one a line: «31.12.2026 09:00–14:00»; a date alone is closed. Raises Refused (400)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refused("bad_exceptions", _("Особых дней не больше 100"), status=400, field="exceptions")
    found: Json = {}
    for line in lines:
        day, hours = _read_date(line)
        if day in found:
            raise _wrong(line, _("этот день уже есть"), field="exceptions")
        found[day] = _read_spans(hours, field="exceptions", what=line[:LONGEST])
    return dict(sorted(found.items()))


def week_texts(schedule: Mapping[str, Any]) -> dict[str, str]:
    """The same the other way round."""
    return {day: text_of(schedule.get(day)) for day in DAYS}


def exceptions_text(exceptions: Mapping[str, Any]) -> str:
    days = ((date.fromisoformat(day), hours) for day, hours in sorted(exceptions.items()))
    return "\n".join(f"{day:%d.%m.%Y} {text_of(hours)}".strip() for day, hours in days)


def text_of(hours: Any) -> str:
    """«09:00–13:00, 14:00–18:00»; closed is empty."""
    if not hours:
        return ""
    spans = hours if isinstance(hours[0], list) else [hours]
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)


def _read_date(line: str) -> tuple[str, str]:
    match = _DATE.fullmatch(line[:LONGEST])
    try:
        if match is None:
            raise ValueError
        day, month, year, hours = match.groups()
        return date(int(year), int(month), int(day)).isoformat(), hours
    except ValueError:
        raise _wrong(line, _("нужна дата, например 31.12.2026 09:00–14:00"), field="exceptions") from None


def _read_spans(text: str, *, field: str, what: str) -> Any:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MOST_SPANS:
        raise _wrong(what, _("слишком много отрезков"), field=field)
    spans = sorted(_read_span(part, field=field, what=what) for part in parts)
    if any(opens < closed for (_opens, closed), (opens, _closes) in pairwise(spans)):
        raise _wrong(what, _("часы пересекаются"), field=field)
    pairs = [[_clock(opens), _clock(closes)] for opens, closes in spans]
    return (pairs[0] if len(pairs) == 1 else pairs) if pairs else None


def _read_span(text: str, *, field: str, what: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text[:LONGEST])
    if match is None:
        raise _wrong(what, _("часы пишут так: 09:00–13:00, 14:00–18:00"), field=field)
    numbers = [int(number) for number in match.groups()]
    opens, closes = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if max(numbers[1], numbers[3]) > 59 or closes > 24 * 60:
        raise _wrong(what, _("время бывает от 00:00 до 24:00"), field=field)
    if opens >= closes:
        raise _wrong(what, _("закрытие должно быть позже открытия"), field=field)
    return opens, closes


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _wrong(what: str, why: str, *, field: str) -> Refused:
    return Refused("bad_hours", f"{what[:LONGEST]}: {why}", status=400, field=field)
