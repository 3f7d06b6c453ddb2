"""Reads a list of goods that a supplier or another program made: columns known by their titles, in any order. A leaf.

As a program (`python -m`), it is the child process in which a stranger's file is read, with so much memory and time and no
more (reliability.md §5.12); `read_apart` starts it.
"""

import contextlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from integrations.kaspi.tables import lines_of
from integrations.kaspi.workbook import BadWorkbook, Line

MOST_ROWS: Final = 10_000
MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 60
_ROOT: Final = Path(__file__).resolve().parents[2]

# Field → how its column may be called, in small letters.
TITLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("название", "наименование", "товар", "номенклатура", "model", "name", "title"),
        "brand": ("бренд", "марка", "производитель", "brand", "vendor"),
        "barcode": ("штрихкод", "штрих-код", "ean", "barcode", "gtin"),
        "supplier_sku": ("артикул", "артикул поставщика", "код товара", "sku", "supplier_sku", "article"),
        "card_code": ("код карточки", "код карточки kaspi", "код kaspi", "card_code", "master_sku"),
    }
)
LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {"name": 1024, "brand": 256, "barcode": 64, "supplier_sku": 64, "card_code": 64}
)


@dataclass(frozen=True, slots=True)
class Good:
    """A row of the list, numbered as Excel shows it."""

    row: int
    name: str
    brand: str = ""
    barcode: str = ""
    supplier_sku: str = ""
    card_code: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that could not be taken; the sentence is Russian and says what to do."""

    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Goods:
    goods: tuple[Good, ...]
    unread: tuple[Unread, ...] = ()


def read_list(data: bytes) -> Goods:
    """All goods of the file. Raises BadWorkbook when it as a whole cannot be taken."""
    lines = lines_of(data)
    columns = _columns(lines)
    goods: list[Good] = []
    unread: list[Unread] = []
    for number, cells in lines:
        if any(cells):
            _take(number, {field: cells[at] for field, at in columns.items() if at < len(cells)}, goods, unread)
        if len(goods) > MOST_ROWS:
            raise BadWorkbook("too_many_rows", "В файле больше 10 000 товаров: разделите его на части.")
    if not goods and not unread:
        raise BadWorkbook("empty", "В файле нет ни одного товара под заголовком.")
    return Goods(tuple(goods), tuple(unread))


def read_apart(data: bytes) -> Goods:
    """The same in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "integrations.kaspi.supplier_list"],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if "refused" in told:
        raise BadWorkbook(*told["refused"])
    if not told:
        raise BadWorkbook("too_heavy", "Файл слишком тяжёлый: чтение остановлено. Сохраните в нём только список.")
    return Goods(tuple(Good(**one) for one in told["goods"]), tuple(Unread(**one) for one in told["unread"]))


def _columns(lines: Iterator[Line]) -> dict[str, int]:
    """Where each field stands, by the first row that is not empty."""
    titles = next((cells for _, cells in lines if any(cells)), ())
    told = [" ".join(title.casefold().split()) for title in titles]
    found = {field: told.index(name) for field, names in TITLES.items() for name in reversed(names) if name in told}
    if "name" not in found:
        raise BadWorkbook("no_name", "В первой строке нет столбца «Название»: назовите так столбец с товарами.")
    return found


def _take(number: int, told: Mapping[str, str], goods: list[Good], unread: list[Unread]) -> None:
    if not told.get("name"):
        unread.append(Unread(number, "Нет названия: впишите его или удалите строку."))
        return
    long = next((field for field, text in told.items() if len(text) > LENGTHS[field] or "\x00" in text), None)
    if long is not None:
        title = TITLES[long][0]
        unread.append(Unread(number, f"Столбец «{title}» длиннее {LENGTHS[long]} знаков: сократите."))
        return
    goods.append(Good(number, **told))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # Not every system lets the address space be limited; the time is in any case.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        told = read_list(sys.stdin.buffer.read())
        answer: dict[str, Any] = {
            "goods": [asdict(one) for one in told.goods],
            "unread": [asdict(one) for one in told.unread],
        }
    except BadWorkbook as bad:
        answer = {"refused": [bad.code, bad.sentence]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
