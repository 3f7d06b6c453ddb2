"""What we draw ourselves is read by a scanner at 203 dpi and holds whatever a name may hold (neighbours.md §10.2)."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.documents import labels, pick_list, slips
from orders.documents.drawing import LONGEST_BARS, cut, lines_of, printable, width_of
from orders.documents.front import MOST_LINES, Front, StopLine
from orders.documents.picking import Good, Sheet, in_picking_order, picks_of, place_key
from orders.models import Layout
from tests.documents.reading import DPI, codes_of, codes_on, pages_of, sizes_of, text_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KAZAKH = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі ₸ №"
HOSTILE = "\u202eשלום עולם 🔥 漢字\u0000\n<b>&amp;" + "Ж" * 300
NOTHING = Front()
GOOD = Good("SKU-1", "Смартфон", Decimal(1), "A-2", Decimal(1500), Decimal(1500))


def sheet(code: str = "284917420", *goods: Good, point: str = "Абая 52", buyer: str = "Айгерим С.") -> Sheet:
    return Sheet(
        id=1,
        code=code,
        shop="Алма Техника",
        point_id=1,
        point=point,
        goods=goods or (GOOD,),
        total=Decimal(225650),
        buyer=buyer,
    )


def listed(*sheets: Sheet, warnings: Front = NOTHING) -> bytes:
    return pick_list.draw(sheets, by="Болат", now=NOW, warnings=warnings)


@pytest.mark.parametrize("length", [1, 9, 10, 12, LONGEST_BARS, LONGEST_BARS + 1, 32])
def test_a_label_of_any_number_is_read_by_a_scanner(length: int) -> None:
    for code in ("1234567890" * 4, "AZ-9k_" * 6):
        pdf = labels.draw([sheet(code[:length])], by_piece=False, warnings=NOTHING)
        assert codes_of(pdf) == [[code[:length]]]
        assert sizes_of(pdf) == [(58, 40)]


def test_every_module_of_a_code_is_two_whole_dots() -> None:
    # Eight pixels a dot: what PDFium rounds at the edge of the page is no fault of the code.
    [picture] = pages_of(labels.draw([sheet()], by_piece=False, warnings=NOTHING), dpi=8 * DPI)
    row = [picture.getpixel((x, picture.height // 3)) for x in range(picture.width)]
    edges = [x for x in range(1, picture.width) if (row[x] < 128) != (row[x - 1] < 128)]  # type: ignore[operator]
    assert len(edges) > 40
    modules = [(right - left) / (2 * 8) for left, right in itertools.pairwise(edges)]
    assert all(abs(module - round(module)) <= 0.1 and 1 <= round(module) <= 4 for module in modules)


def test_each_piece_has_its_label_and_what_is_weighed_has_one() -> None:
    cable = Good("CBL", "Кабель", Decimal("1.500"))
    two = Good("TWO", "Чехол", Decimal(2), "B-1")
    pdf = labels.draw([sheet("284917420", two, cable)], by_piece=True, warnings=NOTHING)
    assert codes_of(pdf) == [["284917420"]] * 3
    assert all(words in text_of(pdf) for words in ("1 из 3", "3 из 3", "1,5 · CBL", "B-1", "Чехол"))


def test_the_pick_list_gathers_a_good_of_many_orders_at_its_place() -> None:
    two, first, far = (Good("TWO", "Чехол", Decimal(2), place) for place in ("A-10", "A-2", ""))
    sheets = in_picking_order(
        [sheet("300", two), sheet("200", first), sheet("100", two), sheet("400", far), sheet("500", GOOD, point="Юг")]
    )
    assert [one.code for one in sheets] == ["200", "100", "300", "400", "500"]
    assert [(pick.place, pick.quantity, pick.codes) for pick in picks_of(sheets)][:3] == [
        ("A-2", 2, ("200",)),
        ("A-10", 4, ("100", "300")),
        ("", 2, ("400",)),
    ]
    pdf = listed(*sheets)
    assert sorted(codes_of(pdf)[0]) == ["100", "200", "300", "400", "500"]
    assert all(words in text_of(pdf) for words in ("A-10", "4 шт.", "нет места", "Взять: Юг", "По заказам"))


def test_a_long_pick_list_goes_on_and_every_code_of_it_is_read() -> None:
    sheets = [sheet(str(284_917_000 + number)) for number in range(40)]
    pages = codes_of(listed(*sheets))
    assert len(pages) > 2
    assert [code for page in pages for code in sorted(page)] == [one.code for one in sheets]


@pytest.mark.parametrize("layout", [Layout.A4, Layout.A6, Layout.A4_GIFT, Layout.A6_GIFT])
def test_a_slip_tells_prices_but_not_as_a_gift(layout: Layout) -> None:
    pdf = slips.draw([sheet()], layout, warnings=NOTHING)
    text = text_of(pdf)
    assert codes_of(pdf) == [["284917420"]]
    assert ("₸" in text) is (layout in slips.PRICED)
    assert all(words in text for words in ("Получатель: Айгерим С.", "Смартфон", "284 917 420"))


def hostile() -> Iterator[bytes]:
    goods = (Good(HOSTILE[:64], f"{KAZAKH} {HOSTILE}", Decimal(3), HOSTILE[:60]), Good("", "", Decimal(1)))
    bad = sheet("284917420", *goods, point=HOSTILE, buyer=HOSTILE)
    yield labels.draw([bad], by_piece=True, warnings=Front([StopLine(HOSTILE, HOSTILE)]))
    yield listed(bad, warnings=Front([StopLine("1", HOSTILE)], [HOSTILE]))
    yield slips.draw([bad], Layout.A6, warnings=NOTHING)


def test_kazakh_letters_print_and_foreign_text_breaks_no_page() -> None:
    for pdf in hostile():
        text = text_of(pdf)
        assert KAZAKH.split()[0] in text
        assert "284917420" in codes_on(pages_of(pdf)[-1])
        assert not any(bad in text for bad in ("\u202e", "🔥", "\x00"))


def test_nothing_is_drawn_beyond_the_paper() -> None:
    for pdf in hostile():
        for picture in pages_of(pdf, dpi=72):
            ink = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox()
            assert ink is not None
            assert ink[0] >= 3
            assert ink[2] <= picture.width - 3


def test_the_stop_list_and_what_is_missing_lie_first() -> None:
    stops = [StopLine(str(number), "Отменён") for number in range(MOST_LINES + 5)]
    pdf = listed(sheet(), warnings=Front(stops, ["284999999"]))
    text = text_of(pdf)
    assert text.index("СТОП") < text.index("№ 284999999") < text.index("По заказам")
    assert "и ещё 5" in text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(20, 400), st.integers(1, 4))
def test_lines_are_never_wider_than_their_place(text: str, width: int, most: int) -> None:
    rows = lines_of(text, width, size=9, most=most)
    assert len(rows) <= most
    assert all(width_of(row, size=9) <= max(width, width_of("Щ…", size=9)) for row in rows)
    assert width_of(cut(text, width, size=9), size=9) <= width
    assert printable(printable(text)) == printable(text)


@given(st.lists(st.from_regex(r"[A-C]?-?[0-9]{0,3}", fullmatch=True), max_size=8))
def test_places_are_walked_by_letters_then_numbers_and_no_place_last(places: list[str]) -> None:
    walked = sorted(places, key=lambda place: place_key(place, ""))
    named = [place for place in walked if place]
    assert walked == named + [""] * places.count("")
    same_row = [int(place[2:]) for place in named if place.startswith("A-") and place[2:]]
    assert same_row == sorted(same_row)
