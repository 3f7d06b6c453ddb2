"""Reads the order export (XLSX or CSV) of the seller's cabinet: 28 columns, every cell a text (kaspi-api §6.3).

What is wrong with the file as a whole raises BadExport; what is wrong in one row is told as a RowProblem, and the
other rows are read. A leaf: knows neither Django nor the product. The file comes from a person: see `workbook` and
`tables` for what is refused before it is opened, and `apart` for where it is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from integrations.kaspi.tables import lines_of
from integrations.kaspi.workbook import BadWorkbook as BadExport
from integrations.kaspi.workbook import Line

__all__ = ["COLUMNS", "BadExport", "Column", "Export", "ExportRow", "RowProblem", "read_order_export"]

MAX_PROBLEMS = 1_000
HEADER_WITHIN_ROWS = 10


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One cell that could not be read. `row` is counted as Excel shows it, `column` is its title in the file."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ExportRow:
    """One line of the export. Texts are as in the cabinet, "" when empty; days are Almaty days; money in ₸.

    `number` is the row as Excel shows it.

    Names of people and addresses are in here, so it has no repr but the order number.
    """

    code: str
    received_on: date
    product_name: str = ""
    seller_name: str = ""
    sku: str = ""
    amount: Decimal | None = None
    category: str = ""
    address: str = ""
    status_changed_on: date | None = None
    status: str
    cancel_reason: str = ""
    payment: str = ""
    delivery: str = ""
    courier: str = ""
    accepted_by: str = ""
    issued_by: str = ""
    cancelled_by: str = ""
    mark: int | None = None
    review: str = ""
    review_on: date | None = None
    made_by: str = ""
    quantity: Decimal | None = None
    buyer_delivery_cost: Decimal | None = None
    seller_delivery_cost: Decimal | None = None
    delivery_compensation: Decimal | None = None
    signature_required: bool | None = None
    hand_over_planned_on: date | None = None
    hand_over_point: str = ""
    number: int = 0

    def __repr__(self) -> str:
        return f"ExportRow({self.code})"


@dataclass(frozen=True, slots=True)
class Export:
    """What the file holds. An order of several goods has several rows with one code.

    `missing` are titles of §6.3 that the file lacks, `unknown` those it has besides: both are for the person to see.
    """

    rows: tuple[ExportRow, ...]
    problems: tuple[RowProblem, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def _text(cell: str) -> str:
    return cell


def _code(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{5,20}", cell):
        raise ValueError("не номер заказа: ожидаются только цифры")
    return cell


def _day(cell: str) -> date | None:
    if not cell:
        return None
    if not re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", cell):
        raise ValueError("не дата вида 31.12.2026")
    try:
        return date(int(cell[6:]), int(cell[3:5]), int(cell[:2]))
    except ValueError:
        raise ValueError("такой даты нет в календаре") from None


def _required_day(cell: str) -> date:
    day = _day(cell)
    if day is None:
        raise ValueError("дата не указана")
    return day


def _number(cell: str) -> Decimal | None:
    if not cell:
        return None
    plain = re.sub(r"[\s\u00a0\u2009]", "", cell).replace(",", ".")
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", plain):
        raise ValueError("не число вида 16990 или 1455.0")
    return Decimal(plain)


def _mark(cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch(r"[1-5](\.0+)?", cell):
        raise ValueError("не оценка от 1 до 5")
    return int(cell[0])


def _signature(cell: str) -> bool | None:
    known = {"": None, "не требуется": False, "требуется": True}
    if cell.casefold() not in known:
        raise ValueError("ожидается «Требуется» или «Не требуется»")
    return known[cell.casefold()]


def _required(cell: str) -> str:
    if not cell:
        raise ValueError("значение не указано")
    return cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: its title, the field it fills, how a cell is read; no row without a required one."""

    title: str
    field: str
    read: Callable[[str], object]
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("№ заказа", "code", _code, required=True),
    Column("Дата поступления заказа", "received_on", _required_day, required=True),
    Column("Название товара в Kaspi Магазине", "product_name", _text),
    Column("Название в системе продавца", "seller_name", _text),
    Column("Артикул", "sku", _text),
    Column("Сумма", "amount", _number),
    Column("Категория", "category", _text),
    Column("Адрес самовывоза/доставки", "address", _text),
    Column("Дата изменения статуса", "status_changed_on", _day),
    Column("Статус", "status", _required, required=True),
    Column("Причина отмены", "cancel_reason", _text),
    Column("Способ оплаты", "payment", _text),
    Column("Способ доставки", "delivery", _text),
    Column("Курьерская служба", "courier", _text),
    Column("Принял", "accepted_by", _text),
    Column("Выдал", "issued_by", _text),
    Column("Отменил", "cancelled_by", _text),
    Column("Оценка покупателя", "mark", _mark),
    Column("Отзыв покупателя", "review", _text),
    Column("Дата публикации отзыва", "review_on", _day),
    Column("Оформил", "made_by", _text),
    Column("Количество", "quantity", _number),
    Column("Стоимость доставки для покупателя", "buyer_delivery_cost", _number),
    Column("Стоимость доставки для продавца", "seller_delivery_cost", _number),
    Column("Компенсация за доставку", "delivery_compensation", _number),
    Column("Требуется подписание", "signature_required", _signature),
    Column("Плановая дата передачи курьеру", "hand_over_planned_on", _day),
    Column("Склад передачи КД", "hand_over_point", _text),
)


