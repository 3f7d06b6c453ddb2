"""Buyers of the simulated orders. Numbers hold 555, so that none of them can be somebody's."""

import random
from itertools import product

from .world import Customer

FIRST = (
    "Айгерим", "Данияр", "Ольга", "Нұрлан", "Гульнара", "Тимур", "Әсел", "Виктория", "Бауыржан", "Мадина", "Сергей",
    "Жансая", "Ерлан", "Индира", "Арман", "Динара", "Руслан", "Айнұр", "Светлана", "Қайрат", "Алия", "Максим", "Сауле",
    "Дәурен",
)  # fmt: skip
LAST = (
    "Сатпаева", "Омаров", "Ким", "Жақсыбеков", "Исмаилова", "Ахметов", "Қайратқызы", "Пак", "Ниязов", "Абдрахманова",
    "Литвинов", "Бекова", "Төлегенов", "Касымова", "Дюсенов", "Ли", "Мұратов", "Ибраева", "Цой", "Серікбаева",
)  # fmt: skip
PREFIXES = ("700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778")
STREETS = (
    "улица Абая",
    "улица Сатпаева",
    "проспект Назарбаева",
    "улица Сыганак",
    "улица Розыбакиева",
    "проспект Аль-Фараби",
)

# Where parcels of Kaspi Delivery go: a few large towns, weighted by the order of this list.
TOWNS = (
    "Алматы",
    "Астана",
    "Шымкент",
    "Караганда",
    "Актобе",
    "Тараз",
    "Павлодар",
    "Усть-Каменогорск",
    "Семей",
    "Атырау",
    "Костанай",
)


_NAMES = tuple(product(FIRST, LAST))


def customer(rng: random.Random) -> Customer:
    """A buyer as Kaspi shows one: the last name is an initial (kaspi-api §2.2)."""
    first, last = rng.choice(_NAMES)
    return Customer(first, last[0], f"{rng.choice(PREFIXES)}555{rng.randrange(10_000):04d}")


def address(rng: random.Random, town: str) -> dict[str, object]:
    """A full address, as own delivery gets it."""
    street, house, flat = (rng.choice(STREETS), str(rng.randint(1, 180)), str(rng.randint(1, 120)))
    return town_only(town) | {
        "streetName": street,
        "streetNumber": house,
        "apartment": flat,
        "formattedAddress": f"г. {town}, {street}, {house}, кв. {flat}",
        "latitude": round(43.2 + rng.random() / 10, 6),
        "longitude": round(76.8 + rng.random() / 5, 6),
    }


def town_only(town: str) -> dict[str, object]:
    """What Kaspi Delivery lets the shop know (kaspi-api §2.2: often only the town is useful)."""
    return {
        "streetName": None, "streetNumber": None, "town": town, "district": None, "building": None, "apartment": None,
        "formattedAddress": town, "latitude": None, "longitude": None,
    }  # fmt: skip
