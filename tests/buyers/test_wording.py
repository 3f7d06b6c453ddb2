"""Texts for buyers: fields are known or named, nothing secret is told, the tone is even, nobody is written to at night."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.buyers.wording import (
    FIELDS,
    USUAL,
    checked_text,
    filled,
    is_quiet,
    remarks,
    sample,
    whatsapp_url,
)
from staff.errors import Refused

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("usual", USUAL, ids=lambda usual: str(usual.key))
def test_the_texts_that_come_with_us_hold_to_the_rules(usual: object) -> None:
    text = usual.text  # type: ignore[attr-defined]
    assert (checked_text(text), remarks(text)) == (text, ())
    assert filled(text, sample(NOW))[1] == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Здравствуйте, {кот}", "{кот}"),
        ("Здравствуйте, {ИМЯ}", "{ИМЯ}"),
        ("Ваш код {код}", "присылает Kaspi"),
        ("{код не указываем}", "присылает Kaspi"),
        ("Здравствуйте, {имя", "нет пары"),
        ("Здравствуйте, имя}", "нет пары"),
        ("{}", "{}"),
        ("{{имя}}", "нет пары"),
        ("", "Напишите текст"),
        ("я" * 1001, "1000"),
        ("a\x00b", "Напишите текст"),
    ],
)
def test_a_wrong_text_is_refused_and_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_text(text)
    assert (refused.value.status, refused.value.field) == (400, "text")
    assert said in refused.value.sentence


@given(st.lists(st.sampled_from((*FIELDS, " слово ", "{", "}", "{х}")), max_size=8))
def test_what_is_kept_can_be_filled_whole(parts: list[str]) -> None:
    text = "".join(f"{{{part}}}" if part in FIELDS else part for part in parts)
    try:
        kept = checked_text(text)
    except Refused:
        return
    shown, missing = filled(kept, dict.fromkeys(FIELDS, "значение"))
    assert (missing, "{" in shown) == ((), False)


def test_what_is_not_known_leaves_a_gap_and_is_named() -> None:
    assert filled("{имя}, {дата}, {дата}", {"имя": "Динара"}) == ("Динара, …, …", ("дата",))


def test_a_name_with_braces_is_filled_as_it_stands() -> None:
    assert filled("{имя}", {"имя": "{заказ}", "заказ": "1"})[0] == "{заказ}"


@pytest.mark.parametrize(("hour", "quiet"), [(20, False), (21, True), (3, True), (8, True), (9, False)])
def test_nobody_is_written_to_from_nine_to_nine_by_the_clock_of_almaty(hour: int, quiet: bool) -> None:
    assert is_quiet(datetime(2026, 11, 2, (hour - 5) % 24, 59 if hour in (20, 8) else 0, tzinfo=UTC)) is quiet


@pytest.mark.parametrize(
    "text", ["Спасибо!", "СРОЧНО ответьте", "Вы должны забрать", "Ждём тебя", "Скидка за ваш отзыв"]
)
def test_what_spoils_the_tone_is_pointed_out(text: str) -> None:
    assert len(remarks(text)) == 1


def test_the_link_carries_digits_and_the_text_and_nothing_of_it_leaks_into_the_address() -> None:
    assert whatsapp_url("+77015554021", "a&b=c ё#") == "https://wa.me/77015554021?text=a%26b%3Dc%20%D1%91%23"
