"""Working hours as they are typed."""

from typing import Any

import pytest

from staff import hours
from staff.errors import Refused
from staff.working_calendar import WorkingCalendar

WEEK = {"mon": "09:00–13:00, 14:00–18:00", "tue": "9:00-18:00", "wed": "00:00 — 24:00"}
READ = {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "tue": ["09:00", "18:00"], "wed": ["00:00", "24:00"]}
WRONG = {
    "утром": "часы пишут так",
    "18:00–09:00": "закрытие должно быть позже",
    "09:00–09:00": "закрытие должно быть позже",
    "09:00–14:00, 13:00–18:00": "пересекаются",
    "09:60–18:00": "от 00:00 до 24:00",
    "09:00–24:01": "от 00:00 до 24:00",
    "٠٩:٠٠–18:00": "часы пишут так",
    "01:00–02:00," * 7: "слишком много",
}


def test_a_week_is_read_and_written_back() -> None:
    week = hours.read_week(WEEK)
    assert week == READ | dict.fromkeys(("thu", "fri", "sat", "sun"))
    assert hours.read_week(hours.week_texts(week)) == week
    WorkingCalendar.from_json(week)


@pytest.mark.parametrize(("text", "why"), WRONG.items())
def test_what_is_wrong_names_the_day(text: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        hours.read_week({"sat": text})
    assert (refusal.value.field, refusal.value.status) == ("sat", 400)
    assert "Суббота" in refusal.value.sentence and why in refusal.value.sentence


def test_special_days_are_a_date_a_line() -> None:
    text = "31.12.2026 09:00–14:00\n\n 16.12.2026 \n1.1.2027"
    found = hours.read_exceptions(text)
    assert found == {"2026-12-16": None, "2026-12-31": ["09:00", "14:00"], "2027-01-01": None}
    assert hours.read_exceptions(hours.exceptions_text(found)) == found


@pytest.mark.parametrize("text", ["завтра", "31.02.2026", "31.12.26", "31.12.2026 утром", "1.1.2027\n01.01.2027"])
def test_a_line_that_is_no_day_is_told(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        hours.read_exceptions(text)
    assert refusal.value.field == "exceptions"


def test_a_hundred_special_days_and_no_more() -> None:
    lines: Any = [f"{day:02d}.{month:02d}.2027" for month in range(1, 5) for day in range(1, 26)]
    assert len(hours.read_exceptions("\n".join(lines))) == 100
    with pytest.raises(Refused):
        hours.read_exceptions("\n".join([*lines, "01.06.2027"]))
