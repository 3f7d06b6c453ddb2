"""The lines of a table that a person sent, whatever it is: an .xlsx or a CSV text. What it is, is judged by its bytes.

A leaf. Reads at most what `workbook` allows; raises BadWorkbook with a Russian sentence for everything else.
"""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from integrations.kaspi.workbook import MAX_COLUMNS, ORDERS, BadWorkbook, Limits, Line, as_text, read_lines, too_large

LONGEST_LINE = 100_000
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")
# The stream of a workbook under a password, as its name stands in the directory of the file.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (";", ",", "\t")


def look(data: bytes, *, limits: Limits = ORDERS) -> None:
    """Refuse at once what nobody would read: by size and by the first bytes. Raises BadWorkbook."""
    if refusal := too_large(data, limits):
        raise refusal
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise BadWorkbook("locked", "Файл под паролем: снимите пароль и сохраните как обычный .xlsx.")
    if data.startswith(_OLE):
        raise BadWorkbook("old_or_locked", "Это старый формат .xls или файл под паролем: сохраните как обычный .xlsx.")
    if data.startswith(_UTF_16):
        raise BadWorkbook("bad_encoding", "Строка 1: непонятная кодировка. Сохраните файл как CSV UTF-8.")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(_MARKUP):
        raise BadWorkbook("markup", "Это страница HTML, а не таблица: выгрузите заказы из кабинета в Excel.")


def lines_of(data: bytes, *, limits: Limits = ORDERS, as_text: Callable[[object], str] = as_text) -> Iterator[Line]:
    """The rows of the table, numbered as Excel or a text editor shows them; `as_text` writes a workbook's cells."""
    look(data, limits=limits)
    if data.startswith(_ZIP) or not data or b"\x00" in data:
        return read_lines(data, limits=limits, as_text=as_text)
    return csv_lines(text_of(data), limits=limits)


def text_of(data: bytes) -> str:
    """UTF-8, or what Windows writes in Kazakhstan. Raises BadWorkbook naming the line that is neither."""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise BadWorkbook("bad_encoding", f"Строка {line}: непонятная кодировка. Сохраните файл как CSV UTF-8.")


def csv_lines(text: str, *, limits: Limits = ORDERS) -> Iterator[Line]:
    """The rows of a CSV text, each with the number of its first line. Raises BadWorkbook naming the line that is wrong."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    # Of one cell; a line that never ends is told by its number.
    csv.field_size_limit(LONGEST_LINE)
    return _numbered(rows, limits.rows)


def _numbered(rows: Any, most: int) -> Iterator[Line]:
    """`rows` is a reader of the module csv, whose type has no public name."""
    count, start = 0, 1
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(str(error), start) from error
        count += 1
        if count > most + 1:
            raise BadWorkbook("too_many_rows", f"В файле больше {most} строк: разделите его на части.")
        if len(cells) > MAX_COLUMNS:
            raise BadWorkbook("too_many_columns", f"В файле больше {MAX_COLUMNS} столбцов: это не та таблица.")
        yield start, tuple(cell.strip() for cell in cells)
        start = rows.line_num + 1


def _broken(problem: str, line: int) -> BadWorkbook:
    if "field larger" in problem:
        return BadWorkbook("long_line", f"Строка {line}: слишком длинная. Возможно, в ней не закрыты кавычки.")
    return BadWorkbook("bad_quotes", f"Строка {line}: кавычки открыты и не закрыты, или наоборот.")


def _delimiter(text: str) -> str:
    """What stands most often in the first line that holds any of them."""
    for line in text[:LONGEST_LINE].splitlines():
        counts = {mark: line.count(mark) for mark in _DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ";"