def read_order_export(data: bytes) -> Export:
    """The rows of an export. Raises BadExport with a Russian sentence when the file as a whole cannot be taken."""
    lines = lines_of(data)
    places, header = _header(lines)
    rows: list[ExportRow] = []
    problems: list[RowProblem] = []
    for number, cells in lines:
        if not any(cells):
            continue
        row, wrong = _row(number, cells, places)
        problems += wrong
        if row:
            rows.append(row)
        if len(problems) > MAX_PROBLEMS:
            raise BadExport("too_many_problems", f"В файле больше {MAX_PROBLEMS} ошибок: похоже, столбцы перепутаны.")
    titles = {_plain(column.title) for column in COLUMNS}
    return Export(
        rows=tuple(rows),
        problems=tuple(problems),
        missing=tuple(column.title for column in COLUMNS if column not in places),
        unknown=tuple(title for title in header if title and _plain(title) not in titles),
    )


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold().replace("ё", "е")


def _header(lines: Iterator[Line]) -> tuple[Mapping[Column, int], tuple[str, ...]]:
    """Where each known column stands, and the header row as it is. Leaves `lines` at the first row below it."""
    for number, cells in lines:
        plain = [_plain(cell) for cell in cells]
        if _plain(COLUMNS[0].title) in plain:
            return _places(plain), cells
        if number >= HEADER_WITHIN_ROWS:
            break
    raise BadExport("no_header", f"Не найден столбец «{COLUMNS[0].title}»: это не выгрузка заказов из кабинета.")


def _places(plain: list[str]) -> Mapping[Column, int]:
    twice = [column.title for column in COLUMNS if plain.count(_plain(column.title)) > 1]
    if twice:
        raise BadExport("double_columns", f"Столбцы повторяются: {_quoted(twice)}.")
    places = {column: plain.index(_plain(column.title)) for column in COLUMNS if _plain(column.title) in plain}
    lacking = [column.title for column in COLUMNS if column.required and column not in places]
    if lacking:
        raise BadExport("missing_columns", f"В файле нет столбцов: {_quoted(lacking)}.")
    return places


def _row(
    number: int, cells: tuple[str, ...], places: Mapping[Column, int]
) -> tuple[ExportRow | None, list[RowProblem]]:
    """The row and what is wrong in it; no row when something required is wrong."""
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    whole = True
    for column, place in places.items():
        # A line of a CSV may be shorter than its header.
        cell = cells[place] if place < len(cells) else ""
        try:
            values[column.field] = column.read(cell)
        except ValueError as error:
            shown = f"«{cell[:40]}» – " if cell else ""
            problems.append(RowProblem(number, column.title, f"{shown}{error}."))
            whole = whole and not column.required
    return (ExportRow(**values, number=number) if whole else None), problems


def _quoted(titles: list[str]) -> str:
    return ", ".join(f"«{title}»" for title in titles)
