"""`{% load office %}`: the formats of `staff.formats` and the small marks that many pages repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from kaspi_office.page_models import Frame
from staff import formats
from staff.languages import later as _

register = template.Library()


class DeadlineLike(Protocol):
    """What a chip needs; `orders.shelves.page_models.Deadline` is one."""

    @property
    def level(self) -> str: ...
    @property
    def seconds_left(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def counting(self) -> bool: ...
    @property
    def share(self) -> int: ...


@register.filter
def tenge(amount: int | Decimal | None) -> str:
    return "" if amount is None else formats.tenge(amount)


@register.filter
def share(value: float | Decimal | None, digits: int = 2) -> str:
    return "" if value is None else formats.share(value, digits=digits)


@register.filter
def change(value: float | Decimal | None, digits: int = 2) -> str:
    return "" if value is None else formats.change(value, digits=digits)


@register.filter
def order_no(code: str) -> SafeString:
    """Three groups spaced by margin, so that the number copies without spaces."""
    first, second, last = formats.order_groups(code)
    light = format_html_join("", "<span>{}</span>", ([group] for group in (first, second) if group))
    return format_html('<span class="order-no">{}<b>{}</b></span>', light, last)


@register.filter
def kz_phone(phone: str) -> str:
    return formats.kz_phone(phone)


@register.filter
def time_left(seconds: int) -> str:
    return formats.time_left(seconds)


@register.filter
def initials(name: str) -> str:
    return formats.initials(name)


@register.simple_tag
def plural(count: int, one: str, many: str) -> str:
    """`{% plural n "заказ" "заказов" %}`"""
    return formats.plural(count, one, many)


@register.simple_tag(takes_context=True)
def almaty_day(context: template.Context, moment: datetime, with_time: bool = False) -> str:
    """`{% almaty_day order.planned %}`; the page's `now` from the context, so that one page has one today."""
    now = context.get("now") or timezone.now()
    said = formats.almaty_moment if with_time else formats.almaty_day
    return said(moment, now=now)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "inbox" %}`, `{% icon "x" "s" %}`: a picture of the sprite that the base template holds."""
    modifier = f" icon--{size}" if size else ""
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>', modifier, name)


RING = (
    '<svg class="deadline__ring" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/>'
    '<circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>'
    '<span class="visually-hidden">{} </span>'
)
# A clock that has stopped has a picture instead of a ring.
STOPPED = {"over": "circle-alert", "done": "check"}


@register.simple_tag
def deadline(chip: DeadlineLike) -> SafeString:
    """The chip with a draining ring. Built in one call: a shelf prints fifty of them."""
    picture = icon(STOPPED[chip.level]) if chip.level in STOPPED else format_html(RING, chip.share, gettext("осталось"))
    return format_html(
        '<span class="deadline{}"{}>{}<span class="deadline__text">{}</span></span>',
        f" deadline--{chip.level}" if chip.level else "",
        format_html(' data-left="{}"', chip.seconds_left) if chip.counting else "",
        picture,
        chip.text,
    )


@dataclass(frozen=True, slots=True)
class ShelfLink:
    url: str
    label: str
    icon: str
    count: int
    alert: bool
    current: bool


# Slug, label as in Kaspi's cabinet, picture; the counter of the archive is not kept (it only grows).
SHELVES = (
    ("new", _("Новые"), "inbox"),
    ("signing", _("На подписании"), "signature"),
    ("pickup", _("Самовывоз"), "shopping-bag"),
    ("delivery", _("Доставка"), "bike"),
    ("kaspi-delivery", _("Kaspi Доставка"), "package"),
    ("archive", _("Архив"), "archive"),
    ("unknown", _("Неизвестные"), "circle-help"),
)


@register.simple_tag
def shelf_links(frame: Frame) -> list[ShelfLink]:
    """The shelves that are his, for the menu. «Неизвестные» stands there only while something lies on it."""
    query = f"?{urlencode({'shop': frame.shop.slug})}" if frame.shop else ""
    counts = {slug: getattr(frame.counts, slug.replace("-", "_")) for slug, _, _ in SHELVES} | {"archive": 0}
    return [
        ShelfLink(
            url=f"/orders/{slug}/{query}",
            label=label,
            icon=picture,
            count=counts[slug],
            alert=slug == "new" and frame.counts.urgent,
            current=frame.nav == slug,
        )
        for slug, label, picture in SHELVES
        if slug in frame.can.shelves and (slug != "unknown" or counts[slug])
    ]
