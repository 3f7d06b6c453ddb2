"""Single fields of Kaspi's JSON: each reader gives a clean value, an absence, or a Flaw that names the field.

Strict where a wrong value would mislead (identity, state, money, moments, quantities), lenient where it would only
look odd.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from integrations.kaspi.errors import NoInformation
from integrations.kaspi.jsonapi import BadNumber, Json

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = datetime(2015, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
TOO_MUCH: Final = Decimal(10) ** 12
TOO_LATE: Final = Decimal(10) ** 13  # milliseconds, year 2286
CENT: Final = Decimal("0.01")
GRAIN: Final = Decimal("0.001")
ID_LENGTH: Final = 200
CODE_LENGTH: Final = 64
NOTHING: Final[Json] = {}

_NUMERAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_IDENTIFIER = re.compile(r"(?!\.{1,2}$)[^\s\x00-\x1f\x7f]+")


class Expected(StrEnum):
    """What a field should have held, in the seller's words."""

    MONEY = "ожидалась сумма в тенге"
    QUANTITY = "ожидалось количество"
    MOMENT = "ожидалась дата между 2015 и 2100 годами"
    FLAG = "ожидалось «да» или «нет»"
    IDENTIFIER = "ожидался номер"
    WORD = "ожидалось короткое слово"
    TYPE = "пришло не то, что спрашивали"


class Flaw(NoInformation):
    """One field cannot be understood. Its value is not repeated here: it may be personal."""

    def __init__(self, name: str, expected: Expected) -> None:
        super().__init__(f"field {name}: not {expected.name.lower()}")
        self.args = (name, expected)
        self.problem = f"Поле {name}: {expected}."


def identity(resource: Any, kind: str) -> str:
    if not isinstance(resource, dict) or resource.get("type", kind) != kind:
        raise Flaw("type", Expected.TYPE)
    return identifier(resource.get("id"), "id")


def attributes(resource: Any) -> Json:
    return part(resource, "attributes") if isinstance(resource, dict) else NOTHING


def part(source: Json, name: str) -> Json:
    value = source.get(name)
    return value if isinstance(value, dict) else NOTHING


def related(resource: Json, name: str) -> str:
    """The id of a related resource; "" when Kaspi leaves it null, as it often does (kaspi-api §1.4)."""
    return text(part(part(part(resource, "relationships"), name), "data"), "id")


def identifier(value: Any, name: str, length: int = ID_LENGTH) -> str:
    """An opaque name: any text without blanks, "." and ".." aside, since it becomes part of an address."""
    known = str(value) if isinstance(value, str | int) and not isinstance(value, bool | BadNumber) else ""
    if len(known) > length or not _IDENTIFIER.fullmatch(known):
        raise Flaw(name, Expected.IDENTIFIER)
    return known


def word(source: Json, name: str) -> str:
    """A value of some enum, known to us or not, missing or not: an order of unknown state is still an order."""
    known = text(source, name)
    if len(known) > CODE_LENGTH:
        raise Flaw(name, Expected.WORD)
    return known


def text(source: Json, name: str) -> str:
    value = source.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def flag(source: Json, name: str) -> bool:
    value = source.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if value not in ("true", "false"):
        raise Flaw(name, Expected.FLAG)
    return bool(value == "true")


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool | BadNumber):
        return None
    if isinstance(value, int | float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, str) and _NUMERAL.fullmatch(value) else None


def _measure(source: Json, name: str, step: Decimal, expected: Expected) -> Decimal | None:
    if source.get(name) is None:
        return None
    number = _number(source[name])
    if number is None or not 0 <= number <= TOO_MUCH - step:
        raise Flaw(name, expected)
    # Adding zero turns -0.00 into 0.00.
    return number.quantize(step, rounding=ROUND_HALF_UP) + 0


def money(source: Json, name: str) -> Decimal | None:
    return _measure(source, name, CENT, Expected.MONEY)


def quantity(source: Json, name: str) -> Decimal | None:
    return _measure(source, name, GRAIN, Expected.QUANTITY)


def months(source: Json, name: str) -> int | None:
    number = _number(source.get(name))
    return int(number) if number is not None and 0 < number < 1000 else None


def degrees(source: Json, name: str, limit: int) -> float | None:
    number = _number(source.get(name))
    return float(number) if number is not None and abs(number) <= limit else None


def moment(source: Json, name: str) -> datetime | None:
    """Milliseconds since 1970, UTC (kaspi-api §1.7)."""
    if source.get(name) is None:
        return None
    number = _number(source[name])
    if number is None or not 0 <= number < TOO_LATE or number != int(number):
        raise Flaw(name, Expected.MOMENT)
    found = EPOCH + int(number) * MILLISECOND
    if not EARLIEST <= found < LATEST:
        raise Flaw(name, Expected.MOMENT)
    return found
