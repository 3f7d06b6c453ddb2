"""What is left of a person's data when it is masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.privacy.masking import dotted_phone, short_full_name, short_name, town_of


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("Айгерим", "Сериккызы", "Айгерим С."), ("", "омаров", "О."), ("Болат", " ", "Болат"), ("", "", "")],
)
def test_of_a_surname_a_letter_is_left(first: str, last: str, said: str) -> None:
    assert short_name(first, last) == said


def test_a_name_in_one_piece_keeps_its_first_word() -> None:
    assert short_full_name("Айгерим Сериковна Омарова") == "Айгерим О."
    assert (short_full_name("Болат"), short_full_name("  ")) == ("Болат", "")


def test_of_a_phone_four_digits_are_left() -> None:
    assert dotted_phone("+77775551234") == "+7 ••• ••• 12 34"
    assert (dotted_phone("1234"), dotted_phone("")) == ("•••", "")


@given(st.from_regex(r"\+7[0-9]{10}", fullmatch=True))
def test_no_more_than_four_digits_of_any_phone_are_told(phone: str) -> None:
    digits = [letter for letter in dotted_phone(phone).removeprefix("+7") if letter.isdigit()]
    assert "".join(digits) == phone[-4:]


def test_of_an_address_the_town_is_left() -> None:
    assert town_of("Алматы, Абая 52, кв. 7", "Алматы") == "Алматы"
    assert town_of("Абая 52, кв. 7", "") == ""
