"""What the columns of a price list are: guessed by their titles, or as a person said once for a set of titles. Pure.

A column is told by a code: a field of `Field`, `at:PP1` for how many lie at a point, `city:750000000` for the price in a
town, "" for what is not read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Final

from staff.languages import later as _

AT, CITY = "at:", "city:"


class Field(StrEnum):
    SKU = "sku"
    NAME = "name"
    BRAND = "brand"
    CATEGORY = "category"
    BARCODE = "barcode"
    PRICE = "price"
    PREORDER = "preorder"
    # The point that the row is of, and how many lie there: a row for every point.
    POINT = "point"
    STOCK = "stock"
    FLOOR = "floor"
    CEILING = "ceiling"


WORDS: Final[Mapping[Field, str]] = {
    Field.SKU: _("Артикул"),
    Field.NAME: _("Название"),
    Field.BRAND: _("Бренд"),
    Field.CATEGORY: _("Категория"),
    Field.BARCODE: _("Штрихкод"),
    Field.PRICE: _("Цена"),
    Field.PREORDER: _("Предзаказ, дней"),
    Field.POINT: _("Точка"),
    Field.STOCK: _("Остаток"),
    Field.FLOOR: _("Минимальная цена"),
    Field.CEILING: _("Наибольшая цена"),
}
BOUNDS: Final = (Field.FLOOR, Field.CEILING)
# How people call them, beside our own words: in Kaspi's files, in 1C and in МойСклад.
_CALLED: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.SKU: ("sku", "артикул", "код товара", "артикул продавца", "vendor code", "id"),
    Field.NAME: ("model", "название", "наименование", "товар", "номенклатура", "name", "title", "модель"),
    Field.BRAND: ("brand", "бренд", "марка", "производитель"),
    Field.CATEGORY: ("category", "категория", "группа", "группа товаров"),
    Field.BARCODE: ("barcode", "штрихкод", "штрих-код", "ean", "ean13", "gtin"),
    Field.PRICE: ("price", "цена", "цена продажи", "розничная цена", "цена, ₸", "цена, тг", "цена тг", "цена kaspi"),
    Field.PREORDER: ("preorder", "предзаказ", "предзаказ, дней", "дней предзаказа", "срок предзаказа"),
    Field.POINT: ("point", "точка", "склад", "магазин", "точка продаж", "storeid"),
    Field.STOCK: ("stock", "остаток", "остатки", "количество", "кол-во", "в наличии", "stockcount", "доступно"),
    Field.FLOOR: ("floor", "минимальная цена", "мин. цена", "мин цена", "min price", "не ниже"),
    Field.CEILING: ("ceiling", "наибольшая цена", "максимальная цена", "макс. цена", "макс цена", "max price"),
}
_FIELD_OF: Final = {name: field for field, names in _CALLED.items() for name in names}
_OF_CITY: Final = ("cityprice", "цена", "price")


def plain(title: str) -> str:
    """A title without what people write differently."""
    return " ".join(title.casefold().replace("ё", "е").split())


def digest_of(titles: Iterable[str]) -> str:
    """By what a table with these titles, in this order, is known again."""
    return sha256(json.dumps(list(map(plain, titles))).encode()).hexdigest()


def guess(titles: Sequence[str], *, points: Mapping[str, str], cities: Mapping[str, str]) -> list[str]:
    """What each column is, "" for one that nobody knows. `points`: code → name; `cities`: code → name.

    What is named twice is the first one's.
    """
    taken: set[str] = set()
    found = []
    for title in titles:
        code = _guessed(plain(title), points, cities)
        found.append("" if code in taken else code)
        taken.add(code)
    if Field.STOCK in found and Field.POINT not in found and len(points) == 1:
        found[found.index(Field.STOCK)] = AT + next(iter(points))
    return found


def _guessed(title: str, points: Mapping[str, str], cities: Mapping[str, str]) -> str:
    for code, name in points.items():
        if title in (plain(code), plain(name), f"остаток {plain(name)}", f"остаток {plain(code)}"):
            return AT + code
    if title in _FIELD_OF:
        return _FIELD_OF[title]
    for word in _OF_CITY:
        town = title.removeprefix(word).strip(" ,:-–()")
        if town != title and town:
            return next((CITY + code for code, name in cities.items() if town in (code, plain(name))), "")
    return ""


def is_enough(columns: Sequence[str]) -> bool:
    """Whether a list can be read: there is a SKU, and something is said of it."""
    told = set(columns) - {"", Field.SKU, Field.POINT}
    return Field.SKU in columns and bool(told) and (Field.STOCK in columns) == (Field.POINT in columns)
