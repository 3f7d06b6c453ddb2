"""The strict reader against the plain one: what it lets through is what `json` reads, and nothing else."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff import strict_json
from staff.errors import Refused

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, VALUES, max_size=5))
def test_what_is_sound_is_read_as_json_reads_it(said: dict[str, Any]) -> None:
    assert strict_json.read(json.dumps(said).encode()) == said
    assert strict_json.read(json.dumps(said, ensure_ascii=False).encode()) == said


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        read = strict_json.read(raw)
    except Refused as refused:
        assert refused.code == "malformed_json"
    else:
        assert read == json.loads(raw)


@pytest.mark.parametrize("levels", [1, 31, 32, 33, 200])
def test_32_levels_are_read_and_no_more(levels: int) -> None:
    raw = b'{"a": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}" if levels > 1 else b'{"a": 1}'
    assert _read_or_refused(raw) == ("read" if levels <= strict_json.MOST_DEPTH else "malformed_json")


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**4000])
def test_64_bits_are_read_and_no_more(number: int) -> None:
    fits = -(2**63) <= number < 2**63
    digits = "1" + "0" * 4000 if number == 10**4000 else str(number)
    assert _read_or_refused(f'{{"a": [{digits}]}}'.encode()) == ("read" if fits else "malformed_json")


def test_a_number_too_large_for_a_double_is_refused() -> None:
    assert math.isinf(json.loads("1e999"))
    assert _read_or_refused(b'{"a": {"b": 1e999}}') == "malformed_json"


def _read_or_refused(raw: bytes) -> str:
    try:
        strict_json.read(raw)
    except Refused as refused:
        return refused.code
    return "read"
