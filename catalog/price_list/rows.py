"""One row of a price list, read: what it says of a good, and what in it cannot be taken. Pure.

Prices are whole ₸ with VAT. An empty cell says nothing, so what stands stays. A cell of a point holds how many pieces lie
there, or whether the good is sold there: yes or no (kaspi-api.md §6.2).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from catalog.price_list.columns import AT, BOUNDS, CITY, Field, plain
from catalog.price_list.problems import Code, Problem
from catalog.rules import DEAREST, LONGEST_PREORDER

MOST_PIECES: Final = 1_000_000
LONGEST: Final = {Field.NAME: 1024, Field.BRAND: 256, Field.CATEGORY: 256, Field.BARCODE: 64, Field.SKU: 64}
_WHOLE: Final = re.compile(r"(-?)([0-9]{1,15})(?:[.,]0{1,2})?")
_PRICE: Final = re.compile(r"(-?)([0-9]{1,15}|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,]0{1,2})?")
_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_UNSAYABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YES: Final = frozenset({"yes", "да", "true", "есть", "+"})
_NO: Final = frozenset({"no", "нет", "false", "-"})
_NEARNESS: Final = 0.6


@dataclass(slots=True)
class Told:
    """What a row says of a good: fields of the offer, pieces and sale by point id, prices by town."""

    row: int
    sku: str
    fields: dict[str, Any] = field(default_factory=dict)
    stock: dict[int, int] = field(default_factory=dict)
    sold: dict[int, bool] = field(default_factory=dict)
    city: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a shop: ids by code, names by code, and what people put in place of a name (`fixes`: name → code)."""

    ids: Mapping[str, int]
    names: Mapping[str, str]
    fixes: Mapping[str, str]

    def find(self, text: str) -> int | None:
        wanted = plain(self.fixes.get(text, text))
        for code, name in self.names.items():
            if wanted in (plain(code), plain(name)):
                return self.ids[code]
        return None

    def like(self, text: str) -> dict[str, str]:
        """The point that was meant, perhaps."""
        names = {plain(name): code for code, name in self.names.items()}
        near = get_close_matches(plain(text), names, n=1, cutoff=_NEARNESS)
        return {"like": self.names[names[near[0]]], "code": names[near[0]]} if near else {}


class RowReader:
    """Reads the rows of one table whose columns are known. `bounds`: who brought it may set the bounds of prices."""

    def __init__(
        self, columns: Sequence[str], points: Points, *, skus: Mapping[str, str] | None = None, bounds: bool = False
    ) -> None:
        self._points, self._skus = points, skus or {}
        places = {code: place for place, code in enumerate(columns) if code}
        self._sku = places[Field.SKU]
        self._point, self._stock = places.get(Field.POINT), places.get(Field.STOCK)
        texts = (Field.NAME, Field.BRAND, Field.CATEGORY, Field.BARCODE)
        self._texts = [(places[name], name.value, LONGEST[name]) for name in texts if name in places]
        prices = (Field.PRICE, *(BOUNDS if bounds else ()))
        self._prices = [(places[name], name.value) for name in prices if name in places]
        self._preorder = places.get(Field.PREORDER)
        self._at = [(place, points.ids.get(code[len(AT) :])) for code, place in places.items() if code.startswith(AT)]
        self._cities = [(place, code[len(CITY) :]) for code, place in places.items() if code.startswith(CITY)]

    @property
    def by_point(self) -> bool:
        """Whether a good has a row for every point."""
        return self._point is not None

    def read(self, row: int, cells: Sequence[str]) -> tuple[Told, list[Problem]] | None:
        """What the row says, and what is wrong in it; None for an empty one."""
        if not any(cells):
            return None
        cell: Callable[[int], str] = lambda place: cells[place] if place < len(cells) else ""  # noqa: E731
        raw = cell(self._sku)
        told, wrong = Told(row, self._skus.get(raw, raw)), list[Problem]()
        if not raw:
            wrong.append(Problem(Code.NO_SKU, self._sku, ""))
        for place, name, most in self._texts:
            if text := cell(place):
                told.fields[name] = text
                wrong += _text_problems(place, text, most)
        wrong += _text_problems(self._sku, raw, LONGEST[Field.SKU])
        for place, name in self._prices:
            if text := cell(place):
                self._keep(told.fields, name, _price(place, text), wrong)
        for place, code in self._cities:
            if text := cell(place):
                self._keep(told.city, code, _price(place, text), wrong)
        if self._preorder is not None and (text := cell(self._preorder)):
            self._keep(told.fields, "preorder_days", _preorder(self._preorder, text), wrong)
        self._read_stock(told, cell, wrong)
        return told, wrong

    @staticmethod
    def _keep(kept: dict[Any, Any], name: Any, read: int | Problem, wrong: list[Problem]) -> None:
        if isinstance(read, Problem):
            wrong.append(read)
        else:
            kept[name] = read

    def _read_stock(self, told: Told, cell: Callable[[int], str], wrong: list[Problem]) -> None:
        for place, point in self._at:
            if (text := cell(place)) and point is not None:
                _at_point(told, point, place, text, wrong)
        if self._point is None or self._stock is None:
            return
        name, text = cell(self._point), cell(self._stock)
        point = self._points.find(name)
        if point is None:
            wrong.append(Problem(Code.NO_POINT, self._point, name, self._points.like(name)))
        elif text:
            _at_point(told, point, self._stock, text, wrong)


def storable(text: str, most: int) -> str:
    """The text as a table can hold it."""
    return _UNSAYABLE.sub("", text)[:most]


def _at_point(told: Told, point: int, place: int, text: str, wrong: list[Problem]) -> None:
    word = text.casefold()
    if word in _YES or word in _NO:
        told.sold[point] = word in _YES
        return
    found = _WHOLE.fullmatch(text)
    if found is None:
        digits = _NOT_DIGITS.sub("", text)[:7]
        wrong.append(Problem(Code.BAD_STOCK, place, text, {"digits": digits} if digits else {}))
    elif found[1] and int(found[2]):
        wrong.append(Problem(Code.BELOW_ZERO, place, text))
    elif int(found[2]) > MOST_PIECES:
        wrong.append(Problem(Code.TOO_MANY, place, text, {"most": MOST_PIECES}))
    else:
        told.stock[point] = int(found[2])


def _text_problems(place: int, text: str, most: int) -> list[Problem]:
    if len(text) > most:
        return [Problem(Code.TOO_LONG, place, text, {"most": most})]
    return [Problem(Code.BAD_LETTERS, place, text)] if _UNSAYABLE.search(text) else []


def _price(place: int, text: str) -> int | Problem:
    found = _PRICE.fullmatch(text)
    if found is None:
        return Problem(Code.BAD_PRICE, place, text)
    price = int(_NOT_DIGITS.sub("", found[2]))
    if found[1] or not price:
        return Problem(Code.NOT_POSITIVE, place, text)
    return price if price <= DEAREST else Problem(Code.TOO_DEAR, place, text, {"most": int(DEAREST)})


def _preorder(place: int, text: str) -> int | Problem:
    found = _WHOLE.fullmatch(text)
    if text.casefold() in _NO:
        return 0
    if found is None or found[1]:
        return Problem(Code.BAD_PREORDER, place, text)
    days = int(found[2])
    return days if days <= LONGEST_PREORDER else Problem(Code.LONG_PREORDER, place, text)
