"""The text of a price list: `kaspi_catalog` as kaspi-api.md §6.1 tells it, one offer a line. Pure.

Written by joining strings, which is what the speed asks for; so each text goes through `said` and `escaped`, and the rest are SKUs,
whole numbers and words of ours. Prices are whole ₸ with VAT.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from html import escape as escaped
from typing import Final, NamedTuple

from catalog.rules import Told

# What XML 1.0 has no way to say.
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TAIL: Final = "</offers>\n</kaspi_catalog>\n"
PLACES: Final = "<availabilities>"
PRICES: Final = "</availabilities>"
BEFORE_SKU: Final = '<offer sku="'


# What is said of points or of a brand is said of many offers.
REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What is told of an offer at each point, in the order of the points; `available` at one of them at least.

    Offers that stand alike should have one of these together: it is written once.
    """

    told: Sequence[Told]
    available: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "available", any(one.available for one in self.told))


class Listed(NamedTuple):
    """An offer of the file. `cities`: (city, ₸), which stand in place of `price` where there are any."""

    sku: str
    model: str
    brand: str
    places: Places
    price: int | None
    cities: Sequence[tuple[str, int]] = ()


def said(text: str) -> str:
    """The text as a price list can say it: in one line, without what XML has no way to say."""
    return text.strip() if text.isprintable() else " ".join(_UNSAYABLE.sub("", text).split())


def in_element(text: str) -> str:
    """The text as it stands between two tags, where quotes are letters like others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def head(*, company: str, merchant: str, on: date) -> str:
    """Everything before the first offer, without the end of its last line."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<kaspi_catalog date="{on.isoformat()}" xmlns="kaspiShopping" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="kaspiShopping http://kaspi.kz/kaspishopping.xsd">\n'
        f"<company>{escaped(said(company))}</company>\n<merchantid>{escaped(said(merchant))}</merchantid>\n<offers>"
    )


class Writer:
    """Writes offers for points of these codes."""

    def __init__(self, codes: Sequence[str]) -> None:
        stores = [f'storeId="{escaped(said(code))}"' for code in codes]
        self._sold = [f'<availability available="yes" {store}' for store in stores]
        self._not_sold = [f'<availability available="no" {store}/>' for store in stores]
        self._places, self._brand = lru_cache(REMEMBERED)(self._availabilities), lru_cache(REMEMBERED)(_brand)

    def line(self, offer: Listed) -> str:
        """One offer, without the end of its line."""
        sku, model, brand, places, price, cities = offer
        return (
            f'{BEFORE_SKU}{sku}"><model>{in_element(model)}</model>{self._brand(brand)}'
            f"{self._places(places)}{_cities(cities) if cities else f'<price>{price}</price>'}</offer>"
        )

    def _availabilities(self, places: Places) -> str:
        told = "".join(
            [
                f"{sold}{_amount(told)}/>" if told.available else not_sold
                for sold, not_sold, told in zip(self._sold, self._not_sold, places.told, strict=True)
            ]
        )
        return f"{PLACES}{told}{PRICES}"


def _brand(brand: str) -> str:
    return f"<brand>{in_element(brand)}</brand>" if brand else ""


def _cities(cities: Sequence[tuple[str, int]]) -> str:
    prices = "".join(f'<cityprice cityId="{escaped(city)}">{price}</cityprice>' for city, price in cities)
    return f"<cityprices>{prices}</cityprices>"


def _amount(told: Told) -> str:
    if told.pieces is not None:
        return f' stockCount="{told.pieces}"'
    return f' preOrder="{told.preorder_days}"' if told.preorder_days else ""
