"""What the address of what-if asks for, read and bounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from quality.formulas import Metric
from quality.outlook.forecast import HORIZON
from quality.outlook.reading import MOST_HOURS, MOST_PRODUCTS
from quality.reading import today_of
from quality.thresholds import Profile
from staff.errors import Refused
from staff.models import Shop

T = TypeVar("T")
METRICS = {metric.value: metric for metric in Metric}
LONGEST_SKU = 64
ALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. `skus` are not sold from the day `begins` on; `other` is the one of them that was typed.

    `hours`: so much earlier parcels are handed over; `buffer`: which part of the cancels for want of stock does not
    happen, per cent; `disputed`: orders under dispute are left out; `profile`: other rules, None for those of today.
    """

    shop: Shop
    metric: Metric
    now: datetime
    begins: date
    skus: tuple[str, ...] = ()
    other: str = ""
    hours: int = 0
    buffer: int = 0
    disputed: bool = False
    profile: Profile | None = None
    shops: tuple[Shop, ...] = field(default=(), compare=False)

    @property
    def today(self) -> date:
        return today_of(self.now)

    @property
    def back_url(self) -> str:
        return "/quality/?" + urlencode({"shop": self.shop.slug, "metric": self.metric.value})


def read(
    query: QueryDict, *, shop: Shop, shops: tuple[Shop, ...], profiles: Mapping[str, Profile], now: datetime
) -> Asked:
    """The question of an address. Raises Refused (400) with the field that cannot be read."""
    ticked = [_sku(text) for text in query.getlist("sku")[:MOST_PRODUCTS] if text]
    other = _sku(query.get("other", ""))
    return Asked(
        shop=shop,
        metric=_one_of(query, "metric", METRICS, Metric.CANCELLED, gettext("Нет такого показателя: %(name)s")),
        now=now,
        begins=_day(query, today_of(now)),
        skus=tuple(dict.fromkeys([*ticked, *([other] if other else [])])),
        other=other,
        hours=_number(query, "hours", MOST_HOURS, gettext("Часы: целое число от 0 до %(most)s")),
        buffer=_number(query, "buffer", ALL, gettext("Запас: целое число процентов от 0 до %(most)s")),
        disputed=query.get("disputed", "") == "1",
        profile=_one_of(query, "profile", {**profiles, "": None}, None, gettext("Нет такого профиля: %(name)s")),
        shops=shops,
    )


def _sku(text: str) -> str:
    # PostgreSQL takes no NUL, and no product has one.
    return text.replace("\x00", "").strip()[:LONGEST_SKU]


def _one_of(query: QueryDict, name: str, known: Mapping[str, T], default: T, sentence: str) -> T:
    value = query.get(name, "")
    if not value:
        return default
    if value not in known:
        raise Refused("bad_value", sentence % {"name": value[:40]}, status=400, field=name)
    return known[value]


def _number(query: QueryDict, name: str, most: int, sentence: str) -> int:
    text = query.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdigit()) or int(text[:6]) > most:
        raise Refused("bad_value", sentence % {"most": most}, status=400, field=name)
    return int(text[:6])


def _day(query: QueryDict, today: date) -> date:
    """From today on, within the days foreseen; tomorrow where none is named."""
    text, last = query.get("from", "").strip(), today + timedelta(days=HORIZON - 1)
    if not text:
        return today + timedelta(days=1)
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not today <= day <= last:
        raise Refused(
            "bad_value",
            gettext("С какого дня: от %(first)s до %(last)s")
            % {"first": f"{today:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"},
            status=400,
            field="from",
        )
    return day
