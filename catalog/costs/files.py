"""Reads a sheet of receipts: SKU, day, pieces, cost of one. Every row is read or told of by row and column. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext

from catalog.costs import forms
from catalog.costs.receipts import Receipt, check
from integrations.kaspi.workbook import Line
from staff.errors import Refused

MOST_PROBLEMS: Final = 200
MOST_RECEIPTS: Final = 20_000
HEADER_WITHIN: Final = 10
# What columns may be called: the first name is the one that we ask for.
TITLES: Final = {
    "sku": ("артикул", "sku", "код"),
    "day": ("дата", "дата поступления", "date"),
    "pieces": ("количество", "штук", "шт", "кол-во", "pieces", "quantity"),
    "unit_cost": ("себестоимость", "цена закупки", "закупка", "cost"),
    "note": ("примечание", "комментарий", "note"),
}
NEEDED: Final = ("sku", "day", "pieces", "unit_cost")


class Problem(NamedTuple):
    """What is wrong in a cell: the row as Excel shows it, the column as we call it, the value, a sentence."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    receipts: tuple[Receipt, ...]
    problems: tuple[Problem, ...]


def read(lines: Sequence[Line], *, now: datetime) -> Sheet:
    """The receipts of a sheet, and what is wrong in it. Raises Refused 400 when it is not such a sheet at all."""
    header, places = _header(lines)
    rows = [line for line in lines if line[0] > header and any(line[1])]
    if len(rows) > MOST_RECEIPTS:
        sentence = gettext("В файле больше 20 000 поступлений: разделите его на части")
        raise Refused("too_many_rows", sentence, status=400, field="file")
    receipts, problems = [], []
    for number, cells in rows:
        found = _row(number, {name: cells[place] if place < len(cells) else "" for name, place in places.items()}, now)
        if isinstance(found, Receipt):
            receipts.append(found)
        else:
            problems.append(found)
    return Sheet(tuple(receipts), tuple(problems[:MOST_PROBLEMS]))


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, int]]:
    for number, cells in lines[:HEADER_WITHIN]:
        places = dict(_places(cells))
        if all(name in places for name in NEEDED):
            return number, places
    sentence = gettext("Нет столбцов «Артикул», «Дата», «Количество», «Себестоимость». Назовите их так в первой строке")
    raise Refused("no_header", sentence, status=400, field="file")


def _places(cells: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Of two columns of one name the first counts."""
    for place, cell in reversed(list(enumerate(cells))):
        bare = cell.casefold().replace("ё", "е").partition(",")[0].strip(" .")
        yield from ((name, place) for name, titles in TITLES.items() if bare in titles)


def _row(number: int, cells: dict[str, str], now: datetime) -> Receipt | Problem:
    try:
        receipt = Receipt(
            forms.text(cells, "sku", most=64),
            forms.day(cells, "day"),
            forms.whole(cells, "pieces"),
            forms.money(cells, "unit_cost"),
            forms.text(cells, "note", most=200),
        )
        check(receipt, now=now)
    except Refused as refusal:
        name = refusal.field or "sku"
        return Problem(number, TITLES[name][0], cells.get(name, "")[:40], refusal.sentence)
    return receipt
