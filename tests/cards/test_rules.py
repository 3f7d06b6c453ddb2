"""What Kaspi asks of a card: our rules say of every draft what Kaspi's own schema says of it, and what a category adds."""

from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cards.rules import Asked, Draft, Fault, Flaw, completeness, faults_of, item_of, schema_faults
from catalog.cards.wording import LACKS, SENTENCES, sentence_of
from integrations.kaspi.products import Kind
from integrations.kaspi.simulator import classes, product_rules
from tests.cards.desk import BRAND, COLOUR, GOOD, KETTLES, MODEL

SCHEMA = jsonschema.Draft4Validator(product_rules.schema())
ASKED = tuple(
    Asked(one.code, Kind(one.type), one.multiple, one.mandatory, frozenset(one.choices))
    for one in classes.attributes_of(KETTLES).values()
)


def near(most: int) -> st.SearchStrategy[str]:
    """Texts around a bound, and ordinary ones."""
    return st.one_of(
        st.sampled_from([0, 1, most - 1, most, most + 1]).map(lambda size: "я" * size),
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
    )


CATEGORIES = st.one_of(
    st.sampled_from([KETTLES, "Master -x", "Master-x", "Master - ", "master - x", "Master - Ж", " Master - x", ""]),
    st.integers(500, 510).map(lambda size: "Master - " + "a" * size),
)
CODES = st.one_of(
    st.sampled_from([BRAND, "a*b", "a*b*c.d", "a", "*b", "a*", "a*ж", "a*b, c & d-#%/e"]),
    st.integers(250, 258).map(lambda size: "a*" + "b" * (size - 2)),
)
SHORT = st.text("абв", max_size=2)
VALUES = st.one_of(
    near(256),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.lists(SHORT, max_size=4).map(tuple),
    near(256).map(lambda text: (text,)),
    st.integers(31, 34).map(lambda size: tuple(map(str, range(size)))),
)
URLS = st.one_of(
    st.sampled_from(["https://a.kz/1.jpg", "http://a.kz/1.jpg", "ftp://a.kz", "a.kz/1.jpg", "HTTPS://a.kz/1"]),
    st.integers(1020, 1026).map(lambda size: "https://" + "a" * (size - 8)),
)
DRAFTS = st.builds(
    Draft,
    sku=near(64),
    title=near(1024),
    brand=near(256),
    category=CATEGORIES,
    description=near(1024),
    weight=near(10),
    family=st.text("аб", max_size=3),
    attributes=st.dictionaries(CODES, VALUES, max_size=4),
    images=st.lists(URLS, max_size=3).map(tuple),
)
# Most random drafts are wrong in many ways at once; with one field changed, each rule is seen by itself.
ONE_CHANGE = st.sampled_from(sorted({"sku", "title", "brand", "category", "description", "attributes", "images"}))


@settings(max_examples=120, deadline=None)
@given(drawn=DRAFTS, changed=ONE_CHANGE)
def test_our_rules_and_the_published_schema_agree(drawn: Draft, changed: str) -> None:
    for draft in (drawn, replace(GOOD, **{changed: getattr(drawn, changed)})):
        item = item_of(draft)
        assert (not schema_faults(draft)) == SCHEMA.is_valid([item]), (schema_faults(draft), item)


@settings(max_examples=100, deadline=None)
@given(drawn=DRAFTS, value=VALUES, code=st.sampled_from([*(one.code for one in ASKED), "a*b"]))
def test_what_we_let_through_the_simulated_kaspi_takes(drawn: Draft, value: Any, code: str) -> None:
    draft = replace(GOOD, attributes={**GOOD.attributes, code: value})
    ours = [fault for fault in faults_of(draft, ASKED) if fault.field != "images"]
    assert (not ours) == (not product_rules.faults(item_of(draft)))


def test_two_hundred_fifty_six_attributes_and_no_more() -> None:
    for count, wrong in ((256, False), (257, True)):
        draft = replace(GOOD, attributes={f"a*b{number}": "x" for number in range(count)})
        assert (
            any(fault.flaw is Flaw.TOO_MANY for fault in schema_faults(draft)),
            not SCHEMA.is_valid([item_of(draft)]),
        ) == (
            wrong,
            wrong,
        )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"attributes": {BRAND: "Saya"}}, Fault("attributes", Flaw.MISSING, MODEL)),
        ({"attributes": {**GOOD.attributes, COLOUR: "ультра"}}, Fault("attributes", Flaw.NO_CHOICE, COLOUR)),
        ({"attributes": {**GOOD.attributes, COLOUR: ("белый",)}}, Fault("attributes", Flaw.ONLY_ONE, COLOUR)),
        ({"images": ("https://127.0.0.1/1.jpg",)}, Fault("images", Flaw.BAD_URL, "https://127.0.0.1/1.jpg")),
        ({"images": ("http://printer.local/1.jpg",)}, Fault("images", Flaw.BAD_URL, "http://printer.local/1.jpg")),
    ],
)
def test_what_the_category_and_the_open_internet_ask_for(changes: dict[str, Any], fault: Fault) -> None:
    assert faults_of(GOOD, ASKED) == ()
    assert faults_of(replace(GOOD, **changes), ASKED) == (fault,)


def test_a_category_that_was_never_read_keeps_a_card_a_draft() -> None:
    assert faults_of(GOOD, None) == (Fault("category", Flaw.CATEGORY_UNREAD),)


def test_every_flaw_and_every_part_of_the_score_has_its_words() -> None:
    assert set(SENTENCES) == set(Flaw)
    assert sentence_of(Fault("brand", Flaw.TOO_LONG, most=256)) == "Длиннее 256 знаков: сократите"
    assert {lack.name for lack in completeness(Draft("A"), None).lacks} == set(LACKS)


@given(draft=DRAFTS)
def test_the_score_lies_between_nothing_and_all_and_what_is_lacking_makes_it_up(draft: Draft) -> None:
    found = completeness(draft, ASKED)
    assert found.score + sum(lack.most - lack.points for lack in found.lacks) == 100
    assert 0 <= found.score <= 100


def test_a_whole_card_scores_a_hundred() -> None:
    whole = replace(
        GOOD,
        description="о" * 200,
        barcode="4600000000000",
        images=tuple(f"https://a.kz/{number}.jpg" for number in range(3)),
        attributes={
            one.code: ("таймер",) if one.multiple else sorted(one.choices)[0] if one.choices else 1 for one in ASKED
        },
    )
    assert (completeness(whole, ASKED).score, completeness(GOOD, ASKED).score) == (100, 57)
