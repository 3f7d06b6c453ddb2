import pytest

from integrations.kaspi import jsonapi
from integrations.kaspi.errors import NoInformation


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><html></html>",
        b'{"data":[',
        b"[]",
        b'"text"',
        b"null",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b'{"a":1}{"a":1}',
        b'{"a":"\x00"}',
    ],
)
def test_a_body_that_is_no_document_says_nothing(body: bytes) -> None:
    with pytest.raises(NoInformation):
        jsonapi.decode(body)


def test_thirty_two_levels_are_read() -> None:
    assert jsonapi.decode(b'{"a":' * 32 + b"1" + b"}" * 32)["a"]["a"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 500, "0." + "9" * 500])
def test_a_number_nobody_can_hold_is_kept_apart(number: str) -> None:
    assert isinstance(jsonapi.decode(f'{{"a":{number}}}'.encode())["a"], jsonapi.BadNumber)


def test_nul_is_dropped_and_half_a_pair_replaced() -> None:
    found = jsonapi.decode(rb'{"n\u0000ame":["A\u0000B","C\ud800D","\uDFFF"]}')
    assert found == {"name": ["AB", "C\ufffdD", "\ufffd"]}


def test_a_whole_pair_stays() -> None:
    assert jsonapi.decode(rb'{"a":"\ud83d\ude00"}') == {"a": "😀"}


def test_broken_utf8_costs_one_letter() -> None:
    assert jsonapi.decode(b'\xef\xbb\xbf{"a":"x\xffy"}') == {"a": "x\ufffdy"}


def test_titles_of_errors_are_bounded() -> None:
    document = {"errors": [{"title": "a" * 400}, {"title": None}, "b", {"title": "c" * 400}]}
    assert jsonapi.error_titles(document) == ("a" * 400 + "; " + "c" * 400)[:500]
