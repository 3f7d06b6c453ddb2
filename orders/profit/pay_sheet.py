"""Reads Kaspi Pay's sheet of operations (kaspi-api.md §6.4): what was taken of each order. Pure.

The header is the first row whose first cell begins with «#»; fees are below zero, a refund turns the signs. Rows that
are not about an order of a shop (transfers, payments at a counter) have no order's number and are only counted.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from django.utils.translation import gettext

from catalog.costs.forms import day_of
from integrations.kaspi.workbook import Line
from staff.errors import Refused
from staff.formats import ALMATY

HEADER_WITHIN: Final = 30
# How the title of a column begins, by what we call it. Of two that begin alike the longer is named first.
TITLES: Final = {
    "code": "номер заказа",
    "day": "дата операции",
    "time": "время",
    "kind": "тип операции",
    "amount": "сумма операции",
    "card": "комиссия за операции по карте",
    "commission": "комиссия за операции",
    "kaspi_pay": "комиссия kaspi pay",
    "delivery": "стоимость услуги за kaspi доставку",
}
NEEDED: Final = ("code", "day", "amount", "commission")
_CODE: Final = re.compile(r"[0-9]{5,20}")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


class Operation(NamedTuple):
    """An operation about an order: ₸ as the sheet signs them. `kaspi_pay` holds the fee of the card too."""

    code: str
    at: datetime
    kind: str
    amount: Decimal
    commission: Decimal
    kaspi_pay: Decimal
    delivery: Decimal


class Sheet(NamedTuple):
    """`other`: rows that are about no order."""

    operations: tuple[Operation, ...]
    other: int


def read(lines: Sequence[Line]) -> Sheet:
    """The operations of a sheet. Raises Refused 400 for another table, and for a row that cannot be read, by its number."""
    header, places = _header(lines)
    operations, other = [], 0
    for number, cells in lines:
        if number <= header or not any(cells):
            continue
        row = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if _CODE.fullmatch(row["code"]):
            operations.append(_operation(number, row))
        else:
            other += 1
    return Sheet(tuple(operations), other)


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, int]]:
    for number, cells in lines[:HEADER_WITHIN]:
        places = dict(_places(cells))
        if cells and cells[0].startswith("#") and all(name in places for name in NEEDED):
            return number, places
    sentence = gettext("Это не выписка Kaspi Pay: нет строки заголовков с «#», номером заказа и комиссией")
    raise Refused("no_header", sentence, status=400, field="file")


def _places(cells: Sequence[str]) -> Iterator[tuple[str, int]]:
    for place, cell in enumerate(cells):
        bare = " ".join(cell.casefold().split())
        name = next((name for name, title in TITLES.items() if bare.startswith(title)), None)
        if name is not None:
            yield name, place


def _operation(number: int, row: dict[str, str]) -> Operation:
    day = day_of(row["day"])
    if day is None:
        raise _wrong(number, gettext("дата операции – не дата: «%(cell)s»") % {"cell": row["day"][:40]})
    clock = _TIME.fullmatch(row.get("time", ""))
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    commission, card, kaspi_pay, delivery = (
        _money(number, row.get(name, "")) for name in ("commission", "card", "kaspi_pay", "delivery")
    )
    return Operation(
        code=row["code"],
        at=datetime.combine(day, time(hour, minute, second), ALMATY),
        kind=row.get("kind", "")[:60],
        amount=_money(number, row["amount"]),
        commission=commission,
        kaspi_pay=card + kaspi_pay,
        delivery=delivery,
    )


def _money(number: int, cell: str) -> Decimal:
    bare = re.sub(r"[\s\u00a0\u202f]", "", cell).replace(",", ".").replace("−", "-")
    try:
        found = Decimal(bare or 0)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**11:
        raise _wrong(number, gettext("не сумма: «%(cell)s»") % {"cell": cell[:40]})
    return found.quantize(Decimal("0.01"))


def _wrong(number: int, sentence: str) -> Refused:
    told = gettext("Строка %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}
    return Refused("bad_row", told, status=400, field="file")
