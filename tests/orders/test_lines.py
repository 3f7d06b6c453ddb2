"""The rules of one line, against slow obvious ones."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import lines
from orders.lifecycle import ALLOWED_OF_LINE, Progress, Stage
from orders.lines import Line
from staff.errors import Refused

TEA = Line("a", 0, Decimal(3))
FISH = Line("b", 1, Decimal(1), "MEASURABLE", Decimal(1000))
PHONE = Line("c", 2, Decimal(2), needs_imei=True)
GOOD = ["490154203237518", "356938035643809", "352099001761481"]
digits = st.text(st.sampled_from("0123456789"), min_size=14, max_size=14)


def check_digit(fourteen: str) -> str:
    """Doubled from the right, the digits of each product added up; what is missing to the next ten."""
    total = 0
    for at, digit in enumerate(fourteen):
        product = int(digit) * (2 if (14 - at) % 2 else 1)
        total += sum(int(one) for one in str(product))
    return str((10 - total % 10) % 10)


@given(digits)
def test_exactly_one_last_digit_makes_an_imei_hold(fourteen: str) -> None:
    assert [last for last in "0123456789" if lines.luhn_holds(fourteen + last)] == [check_digit(fourteen)]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([[GOOD[0]]], "а названо 1"),
        ([[GOOD[0]], []], "один или два"),
        ([[GOOD[0]], GOOD], "один или два"),
        ([[GOOD[0]], ["49015420323751"]], "не 15 цифр"),
        ([[GOOD[0]], ["49015420323751８"]], "не 15 цифр"),
        ([[GOOD[0]], ["490154203237519"]], "опечатка"),
        ([[GOOD[0], GOOD[1]], [GOOD[1]]], f"Устройство 2: IMEI {GOOD[1]} назван дважды"),
    ],
)
def test_imeis_that_cannot_be_are_named_with_their_device(items: list[list[str]], said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        lines.check_imeis(PHONE, items)
    assert (refused.value.status, refused.value.field) == (400, "items")
    lines.check_imeis(PHONE, [[GOOD[0], GOOD[1]], [GOOD[2]]])


@pytest.mark.parametrize(
    ("left", "alone", "code"),
    [
        *((3, False, "bad_value"), (4, False, "bad_value"), (-1, False, "bad_value"), ("1.5", False, "bad_value")),
        *((0, True, "last_line"), (0, False, ""), (1, True, ""), (2, True, "")),
    ],
)
def test_less_of_a_line_may_stay_and_something_must_stay_of_the_order(left: object, alone: bool, code: str) -> None:
    try:
        lines.check_quantity(TEA, Decimal(str(left)), alone=alone)
    except Refused as refused:
        assert refused.code == code
    else:
        assert not code


def test_only_what_is_sold_by_weight_is_weighed_and_only_down() -> None:
    lines.check_grams(FISH, Decimal("999.5"), alone=True)
    for line, grams, alone, code in (
        (TEA, 1, False, "not_weighed"),
        (FISH, 1000, False, "bad_value"),
        (FISH, 0, True, "last_line"),
    ):
        with pytest.raises(Refused) as refused:
            lines.check_grams(line, Decimal(grams), alone=alone)
        assert refused.value.code == code


def test_a_line_is_offered_what_makes_sense_of_it() -> None:
    assert lines.offered(TEA, Stage.NEW, alone=True) == ("cancel_entry",)
    assert lines.offered(FISH, Stage.NEW, alone=True) == ("cancel_entry", "weigh")
    assert lines.offered(Line("d", 3, Decimal(1)), Stage.NEW, alone=True) == ()
    assert lines.offered(PHONE, Stage.KD_HANDOVER, alone=False) == ("imei",)
    assert all(not lines.offered(PHONE, stage, alone=False) for stage in Stage if not ALLOWED_OF_LINE[stage])


@given(before=st.integers(1, 5), wanted=st.integers(0, 4), now=st.integers(0, 5), stage=st.sampled_from(Stage))
def test_a_cut_is_judged_by_the_line_alone_and_sent_only_where_it_may(
    before: int, wanted: int, now: int, stage: Stage
) -> None:
    params = {"entry": "a", "before": str(before), "quantity": str(wanted)}
    seen = {"a": Line("a", 0, Decimal(now))} if now else {}
    told = lines.progress("cancel_entry", params, seen, (), stage)
    open_still = "cancel_entry" in ALLOWED_OF_LINE[stage]
    obvious = (
        Progress.REACHED if now == wanted else Progress.BEFORE if now == before and open_still else Progress.IMPOSSIBLE
    )
    assert told is obvious
