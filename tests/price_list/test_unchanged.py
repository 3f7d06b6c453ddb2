"""Rows that are passed by unread are rows that would have changed nothing; and most of a list is passed by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.price_list.comparing import Comparing, Known, KnownOffer
from catalog.price_list.rows import Points, RowReader
from catalog.price_list.unchanged import Unchanged

COLUMNS = ("sku", "name", "price", "at:PP1", "at:PP2", "at:PP9", "preorder", "city:750000000", "floor", "")
POINTS = Points({"PP1": 1, "PP2": 2}, {"PP1": "Абая 52", "PP2": "Мангилик Ел 55"}, {})
WORDS = (
    "",
    "Чайник",
    "чайник",
    "0",
    "7",
    "07",
    "7,0",
    "-7",
    "45",
    "990",
    "990.50",
    "1 990",
    "1990",
    "yes",
    "нет",
    "дорого",
)
THEN = datetime(2026, 11, 1, tzinfo=UTC)
PLAIN = Decimal("990.00")
PRICES = st.sampled_from([PLAIN, PLAIN, PLAIN, PLAIN, None, Decimal("990.50"), Decimal(0), Decimal(0)])


@st.composite
def shops(draw: st.DrawFn) -> Known:
    """Two offers as they may stand, at two points that may keep their goods in one place."""
    offers = {sku: _offer(draw, number, sku) for number, sku in enumerate(("A-11", "B-22"), start=1)}
    pieces = st.sampled_from([0, 7, 45, 45, None])
    stock = {(point, sku): draw(pieces) for point in (1, 2) for sku in offers}
    sold = {(number, point): draw(st.sampled_from([None, True, False])) for number in (1, 2) for point in (1, 2)}
    city = draw(PRICES)
    return Known(
        offers,
        kept={1: 1, 2: draw(st.sampled_from([2, 2, 2, 2, 1]))},
        stock={key: count for key, count in stock.items() if count is not None},
        sold={key: said for key, said in sold.items() if said is not None},
        city={} if city is None else {(number, "750000000"): city for number in (1, 2)},
        taken_off=frozenset([THEN]),
    )


def _offer(draw: st.DrawFn, number: int, sku: str) -> KnownOffer:
    name, days = draw(st.sampled_from(["Чайник", ""])), draw(st.sampled_from([0, 7, 45]))
    on_sale, item = draw(st.booleans()), draw(st.sampled_from([*[""] * 9, "A-11"]))
    price, floor = draw(PRICES), draw(PRICES)
    return KnownOffer(number, sku, name, "", "", "", price, days, floor, None, on_sale, None, THEN, item, None, 1)


def standing(known: Known, sku: str) -> list[str]:
    """The row of an offer as somebody might write it; of what nobody knows, some number."""
    offer = known.offers.get(sku) or known.offers["A-11"]
    prices = [offer.price, known.city.get((offer.id, "750000000")), offer.floor]
    price, city, floor = (("990" if one is None else str(one)).removesuffix(".00") for one in prices)
    pieces = [str(known.stock.get((known.kept[point], sku), 7)) for point in (1, 2)]
    return [sku, offer.name, price, *pieces, "любое", str(offer.preorder_days), city, floor, "любое"]


@st.composite
def lists(draw: st.DrawFn) -> tuple[Known, list[list[str]]]:
    """A shop, and a list most cells of which are empty or as it stands."""
    known, rows = draw(shops()), list[list[str]]()
    for sku in draw(st.lists(st.sampled_from(["A-11", "B-22", "A-11", "N-33"]), max_size=4)):
        odd = draw(st.integers(0, 20))
        said = [draw(st.sampled_from(["", cell, cell])) for cell in standing(known, sku)]
        cells = [draw(st.sampled_from(WORDS)) if place == odd else cell for place, cell in enumerate(said)]
        rows.append([sku, *cells[1:]])
    return known, rows


def found(known: Known, rows: Sequence[Sequence[str]], *, whole: bool, short: bool) -> list[Any]:
    """What is found in each row: its change and its problems; the short way, or the long way for all of them."""
    unchanged = Unchanged(COLUMNS, known, POINTS, skus={})
    reader, comparing, told = RowReader(COLUMNS, POINTS, bounds=True), Comparing(known, whole=whole), list[Any]()
    for number, cells in enumerate(rows, start=2):
        sku = unchanged.sku_of(cells) if short else None
        if sku is not None and comparing.is_same(number, sku):
            told.append((None, []))
            continue
        read = reader.read(number, cells)
        assert read is not None
        told.append((None, read[1]) if read[1] else comparing.take(read[0]))
        comparing.note(cells[0])
    return [*told, *comparing.missing()]


@settings(max_examples=600)
@given(listed=lists(), whole=st.booleans())
def test_the_short_way_finds_what_the_long_way_finds(listed: tuple[Known, list[list[str]]], whole: bool) -> None:
    known, rows = listed
    assert found(known, rows, whole=whole, short=True) == found(known, rows, whole=whole, short=False)


def test_a_row_that_says_what_stands_is_passed_by_and_one_letter_is_enough_to_read_it() -> None:
    offer = KnownOffer(1, "A-11", "Чайник", "", "", "", Decimal("990.00"), 0, None, None, True, None, None, "", None, 1)
    known = Known({"A-11": offer}, kept={1: 1, 2: 2}, stock={(1, "A-11"): 7})
    row = ["A-11", "Чайник", "990", "7", "", "любое", "0", "", "", "любое"]
    assert Unchanged(COLUMNS, known, POINTS, skus={}).sku_of(row) == "A-11"
    for place, cell in ((1, "Чайники"), (2, "991"), (3, "8"), (4, "7"), (6, "1"), (7, "990")):
        assert Unchanged(COLUMNS, known, POINTS, skus={}).sku_of([*row[:place], cell, *row[place + 1 :]]) is None
    assert Unchanged(COLUMNS, replace(known, kept={1: 1, 2: 1}), POINTS, skus={}).sku_of(row) is None
    assert Unchanged(COLUMNS, known, POINTS, skus={"A-11": "B-22"}).sku_of(row) is None
    twice = ("sku", *COLUMNS[1:-1], "sku")
    assert Unchanged(twice, known, POINTS, skus={}).sku_of(row) is None
