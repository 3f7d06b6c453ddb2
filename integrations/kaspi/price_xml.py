"""Kaspi's own price list in XML (`kaspi_catalog`, kaspi-api.md §6.1) as the rows of a table. A leaf.

Reads by a streaming parser: a DOCTYPE ends it at once, so there are no entities and nothing is fetched. Points and towns
become columns, named as the file names them. Which there are is known only at its end; so the file is read twice.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from integrations.kaspi.workbook import MAX_COLUMNS, BadWorkbook, Limits, Line

FIRST: Final = ("SKU", "model", "brand", "price", "preorder")
CITY: Final = "cityprice "
LONGEST_TEXT: Final = 5_000
_PIECE: Final = 256 * 1024
# Kaspi's own export names a point with its merchant before it.
_OF_MERCHANT: Final = re.compile(r"\d+_(?=.)")
_NUMBER: Final = re.compile(r"(\d{1,9})(?:[.,]0+)?")

Offer = dict[str, str]
"""Cells of an offer by the titles of their columns."""


class PriceXml:
    """A file that has been looked through: its merchant, its columns, and how many offers it holds."""

    def __init__(self, data: bytes, *, limits: Limits) -> None:
        """Raises BadWorkbook for what is no price list of Kaspi's, or not whole."""
        self._data = data
        self.offers = 0
        columns = dict.fromkeys(FIRST)
        reader = _Reader()
        for offer in reader.read(data):
            self.offers += 1
            columns.update(dict.fromkeys(offer))
            if self.offers > limits.rows:
                raise BadWorkbook("too_many_rows", f"В файле больше {limits.rows} товаров: разделите его на части.")
            if len(columns) > MAX_COLUMNS:
                raise BadWorkbook("too_many_columns", f"В файле больше {MAX_COLUMNS} точек и городов.")
        self.merchant = reader.merchant
        self.columns = tuple(columns)

    def lines(self) -> Iterator[Line]:
        """Offers as rows, numbered from one as they stand in the file."""
        for number, offer in enumerate(_Reader().read(self._data), start=1):
            yield number, tuple(offer.get(column, "") for column in self.columns)


class _Reader:
    def __init__(self) -> None:
        self.merchant = ""
        self._root = False
        self._ready: list[Offer] = []
        self._offer: Offer | None = None
        self._town = ""
        self._text: list[str] = []
        self._length = 0
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "offer": self._begin,
            "availability": self._availability,
            "cityprice": self._cityprice,
        }

    def read(self, data: bytes) -> Iterator[Offer]:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        try:
            for start in range(0, len(data), _PIECE):
                parser.Parse(data[start : start + _PIECE], False)
                yield from self._ready
                self._ready.clear()
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise BadWorkbook("bad_xml", f"Строка {parser.CurrentLineNumber}: XML повреждён или не весь.") from error
        yield from self._ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._root:
            if name != "kaspi_catalog":
                raise BadWorkbook("other_xml", "Это XML, но не прайс-лист Kaspi: в нём нет kaspi_catalog.")
            self._root = True
        self._text, self._length = [], 0
        if begin := self._starts.get(name):
            begin(attributes)

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length <= LONGEST_TEXT:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        name, text = tag.rpartition(":")[2], " ".join("".join(self._text).split())
        self._text, self._length = [], 0
        if name == "merchantid":
            self.merchant = text
        if self._offer is None:
            return
        if name == "offer":
            self._ready.append(self._offer)
            self._offer = None
        elif name in ("model", "brand", "price"):
            self._offer[name] = text
        elif name == "cityprice":
            self._offer[CITY + self._town] = text

    def _begin(self, attributes: dict[str, str]) -> None:
        self._offer = {"SKU": attributes.get("sku", "").strip()}

    def _cityprice(self, attributes: dict[str, str]) -> None:
        self._town = attributes.get("cityId", "").strip()

    def _availability(self, attributes: dict[str, str]) -> None:
        """«no», «yes», or how many there are. Days of pre-order are the offer's: the longest of its points'."""
        if self._offer is None:
            return
        point = _OF_MERCHANT.sub("", attributes.get("storeId", "").strip(), count=1)
        said = attributes.get("available", "").strip().lower()
        count = _whole(attributes.get("stockCount", ""))
        self._offer[point or "storeId"] = "no" if said == "no" else count or said
        days = _whole(attributes.get("preOrder", ""))
        before = self._offer.get("preorder", "")
        if days and not (before.isdigit() and days.isdigit() and int(before) >= int(days)):
            self._offer["preorder"] = days


def _whole(text: str) -> str:
    """«12», «12.0» as «12»; anything else as it stands, to be told of."""
    found = _NUMBER.fullmatch(text.strip())
    return str(int(found[1])) if found else text.strip()


def _refuse_doctype(*_: object) -> None:
    raise BadWorkbook("doctype", "В файле есть недопустимое описание DOCTYPE: выгрузите прайс-лист заново.")
