"""The text of the file, whatever stands in the catalogue: valid by the schema, and read back to the same offers."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from catalog.feed import writing
from catalog.feed.checking import Check, NotWhole
from catalog.feed.comparing import Comparison, lines_of
from catalog.feed.packing import Labels, Packed, pack
from catalog.feed.reading import Leftovers
from catalog.feed.writing import Listed, Places, said
from catalog.rules import DEAREST, NOT_SOLD, Told
from tests.feed import files

SCHEMA = etree.XMLSchema(etree.parse(Path("catalog/feed/kaspishopping.xsd")))
CODES = ["PP1", 'PP"2"&<']
LABELS = Labels("ТОО «Рога & <Копыта>»", "30000001", date(2026, 9, 1))
PRICES = st.integers(1, int(DEAREST))
# Half a letter is no text: the database has none.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("&<>\"' \t\r\n\x0b\x07\ufffe]"), max_size=40)
TOLD = (
    st.just(NOT_SOLD)
    | st.builds(Told, st.just(True), st.integers(1, 9999))
    | st.builds(Told, st.just(True), st.none(), st.integers(0, 30))
)
CITIES = st.dictionaries(st.sampled_from(["750000000", "710000000", "511010000"]), PRICES).map(
    lambda d: sorted(d.items())
)
OFFER = st.builds(
    Listed,
    sku=st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True),
    model=TEXTS.map(lambda text: said(text) or "x"),
    brand=TEXTS.map(said),
    places=st.tuples(TOLD, TOLD).map(Places),
    price=PRICES,
    cities=CITIES,
)
LISTS = st.dictionaries(st.sampled_from(["A", "B-1", "C_2", "a", "Z9"]), OFFER, max_size=5).map(
    lambda by_sku: [offer._replace(sku=sku) for sku, offer in sorted(by_sku.items())]
)


def packed(offers: list[Listed], *, after: bytes = b"") -> Packed:
    return pack(offers, CODES, LABELS, left_out=Leftovers(), comparison=Comparison(lines_of(after)))


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_it_is_valid_and_read_back_to_the_same_offers(offers: list[Listed]) -> None:
    text = files.plain(packed(offers).content)
    SCHEMA.assertValid(etree.fromstring(text))
    expected = {offer.sku: _as_read(offer) for offer in offers}
    assert files.lines_of(text) == expected


def _as_read(offer: Listed) -> files.Line:
    places = {
        code: ("yes" if one.available else "no", str(one.pieces or ""), str(one.preorder_days or ""))
        for code, one in zip(CODES, offer.places.told, strict=True)
    }
    prices = {city: str(price) for city, price in offer.cities} or {"": str(offer.price)}
    return files.Line(offer.model, offer.brand, places, prices)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_loses_nothing_that_a_line_of_xml_can_say(text: str) -> None:
    sayable = re.sub(r"[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t\n\r\x85]", " ", text)
    assert "".join(said(text).split()) == "".join(sayable.split())


@settings(max_examples=60, deadline=None)
@given(before=LISTS, after=LISTS)
def test_what_changed_is_what_two_tables_differ_by(before: list[Listed], after: list[Listed]) -> None:
    old, new = ({offer.sku: offer for offer in offers} for offers in (before, after))
    both = old.keys() & new.keys()
    expected = {
        "added": len(new.keys() - old.keys()),
        "gone": len(old.keys() - new.keys()),
        "priced": sum(_as_read(old[sku]).prices != _as_read(new[sku]).prices for sku in both),
        "stocked": sum(_as_read(old[sku]).places != _as_read(new[sku]).places for sku in both),
        "described": sum((old[sku].model, old[sku].brand) != (new[sku].model, new[sku].brand) for sku in both),
    }
    changes = packed(after, after=packed(before).content).changes
    assert {name: changes.get(name, 0) for name in expected} == expected


@pytest.mark.parametrize(
    "text", [b"<a><offer></offer>\n", b"<a><offer></offer>\n</b>", b"<a>\x07<offer></offer>\n</a>"]
)
def test_what_is_not_well_formed_is_not_whole(text: bytes) -> None:
    check = Check()
    with pytest.raises(NotWhole):
        check.feed(text)
        check.finish(offers=1)


def test_a_line_that_is_new_is_read_and_one_that_stood_in_the_last_file_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    sold = Places([NOT_SOLD, NOT_SOLD])
    good, torn = Listed("A", "x", "", sold, 1), Listed("B", "<x", "", sold, 1)
    monkeypatch.setattr(writing, "in_element", lambda text: text)
    with pytest.raises(NotWhole):
        packed([good, torn], after=packed([good]).content)
    with monkeypatch.context() as blind:
        blind.setattr(Check, "_parse", lambda check, piece, last: None)
        before = packed([good, torn]).content
    assert files.plain(packed([good, torn], after=before).content) == files.plain(before)


def test_a_lost_offer_is_not_whole() -> None:
    check = Check()
    check.feed(b"<a><offer></offer>\n</a>")
    with pytest.raises(NotWhole):
        check.finish(offers=2)
