"""Numbers and moments as the design writes them (design, section 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff import formats

NOW = datetime(2026, 10, 14, 6, 42, tzinfo=UTC)  # 11:42 in Almaty
WORDS = ("заказ", "заказов")


def test_money_has_a_thin_space_between_thousands_and_a_fixed_one_before_the_sign() -> None:
    assert formats.tenge(Decimal("1225650.00")) == "1\u2009225\u2009650\u00a0₸"


def test_half_a_tenge_is_rounded_up_and_a_loss_has_a_real_minus() -> None:
    assert formats.tenge(Decimal("-1200.5")) == "\u22121\u2009201\u00a0₸"


def test_a_trace_below_zero_is_not_minus_zero() -> None:
    assert formats.tenge(Decimal("-0.2")) == "0\u00a0₸"


@given(st.integers(min_value=0, max_value=10**12))
def test_money_without_its_spaces_is_the_number(amount: int) -> None:
    assert formats.tenge(amount).replace("\u2009", "").removesuffix("\u00a0₸") == str(amount)


def test_a_share_is_rounded_from_the_exact_fraction() -> None:
    assert formats.share(Fraction(27, 1236)) == "2,18\u00a0%"
    assert formats.share(Fraction(1, 800), digits=2) == "0,13\u00a0%"


@pytest.mark.parametrize(("value", "said"), [("0.03", "+0,03"), ("-0.22", "\u22120,22"), ("-0.001", "0,00")])
def test_a_change_always_shows_its_sign(value: str, said: str) -> None:
    assert formats.change(Decimal(value)) == said


def slow_plural(count: int) -> str:
    """As a school book says it: by the last two digits, then by the last one."""
    ending = str(count)[-2:].zfill(2)
    if ending[0] == "1":
        return "заказов"
    return {"1": "заказ", "2": "заказа", "3": "заказа", "4": "заказа"}.get(ending[1], "заказов")


@given(st.integers(min_value=0, max_value=100_000))
def test_the_word_takes_the_form_that_its_number_asks_for(count: int) -> None:
    assert formats.plural_word(count, *WORDS) == slow_plural(count)


def test_a_number_and_its_word_do_not_part_at_the_end_of_a_line() -> None:
    assert formats.plural(1261, *WORDS) == "1\u2009261\u00a0заказ"


@pytest.mark.parametrize("typed", ["+77775554021", "87775554021", "7775554021", "8 (777) 555 40 21"])
def test_a_phone_is_written_one_way_however_it_came(typed: str) -> None:
    assert formats.kz_phone(typed) == "+7 (777) 555-40-21"


def test_what_is_not_a_kazakh_number_is_left_as_it_was() -> None:
    assert formats.kz_phone("доб. 12") == "доб. 12"


def test_the_groups_of_an_order_number_put_together_are_the_number() -> None:
    assert formats.order_groups("284917420") == ("284", "917", "420")
    assert formats.order_groups("420") == ("", "", "420")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (2 * 86_400 + 1, "2\u00a0дня"),
        (7_500, "2 ч 05 мин"),
        (3_599, "59 мин"),
        (900, "15 мин"),
        (899, "14:59"),
        (5, "00:05"),
        (0, "просрочен"),
        (-360, "просрочен 6 мин"),
    ],
)
def test_time_left_gets_finer_as_it_runs_out(seconds: int, said: str) -> None:
    assert formats.time_left(seconds) == said


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "вчера"), (0, "сегодня"), (1, "завтра"), (3, "17 октября"), (-300, "18 декабря 2025")]
)
def test_a_day_is_named_by_its_distance_from_today(days: int, said: str) -> None:
    assert formats.almaty_day(NOW + timedelta(days=days), now=NOW) == said


def test_the_day_is_that_of_almaty_and_not_of_the_server() -> None:
    late_evening = datetime(2026, 10, 13, 19, 30, tzinfo=UTC)
    assert formats.almaty_moment(late_evening, now=NOW) == "сегодня, 00:30"


def test_before_march_2024_almaty_was_six_hours_ahead() -> None:
    assert formats.almaty_time(datetime(2024, 2, 29, 6, 0, tzinfo=UTC)) == "12:00"
    assert formats.almaty_time(datetime(2024, 3, 1, 6, 0, tzinfo=UTC)) == "11:00"


@pytest.mark.parametrize(
    ("name", "letters"), [("Динара Ахметова", "ДА"), ("ТОО «Сая Трейд»", "ТС"), ("Алма", "АЛ"), ("", "")]
)
def test_initials_are_two_letters_where_there_are_two(name: str, letters: str) -> None:
    assert formats.initials(name) == letters
