"""Rows of a price list that say what stands already, known by their texts alone: most rows of most lists. Pure.

A row goes the long way, through `rows` and `comparing`, unless each of its cells is empty or is letter for letter how what
stands would be written. So nothing is found unchanged here that would be found otherwise there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Final

from catalog.price_list.columns import AT, BOUNDS, CITY, Field
from catalog.price_list.comparing import Known, KnownOffer
from catalog.price_list.rows import Points
from catalog.rules import DEAREST, LONGEST_PREORDER

Text = Callable[[KnownOffer], str | None]
"""How what stands of an offer is written in a column; None: never like this."""

_WORDS: Final = (Field.NAME, Field.BRAND, Field.CATEGORY, Field.BARCODE)


class Unchanged:
    """Knows the columns of one table. `skus`: what people put in place of an SKU, which is read the long way."""

    def __init__(self, columns: Sequence[str], known: Known, points: Points, *, skus: Mapping[str, str]) -> None:
        self._offers, self._skus, self._width = known.offers, skus, len(columns)
        # Of two columns of one meaning the last is read, as in `rows`.
        self._sku = {code: place for place, code in enumerate(columns)}[Field.SKU]
        self._texts = list(_texts(columns, known, points))
        self._possible = Field.POINT not in columns and not _is_shared(known)

    def sku_of(self, cells: Sequence[str]) -> str | None:
        """The SKU of a row that changes nothing; None for a row that must be read."""
        if not self._possible or len(cells) != self._width:
            return None
        sku = cells[self._sku]
        offer = self._offers.get(sku)
        if offer is None or sku in self._skus:
            return None
        for place, text in self._texts:
            if (cell := cells[place]) and cell != text(offer):
                return None
        return sku


def _texts(columns: Sequence[str], known: Known, points: Points) -> Iterator[tuple[int, Text]]:
    for place, code in enumerate(columns):
        if code in _WORDS:
            yield place, attrgetter(code)
        elif code == Field.PRICE or code in BOUNDS:
            yield place, _price(attrgetter(code))
        elif code == Field.PREORDER:
            yield place, _preorder
        elif code.startswith(CITY):
            yield place, _city(known, code[len(CITY) :])
        elif code.startswith(AT) and (point := points.ids.get(code[len(AT) :])) is not None:
            yield place, _pieces(known, point)


def _price(price_of: Callable[[KnownOffer], Decimal | None]) -> Text:
    return lambda offer: _plain(price_of(offer))


def _city(known: Known, town: str) -> Text:
    return lambda offer: _plain(known.city.get((offer.id, town)))


def _pieces(known: Known, point: int) -> Text:
    home, stock, sold = known.kept.get(point, point), known.stock, known.sold

    def text(offer: KnownOffer) -> str | None:
        # Pieces where the good is said not to be sold would put it on sale.
        pieces = stock.get((home, offer.sku)) if not sold or sold.get((offer.id, point), True) else None
        return None if pieces is None else str(pieces)

    return text


def _preorder(offer: KnownOffer) -> str | None:
    return str(offer.preorder_days) if offer.preorder_days <= LONGEST_PREORDER else None


@lru_cache(100_000)
def _plain(price: Decimal | None) -> str | None:
    if price is None or not 0 < price <= DEAREST or price != (whole := int(price)):
        return None
    return str(whole)


def _is_shared(known: Known) -> bool:
    """Whether two goods or two points share pieces: then rows are judged beside each other."""
    homes = list(known.kept.values())
    return len(set(homes)) < len(homes) or any(offer.stock_sku for offer in known.offers.values())
