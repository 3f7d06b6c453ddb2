"""A sheet of typed cells, written row by row so that its size does not matter (reliability.md §5.12)."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from staff.exports.kinds import MOST_ROWS, Cell, Column, Made, Row
from staff.formats import ALMATY

LONGEST_TEXT: Final = 32_767
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd.mm.yyyy hh:mm",
}
# What XML has no way to say.
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(path: str, columns: Sequence[Column], rows: Iterable[Row], *, title: str, closing: str = "") -> Made:
    """Write the file. Rows beyond MOST_ROWS are left out."""
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        sheet = book.add_worksheet(title[:31])
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        puts = _puts(money, book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, str(column.title), bold)
        sheet.freeze_panes(1, 0)
        number, persons = 0, set()
        for number, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(columns, row.values, strict=True)):
                if value is not None and value != "":
                    puts[column.cell](sheet, number, place, value)
            if row.person:
                persons.add(row.person)
            if number == MOST_ROWS:
                break
        if closing:
            sheet.write_string(number + 2, 0, closing)
    return Made(number, frozenset(persons))


Put = Callable[[Worksheet, int, int, Any], object]


def _puts(money: Any, moment: Any) -> dict[Cell, Put]:
    return {
        Cell.TEXT: lambda sheet, row, place, value: sheet.write_string(row, place, _text(value)),
        Cell.NUMBER: lambda sheet, row, place, value: sheet.write_number(row, place, _number(value)),
        Cell.MONEY: lambda sheet, row, place, value: sheet.write_number(row, place, _number(value), money),
        Cell.MOMENT: lambda sheet, row, place, value: sheet.write_datetime(row, place, _local(value), moment),
    }


def _text(value: object) -> str:
    return _UNSAYABLE.sub("", str(value))[:LONGEST_TEXT]


def _number(value: Decimal | int | float) -> float | int:
    return value if isinstance(value, int) else float(value)


def _local(value: datetime) -> datetime:
    """The time of Almaty; a sheet knows no zones."""
    return value.astimezone(ALMATY).replace(tzinfo=None)
