"""What an address of promises asks for, read and bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.profiles.assigned import profiles_of
from quality.reading import today_of
from quality.terms.days import Unit
from quality.terms.judging import Window
from quality.terms.reading import By, Narrowing, Sort
from quality.terms.rules import TARGET, Verdict
from staff.access import Actor
from staff.errors import Refused
from staff.models import Shop
from staff.places import Places

URL: Final = "/quality/terms/"
ORDERS_URL: Final = f"{URL}orders/"
WINDOWS: Final = (30, 90, 180)
USUAL_DAYS: Final = 90
# Shares that may be aimed at, per cent.
TARGETS: Final = (90, 95, 97, 99)
MOST_START: Final = 1_000_000
LONGEST_KEY: Final = 256
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A shop (None: all that are seen), days up to today, how they are counted, and what is to be seen of them.

    `target` in per cent, None: as the profile says. `key` and `verdict` narrow the list of orders.
    """

    shop: Shop | None
    now: datetime
    days: int = USUAL_DAYS
    unit: Unit = Unit.WORKING
    by: By = By.POINT
    sort: Sort = Sort.LATE
    target: int | None = None
    start: int = 0
    key: str | None = None
    verdict: Verdict | None = None

    @property
    def today(self) -> date:
        return today_of(self.now)

    @property
    def params(self) -> dict[str, str]:
        """The address without the place in the list."""
        return {
            "shop": self.shop.slug if self.shop else "",
            "days": str(self.days),
            "unit": self.unit.value,
            "by": self.by.value,
            "sort": self.sort.value,
            "target": str(self.target or ""),
        }

    def url(self, **changed: str) -> str:
        """The page of groups with something changed; what is empty is left out."""
        return _address(URL, self.params | changed)

    def orders_url(self, **changed: str) -> str:
        """The list of the orders behind. An empty key is a group too: orders without a town."""
        told = {**self.params, "verdict": self.verdict.value if self.verdict else "", **changed}
        key = {"key": told.pop("key")} if "key" in told else {} if self.key is None else {"key": self.key}
        return _address(ORDERS_URL, told, always=key)

    def window(self, places: Places, by: Actor) -> Window:
        shops = [self.shop] if self.shop else places.shops
        first = self.today - timedelta(days=self.days - 1)
        return Window(tuple(shop.pk for shop in shops), first, self.today, self.unit, by)

    @property
    def among(self) -> Narrowing:
        return Narrowing(self.by, self.key, self.verdict)


def read(query: Mapping[str, str], *, shop: Shop | None, now: datetime) -> Asked:
    """The question of an address. Raises Refused (400) with the field that cannot be read."""
    return Asked(
        shop=shop,
        now=now,
        days=_number(query, "days", WINDOWS) or USUAL_DAYS,
        unit=_named(query, "unit", Unit, Unit.WORKING) or Unit.WORKING,
        by=_named(query, "by", By, By.POINT) or By.POINT,
        sort=_named(query, "sort", Sort, Sort.LATE) or Sort.LATE,
        target=_number(query, "target", TARGETS),
        start=_start(query),
        key=_key(query),
        verdict=_named(query, "verdict", Verdict, None),
    )


def target_of(asked: Asked, places: Places) -> tuple[Fraction, bool]:
    """The share that is to be kept, and whether a profile says so: all but its good line of late hand-overs, where the
    shops are judged alike.
    """
    if asked.target is not None:
        return Fraction(asked.target, 100), False
    shops = [asked.shop] if asked.shop else places.shops
    profiles = profiles_of([shop.pk for shop in shops], asked.today).values()
    lines = {profile.rules[Metric.LATE_HANDOVER].good.value for profile in profiles}
    line = lines.pop() if len(lines) == 1 else None
    return (1 - line, True) if line is not None and 0 < line < 1 else (TARGET, False)


def _address(path: str, told: Mapping[str, str], *, always: Mapping[str, str] | None = None) -> str:
    return f"{path}?{urlencode({name: value for name, value in told.items() if value} | dict(always or {}))}"


def _named(query: Mapping[str, str], name: str, kind: type[Kind], default: Kind | None) -> Kind | None:
    text = query.get(name, "")
    if not text:
        return default
    try:
        return kind(text)
    except ValueError:
        raise Refused("bad_value", gettext("Такого выбора нет"), status=400, field=name) from None


def _number(query: Mapping[str, str], name: str, known: tuple[int, ...]) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if text not in map(str, known):
        sentence = gettext("Можно выбрать: %(known)s") % {"known": ", ".join(map(str, known))}
        raise Refused("bad_value", sentence, status=400, field=name)
    return int(text)


def _start(query: Mapping[str, str]) -> int:
    text = query.get("start", "") or "0"
    if not (text.isascii() and text.isdigit()) or int(text[:8]) > MOST_START:
        raise Refused("bad_value", gettext("Такой страницы нет"), status=400, field="start")
    return int(text[:8])


def _key(query: Mapping[str, str]) -> str | None:
    key = query.get("key")
    if key is not None and (len(key) > LONGEST_KEY or "\x00" in key):
        raise Refused("bad_value", gettext("Такой строки нет"), status=400, field="key")
    return key
