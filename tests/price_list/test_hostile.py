"""Files that nobody should open: each refused with its sentence, and the worker goes on."""

import gzip
import io
import re
import zipfile
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.kaspi import price_apart, workbook
from integrations.kaspi.price_apart import opened
from integrations.kaspi.price_table import open_table
from integrations.kaspi.workbook import PRICES, BadWorkbook, Limits
from tests.price_list.desk import KASPI, sheet

GOOD = sheet(KASPI, ("KTL-17", "Чайник", "", 5000, 3))
CATALOG = '<?xml version="1.0"?><kaspi_catalog xmlns="kaspiShopping"><offers>{}</offers></kaspi_catalog>'
OFFER = '<offer sku="A"><model>Чайник</model></offer>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def altered(name: str, content: bytes) -> bytes:
    """The good workbook with a part put in its place or beside it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
CELL = b'<worksheet><sheetData><row r="1"><c r="%s" t="n"><v>1</v></c></row></sheetData></worksheet>'
HOSTILE = {
    "weighs too much": (b"PK" + b"\x00" * PRICES.size, "too_large"),
    "packed": (gzip.compress(GOOD), "packed"),
    "an old workbook or one under a password": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old_or_locked"),
    "a page of a site": (b"<!doctype html><table></table>", "markup"),
    "unpacks to too much": (altered("xl/media/image.bin", b"\x00" * 40_000_000), "too_heavy"),
    "macros": (altered("xl/vbaProject.bin", b"x"), "macros"),
    "an archive inside": (altered("xl/embeddings/one.zip", b"x"), "nested"),
    "a cell at the end of the sheet": (altered(SHEET, CELL % b"XFD1048576"), "too_many_rows"),
    "a cell far to the right": (altered(SHEET, CELL % b"XFD1"), "too_many_columns"),
    "entities in a workbook": (altered(SHEET, BOMB.encode() + b"<worksheet/>"), "doctype"),
    "no table at all": (b"PK\x03\x04 torn", "not_xlsx"),
    "nothing in it": (b"\n\n", "empty"),
    "quotes that never end": (b'sku;price\nA;"1\n' + b"x" * 200_000, "long_line"),
    "unknown letters": (b"sku;price\n\x98\x00;1\n", "bad_encoding"),
    "entities in XML": (CATALOG.format(OFFER).replace("?>", f"?>{BOMB}", 1).encode(), "doctype"),
    "half an XML": (CATALOG.format(OFFER).encode()[:-20], "bad_xml"),
    "another XML": (b"<?xml version='1.0'?><yml_catalog/>", "other_xml"),
}


@pytest.mark.parametrize("content, code", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_with_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(BadWorkbook) as refused:
        list(open_table(content).lines)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("content", [GOOD, CATALOG.format(OFFER * 9).encode(), b"sku;price\n" + b"A;1\n" * 9])
def test_rows_beyond_the_limit_are_refused(content: bytes) -> None:
    with pytest.raises(BadWorkbook, match="too_many_rows"):
        list(open_table(content, limits=Limits(20, 0)).lines)


def test_what_takes_too_long_or_dies_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_apart, "WALL_SECONDS", 0)
    with pytest.raises(BadWorkbook, match="too_heavy"), opened(GOOD) as table:
        list(table().pieces)


def test_a_refusal_of_the_child_is_told_as_it_is() -> None:
    with pytest.raises(BadWorkbook, match="bad_xml"), opened(CATALOG.format(OFFER).encode()[:-20]) as table:
        list(table().pieces)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_csv_of_any_kind_is_read(encoding: str, mark: str) -> None:
    rows = (("Артикул", "Название", "Цена"), ("KTL-17", "Чайник", "5000"))
    table = open_table("\r\n".join(map(mark.join, rows)).encode(encoding))
    assert (table.form, table.titles, list(table.lines)) == ("csv", rows[0], [(2, rows[1])])


def test_kaspi_s_own_xml_becomes_a_table() -> None:
    export = """<offer sku="A100"><model>Чайник 1,7 л</model><brand>NoName</brand><availabilities>
      <availability available="yes" storeId="6871008_PP1" preOrder="0" stockCount="12.0"/>
      <availability available="no" storeId="PP2" preOrder="3"/><availability available="yes" storeId="PP4"/>
      </availabilities><cityprices><cityprice cityId="750000000">9990</cityprice></cityprices></offer>
      <offer sku="B&amp;1"><model>Фен</model><price>100</price></offer>"""
    table = open_table(CATALOG.format(export).encode())
    assert table.titles == ("SKU", "model", "brand", "price", "preorder", "PP1", "PP2", "PP4", "cityprice 750000000")
    first, second = table.lines
    assert first == (1, ("A100", "Чайник 1,7 л", "NoName", "", "3", "12", "no", "yes", "9990"))
    assert second == (2, ("B&1", "Фен", "", "100", "", "", "", "", ""))


def test_pieces_of_a_sheet_are_cut_before_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"<row r='1'>" + b'<c r="A1"><v>12345</v></c>' * 50 + b"text" * 30 + b"</row>"
    for size in chain(range(1, 60), (500, 5_000)):
        monkeypatch.setattr(workbook, "_PIECE", size)
        pieces = list(workbook._pieces(content))
        assert b"".join(pieces) == content
        assert all(piece.startswith(b"<") for piece in pieces)


PLACES = st.builds(
    lambda letters, row: f"{letters}{row}",
    st.sampled_from(["A", "Z", "AA", "CV", "CW", "DA", "XFD", "", "a"]),
    st.integers(0, 1_200).map(str) | st.sampled_from(["", "007", "1048576"]),
)
TAGS = st.one_of(
    PLACES.map('<c r="{}" t="n">'.format),
    PLACES.map("<x:c r='{}'/>".format),
    PLACES.map('<c t="s" r="{}">'.format),
    st.integers(0, 1_200).map("<row r='{}'>".format),
    st.integers(0, 1_200).map('<row spans="1:9" r="{}" ht="15">'.format),
    st.sampled_from(["<c>", "<row>", "<cols>", "</c>", "text r=", "<v>9</v>"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TAGS, max_size=4).map("".join).map(str.encode), st.sampled_from([9, 10, 101, 999, 1_000]))
def test_the_quick_look_passes_what_the_long_one_passes(content: bytes, last_row: int) -> None:
    found = []
    for look in (workbook._checked, workbook._check_places):
        try:
            look(content, last_row)
            found.append("")
        except BadWorkbook as bad:
            found.append(bad.code)
    assert found[0] == found[1]


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_numbers_up_to_another_are_told_by_a_pattern(number: int, most: int) -> None:
    assert bool(re.fullmatch(workbook._up_to(most), str(number))) == (number <= most)
