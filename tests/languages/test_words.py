"""Plurals, dates, durations and numbers of the three languages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from gettext import GNUTranslations

import pytest
from django.utils.translation import override

from kaspi_office.languages import catalogues
from staff import formats
from staff.formats import MINUS, NBSP, THIN

NOW = datetime(2026, 10, 14, 6, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", ["1 заказ", "2 заказа", "5 заказов", "11 заказов", "21 заказ", "104 заказа"]),
        ("kk", ["1 тапсырыс", "2 тапсырыс", "5 тапсырыс", "11 тапсырыс", "21 тапсырыс", "104 тапсырыс"]),
        ("en", ["1 order", "2 orders", "5 orders", "11 orders", "21 orders", "104 orders"]),
    ],
)
def test_a_noun_takes_the_form_that_its_number_asks_for(language: str, said: list[str]) -> None:
    with override(language):
        told = [formats.plural(count, "заказ", "заказов").replace(NBSP, " ") for count in (1, 2, 5, 11, 21, 104)]
    assert told == said


@pytest.mark.parametrize(
    ("language", "near", "day", "old", "weekday"),
    [
        ("ru", "вчера, 11:42", "12 октября", "1 марта 2025", "пн, 12 октября"),
        ("kk", "кеше, 11:42", "12 қазан", "2025 ж. 1 наурыз", "дс, 12 қазан"),
        ("en", "yesterday, 11:42", "12 October", "1 March 2025", "Mon, 12 October"),
    ],
)
def test_days_are_named_in_each_language(language: str, near: str, day: str, old: str, weekday: str) -> None:
    monday = NOW - timedelta(days=2)
    with override(language):
        assert formats.almaty_moment(NOW - timedelta(days=1), now=NOW) == near
        assert formats.almaty_day(monday, now=NOW) == day
        assert formats.almaty_day(datetime(2025, 3, 1, tzinfo=UTC), now=NOW) == old
        assert formats.almaty_weekday(monday) == weekday


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", ["38 мин", "2 ч 05 мин", "3 дня", "просрочен", "просрочен 6 мин", "12 с назад"]),
        ("kk", ["38 мин", "2 сағ 05 мин", "3 күн", "мерзімі өтті", "6 мин кешікті", "12 с бұрын"]),
        ("en", ["38 min", "2 h 05 min", "3 days", "overdue", "6 min overdue", "12 s ago"]),
    ],
)
def test_durations_are_said_in_each_language(language: str, said: list[str]) -> None:
    with override(language):
        left = [formats.time_left(seconds) for seconds in (38 * 60, 2 * 3600 + 5 * 60, 3 * 86_400, 0, -6 * 60)]
        assert [text.replace(NBSP, " ") for text in (*left, formats.ago(12))] == said


@pytest.mark.parametrize(
    ("language", "money", "share", "change"),
    [
        ("ru", f"1{THIN}225{THIN}650{NBSP}₸", f"2,18{NBSP}%", f"{MINUS}0,22"),
        ("kk", f"1{THIN}225{THIN}650{NBSP}₸", f"2,18{NBSP}%", f"{MINUS}0,22"),
        ("en", f"1{THIN}225{THIN}650{NBSP}₸", "2.18%", f"{MINUS}0.22"),
    ],
)
def test_numbers_are_written_as_in_the_language(language: str, money: str, share: str, change: str) -> None:
    with override(language):
        assert formats.tenge(1_225_650) == money
        assert formats.share(Fraction(27, 1236)) == share
        assert formats.change(Decimal("-0.22")) == change


@pytest.mark.parametrize(("language", "word"), [("ru", "заказ"), ("kk", "тапсырыс"), ("en", "order")])
def test_a_word_with_plural_forms_is_said_without_a_number_on_every_python(language: str, word: str) -> None:
    """Found as an entry of its own: GNUTranslations of Python 3.11.2 does not look among the plurals."""
    with catalogues.path_of(language).with_suffix(".mo").open("rb") as file:
        entries = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert entries.get("заказ") == word
