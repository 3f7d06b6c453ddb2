"""Reads a table of others' prices on our cards (XLSX or CSV), in a process of its own: `read_prices_apart`. A leaf.

One row: one seller on one card at one moment. Without a seller and a price: the card was looked at, and nobody else sold
there. What is wrong in one row is told, and the other rows are read; BadWorkbook is raised for the file as a whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from integrations.kaspi.apart import answer, ask_apart
from integrations.kaspi.tables import lines_of
from integrations.kaspi.workbook import PRICES, BadWorkbook, Line, as_text

MAX_PROBLEMS: Final = 1_000
HEADER_WITHIN_ROWS: Final = 10
DEAREST: Final = Decimal(999_999_999)
ALMATY: Final = ZoneInfo("Asia/Almaty")
TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": ("артикул", "sku"),
    "card": ("код карточки", "код товара", "card"),
    "seller": ("продавец", "seller"),
    "merchant_uid": ("номер продавца", "код продавца", "merchant_uid"),
    "price": ("цена", "price"),
    "seen_at": ("когда видели", "дата и время", "seen_at"),
    "url": ("ссылка", "url"),
    "broken": ("не открывается", "broken"),
}
LONGEST: Final[Mapping[str, int]] = {"sku": 64, "card": 64, "seller": 200, "merchant_uid": 30, "url": 500}
_YES: Final = ("да", "1", "yes", "true", "+")
_SHAPES: Final = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the table; the texts are "" when empty. `seen_at` is aware; without a zone the file means Almaty."""

    number: int
    sku: str
    card: str
    seller: str
    merchant_uid: str
    price: Decimal | None
    seen_at: datetime
    url: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class PriceTable:
    """`problems`: (row, title of the column, what is wrong)."""

    rows: tuple[PriceRow, ...]
    problems: tuple[tuple[int, str, str], ...]


def read_prices_apart(data: bytes) -> PriceTable:
    """The rows of the table. Raises BadWorkbook with a Russian sentence when the file as a whole cannot be taken."""
    told = ask_apart("integrations.kaspi.competitor_file", data)
    if not told:
        raise BadWorkbook("too_heavy", "Файл слишком тяжёлый: чтение остановлено. Разделите его на части.")
    return PriceTable(
        tuple(map(_row_of, told["rows"])), tuple((row, title, text) for row, title, text in told["problems"])
    )


def _row_of(told: Sequence[Any]) -> PriceRow:
    number, sku, card, seller, merchant_uid, price, seen_at, url, broken = told
    moment = datetime.fromisoformat(seen_at)
    return PriceRow(
        number, sku, card, seller, merchant_uid, None if price is None else Decimal(price), moment, url, broken
    )


def read_prices(data: bytes) -> PriceTable:
    """The same in this process."""
    lines = lines_of(data, limits=PRICES, as_text=_as_text)
    places = _header(lines)
    rows: list[PriceRow] = []
    problems: list[tuple[int, str, str]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        try:
            rows.append(_row(number, {name: cells[n] if n < len(cells) else "" for name, n in places.items()}))
        except _BadCell as bad:
            problems.append((number, TITLES[bad.column][0].capitalize(), bad.sentence))
        if len(problems) > MAX_PROBLEMS:
            raise BadWorkbook("too_many_problems", f"В файле больше {MAX_PROBLEMS} ошибок: похоже, столбцы перепутаны.")
    return PriceTable(tuple(rows), tuple(problems))


class _BadCell(Exception):
    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(column)
        self.column, self.sentence = column, sentence


def _header(lines: Iterator[Line]) -> Mapping[str, int]:
    """Where each column stands. Leaves `lines` at the first row below."""
    for number, cells in lines:
        plain = [" ".join(cell.split()).casefold() for cell in cells]
        places = {name: n for name, titles in TITLES.items() for n, cell in enumerate(plain) if cell in titles}
        if "price" in places or "seen_at" in places:
            return _complete(places)
        if number >= HEADER_WITHIN_ROWS:
            break
    raise BadWorkbook("no_header", "Не найдена строка с названиями столбцов: Артикул, Продавец, Цена, Когда видели.")


def _complete(places: Mapping[str, int]) -> Mapping[str, int]:
    if "sku" not in places and "card" not in places:
        raise BadWorkbook("no_sku", "Нет столбца «Артикул» или «Код карточки»: не понять, чья это цена.")
    for name in ("price", "seen_at"):
        if name not in places:
            raise BadWorkbook("no_column", f"Нет столбца «{TITLES[name][0].capitalize()}».")
    return places


def _row(number: int, told: Mapping[str, str]) -> PriceRow:
    text = {name: told.get(name, "") for name in TITLES}
    for name, longest in LONGEST.items():
        if len(text[name]) > longest or not text[name].isprintable():
            raise _BadCell(name, f"длиннее {longest} знаков или с невидимыми знаками")
    if not (text["sku"] or text["card"]):
        raise _BadCell("sku", "не указан ни артикул, ни код карточки")
    broken = text["broken"].casefold() in _YES
    price = _price(text["price"])
    named = text["seller"] or text["merchant_uid"]
    if price is not None and not named:
        raise _BadCell("seller", "цена есть, а чья она, не указано")
    if named and price is None:
        raise _BadCell("price", "продавец есть, а цены нет")
    return PriceRow(
        number,
        text["sku"],
        text["card"],
        text["seller"],
        text["merchant_uid"],
        price,
        _moment(text["seen_at"]),
        text["url"],
        broken,
    )


def _price(cell: str) -> Decimal | None:
    if not cell:
        return None
    plain = re.sub(r"[\s\u00a0\u2009\u202f₸]", "", cell).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", plain) or not 0 < Decimal(plain) <= DEAREST:
        raise _BadCell("price", "не цена вида 16990")
    return Decimal(plain)


def _moment(cell: str) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(cell, shape).replace(tzinfo=ALMATY)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(cell) if "T" in cell or ":" in cell else None
    except ValueError:
        found = None
    if found is None:
        raise _BadCell("seen_at", "не дата со временем вида 30.11.2026 09:15")
    return found if found.tzinfo else found.replace(tzinfo=ALMATY)


def _as_text(cell: object) -> str:
    """A moment keeps its time: by it the price is judged to be fresh."""
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y %H:%M:%S}"
    return as_text(cell)


def _told(table: PriceTable) -> dict[str, Any]:
    def plain(row: PriceRow) -> Sequence[Any]:
        return [value.isoformat() if isinstance(value, datetime) else value for value in astuple(row)]

    return {"rows": [plain(row) for row in table.rows], "problems": table.problems}


if __name__ == "__main__":
    answer(lambda data: _told(read_prices(data)))
