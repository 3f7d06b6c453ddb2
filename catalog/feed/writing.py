"""The text of a price list: `kaspi_catalog` as kaspi-api.md §6.1 tells it, one offer a line. Pure.

Written by joining strings, which is what the speed asks for; so each text goes through `said` and `escaped`, and the rest are SKUs,
whole numbers and words of ours. Prices are whole ₸ with VAT.
"""

import re
from collections.abc import Sequence
from datetime import date
from html import escape as escaped
from typing import Final, NamedTuple

from catalog.rules import Told

# What XML 1.0 has no way to say.
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TAIL: Final = "</offers>\n</kaspi_catalog>\n"
PLACES: Final = "<availabilities>"
PRICES: Final = "</availabilities>"
BEFORE_SKU: Final = '<offer sku="'


class Listed(NamedTuple):
    """An offer of the file. `places`: what is told of each point, in the order of the points; `cities`: (city, ₸),
    which stand in place of `price` where there are any.
    """

    sku: str
    model: str
    brand: str
    places: Sequence[Told]
    price: int | None
    cities: Sequence[tuple[str, int]] = ()


def said(text: str) -> str:
    """The text as a price list can say it: in one line, without what XML has no way to say."""
    return text.strip() if text.isprintable() else " ".join(_UNSAYABLE.sub("", text).split())


def head(*, company: str, merchant: str, on: date) -> str:
    """Everything before the first offer."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<kaspi_catalog date="{on.isoformat()}" xmlns="kaspiShopping" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="kaspiShopping http://kaspi.kz/kaspishopping.xsd">\n'
        f"<company>{escaped(said(company))}</company>\n<merchantid>{escaped(said(merchant))}</merchantid>\n<offers>\n"
    )


class Writer:
    """Writes offers for points of these codes."""

    def __init__(self, codes: Sequence[str]) -> None:
        stores = [f'storeId="{escaped(said(code))}"' for code in codes]
        self._sold = [f'<availability available="yes" {store}' for store in stores]
        self._not_sold = [f'<availability available="no" {store}/>' for store in stores]

    def line(self, offer: Listed) -> str:
        """One offer with the end of its line."""
        brand = f"<brand>{escaped(offer.brand)}</brand>" if offer.brand else ""
        return (
            f'{BEFORE_SKU}{offer.sku}"><model>{escaped(offer.model)}</model>{brand}'
            f"{PLACES}{self._places(offer.places)}{PRICES}{prices(offer)}</offer>\n"
        )

    def _places(self, places: Sequence[Told]) -> str:
        return "".join(
            [
                f"{sold}{_amount(told)}/>" if told.available else not_sold
                for sold, not_sold, told in zip(self._sold, self._not_sold, places, strict=True)
            ]
        )


def prices(offer: Listed) -> str:
    """One price, or one for each city."""
    if not offer.cities:
        return f"<price>{offer.price}</price>"
    cities = "".join(f'<cityprice cityId="{escaped(city)}">{price}</cityprice>' for city, price in offer.cities)
    return f"<cityprices>{cities}</cityprices>"


def _amount(told: Told) -> str:
    if told.pieces is not None:
        return f' stockCount="{told.pieces}"'
    return f' preOrder="{told.preorder_days}"' if told.preorder_days else ""
