"""Orders as papers show them, and the order in which they are picked: by shelf place, then SKU, then number. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

PickingKey = tuple[bool, tuple[tuple[bool, int, str], ...], str]


@dataclass(frozen=True, slots=True)
class Good:
    """A line of an order. `place`: where it lies at the order's point, empty where nobody has said. Prices in ₸."""

    sku: str
    name: str
    quantity: Decimal
    place: str = ""
    price: Decimal = Decimal(0)
    total: Decimal = Decimal(0)

    @property
    def pieces(self) -> int:
        """How many packages to mark: of what is sold by weight, one."""
        return int(self.quantity) if self.quantity == self.quantity.to_integral_value() and self.quantity > 0 else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An order as its papers show it. `buyer` is empty where he is not to be named; `note` is when it must go."""

    id: int
    code: str
    shop: str
    point_id: int
    point: str
    goods: tuple[Good, ...]
    total: Decimal = Decimal(0)
    delivery: Decimal = Decimal(0)
    buyer: str = ""
    way: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """What to take from a place: a good with the orders that it goes to."""

    point: str
    place: str
    sku: str
    name: str
    quantity: Decimal
    codes: tuple[str, ...]


def in_picking_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sorted as a person walks: point, first place, SKU, number."""
    return sorted(sheets, key=lambda sheet: (sheet.point, sheet.point_id, _first(sheet), natural(sheet.code)))


def picks_of(sheets: Sequence[Sheet]) -> list[Pick]:
    """The goods of all orders together, each once for a point and place."""
    found: defaultdict[tuple[str, int, str, str], list[tuple[Sheet, Good]]] = defaultdict(list)
    for sheet in sheets:
        for good in sheet.goods:
            found[sheet.point, sheet.point_id, good.place, good.sku or good.name].append((sheet, good))
    keys = sorted(found, key=lambda key: (key[0], key[1], place_key(key[2], key[3])))
    return [_pick(key, found[key]) for key in keys]


def _pick(key: tuple[str, int, str, str], lines: Sequence[tuple[Sheet, Good]]) -> Pick:
    good = lines[0][1]
    codes = tuple(dict.fromkeys(sheet.code for sheet, _ in lines))
    return Pick(key[0], good.place, good.sku, good.name, sum((one.quantity for _, one in lines), Decimal(0)), codes)


def _first(sheet: Sheet) -> PickingKey:
    return min((place_key(good.place, good.sku) for good in sheet.goods), default=place_key("", ""))


def place_key(place: str, sku: str) -> PickingKey:
    """Goods without a place come last: they are looked for after the walk."""
    return (not place, natural(place), sku)


def natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Numbers inside a text as numbers: A-2 stands before A-10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return tuple((True, int(part), "") if part.isdecimal() else (False, 0, part) for part in parts)
