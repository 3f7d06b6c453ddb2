"""A PIN: which digits are taken, and who may have one."""

import pytest

from staff.clock import database_now
from staff.counter import pins
from staff.errors import Refused
from tests.cast import Cast

GOOD = ("2580", "4071", "90210", "135790", "583719")
GUESSABLE = ("0000", "1234", "4321", "7890", "2468", "1212", "123123", "1122", "999999", "98765", "9090")
UNREADABLE = ("", "12", "123", "1234567", "12a4", "١٢٣٤", "12 34", "-123", "4071\n")


@pytest.mark.parametrize("pin", GOOD)
def test_these_are_taken(pin: str) -> None:
    assert pins.is_well_formed(pin) and not pins.is_guessable(pin)


@pytest.mark.parametrize("pin", GUESSABLE)
def test_what_everybody_would_try_first_is_not(pin: str) -> None:
    assert pins.is_well_formed(pin) and pins.is_guessable(pin)


@pytest.mark.parametrize("pin", UNREADABLE)
def test_what_is_not_four_to_six_digits_is_not(pin: str) -> None:
    assert not pins.is_well_formed(pin)


def test_only_a_digest_is_kept_and_nothing_of_it_is_told(cast: Cast) -> None:
    with cast.alma.scope():
        pins.set_pin("4071", by=cast.bolat.actor, now=database_now())
        member = cast.bolat.member
        assert member.pin and "4071" not in member.pin
        assert pins.is_right(member, "4071", 1) and not pins.is_right(member, "4072", 1)


def test_who_holds_the_company_in_his_hands_has_none(cast: Cast) -> None:
    with cast.alma.scope(), pytest.raises(Refused) as refusal:
        pins.set_pin("4071", by=cast.aigerim.actor, now=database_now())
    assert refusal.value.code == "no_pin"
