"""What the simulated Kaspi asks of cards: categories, their attributes, the values of these (kaspi-api §7).

Categories and brands are those of the goods; attributes are drawn alike for each: two mandatory ones, and of every type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from . import goods

PREFIX: Final = "Master - "
COLOURS: Final = ("белый", "чёрный", "графит", "синий", "красный", "песочный")
FEATURES: Final = ("таймер", "подсветка", "автоотключение", "защита от детей", "память настроек")
COUNTRIES: Final = ("Казахстан", "Китай", "Россия", "Турция")


@dataclass(frozen=True, slots=True)
class Attribute:
    """`choices`: the values of an enum."""

    code: str
    type: str
    mandatory: bool = False
    multiple: bool = False
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "type": self.type, "multiValued": self.multiple, "mandatory": self.mandatory}


@cache
def categories() -> MappingProxyType[str, str]:
    """Code → title, by code."""
    return MappingProxyType(dict(sorted({(PREFIX + good.group, good.category) for good in goods.GOODS})))


@cache
def attributes_of(category: str) -> MappingProxyType[str, Attribute]:
    """What a card of this category may say; empty for an unknown one."""
    if category not in categories():
        return MappingProxyType({})
    return MappingProxyType({one.code: one for one in _drawn(category.removeprefix(PREFIX))})


def _drawn(group: str) -> Iterator[Attribute]:
    common, more = f"{group}*Obsie harakteristiki.{group.lower()}*", f"{group}*Dopolnitelno.{group.lower()}*"
    brands = tuple(sorted({good.brand for good in goods.GOODS if good.group == group}))
    yield Attribute(f"{common}brand", "enum", mandatory=True, choices=brands)
    yield Attribute(f"{common}model", "string", mandatory=True)
    yield Attribute(f"{common}color", "enum", choices=COLOURS)
    yield Attribute(f"{common}weight", "number")
    yield Attribute(f"{common}new", "boolean")
    yield Attribute(f"{more}features", "enum", multiple=True, choices=FEATURES)
    yield Attribute(f"{more}country", "enum", choices=COUNTRIES)
    yield Attribute(f"{more}Manufacturer code", "string")
