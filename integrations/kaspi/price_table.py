"""A price list that a person sent, as one table, whatever it is: .xlsx, CSV or Kaspi's XML (kaspi-api.md §6). A leaf.

What the columns mean is not judged here: people call them as they like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from integrations.kaspi.price_xml import PriceXml
from integrations.kaspi.tables import csv_lines, look, text_of
from integrations.kaspi.workbook import PRICES, BadWorkbook, Limits, Line, read_sheet, too_large

HEADER_WITHIN: Final = 10
LONGEST_TITLE: Final = 120
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_TORN: Final = "Строка 1: непонятная кодировка. Сохраните файл как CSV UTF-8."


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: how many will come, at most. `merchant`: whose list it is, where the file says so."""

    form: str
    titles: tuple[str, ...]
    rows: int
    lines: Iterator[Line]
    merchant: str = ""


def glance(data: bytes, *, limits: Limits = PRICES) -> None:
    """Refuse at once what nobody would read: by size and by the first bytes. Raises BadWorkbook."""
    if refusal := too_large(data, limits):
        raise refusal
    if data.startswith(b"\x1f\x8b"):
        raise BadWorkbook("packed", "Файл сжат gzip: распакуйте его и загрузите сам прайс-лист.")
    if not data.startswith(_UTF_16) and not _is_xml(data):
        look(data, limits=limits)


def open_table(data: bytes, *, limits: Limits = PRICES) -> Table:
    """The table, opened. Raises BadWorkbook with a Russian sentence; a torn CSV only where it is torn."""
    glance(data, limits=limits)
    if _is_xml(data):
        prices = PriceXml(data, limits=limits)
        return Table("xml", prices.columns, prices.offers, prices.lines(), prices.merchant)
    if data.startswith(b"PK"):
        sheet = read_sheet(data, limits=limits)
        return _headed("xlsx", sheet.lines, sheet.height)
    text = _utf_16(data) if data.startswith(_UTF_16) else text_of(data) if b"\x00" not in data else None
    if text is None:
        raise BadWorkbook("bad_encoding", _TORN)
    return _headed("csv", csv_lines(text, limits=limits), text.count("\n") + 1)


def _is_xml(data: bytes) -> bool:
    return data[:200].removeprefix(_BOM).lstrip().startswith((b"<?xml", b"<kaspi_catalog"))


def _utf_16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise BadWorkbook("bad_encoding", _TORN) from error


def _headed(form: str, lines: Iterator[Line], rows: int) -> Table:
    """The header is the first row that is nearly as full as the fullest of the first ones: lists begin with a title."""
    first = list(islice(lines, HEADER_WITHIN))
    filled = [sum(map(bool, cells)) for _, cells in first]
    if not any(filled):
        raise BadWorkbook("empty", "В файле нет ни одной заполненной строки.")
    place = next(number for number, count in enumerate(filled) if count and count >= 0.6 * max(filled))
    titles = tuple(" ".join(title.split())[:LONGEST_TITLE] for title in first[place][1])
    return Table(form, titles, rows, chain(first[place + 1 :], lines))
