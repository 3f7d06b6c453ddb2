"""The orders behind a group of promises, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext

from quality.terms import reading, words
from quality.terms.asked import Asked
from quality.terms.page import name_of
from quality.terms.page_models import OrderRow, OrdersPage
from quality.terms.reading import ROWS, Behind
from quality.terms.rules import Verdict
from staff.access import Actor
from staff.formats import calendar_day, order_groups
from staff.page_parts import Empty, Tab
from staff.places import Places


def orders_page(asked: Asked, *, by: Actor, places: Places) -> OrdersPage:
    """Everything that `templates/quality/terms/orders.html` prints: those that were late longest first."""
    points = {point.pk: point for point in places.points}
    found = reading.listed(asked.window(places, by), asked.among, points, start=asked.start)
    shown, more = found[:ROWS], len(found) > ROWS
    return OrdersPage(
        note=_note(asked, places),
        back_url=asked.url(),
        form=_form(asked),
        verdicts=_verdicts(asked),
        rows=tuple(_rows(shown, asked, places)),
        range_text=f"{asked.start + 1}–{asked.start + len(shown)}" if shown else "",
        prev_url=asked.orders_url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.orders_url(start=str(asked.start + ROWS)) if more else "",
        empty=None if shown else Empty(gettext("Таких заказов нет"), gettext("Выберите другой итог или срок длиннее.")),
    )


def _note(asked: Asked, places: Places) -> str:
    of = asked.shop.name if asked.shop else gettext("Все магазины")
    narrowed = [] if asked.key is None else [name_of(asked.by, asked.key, places) or gettext("не указано")]
    told = gettext("выполнено за %(days)s") % {"days": words.days(asked.days)}
    return " · ".join([of, *narrowed, told])


def _form(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What the file is asked for by: the same orders."""
    key = () if asked.key is None else (("key", asked.key),)
    return (*asked.params.items(), ("verdict", asked.verdict.value if asked.verdict else ""), *key)


def _verdicts(asked: Asked) -> tuple[Tab, ...]:
    every = replace(asked, verdict=None)
    return (
        Tab(gettext("Все"), every.orders_url(), current=asked.verdict is None),
        *(
            Tab(str(words.VERDICTS[one].text), asked.orders_url(verdict=one.value), current=one is asked.verdict)
            for one in Verdict
        ),
    )


def _rows(found: Sequence[Behind], asked: Asked, places: Places) -> Iterator[OrderRow]:
    several = len(places.shops) > 1
    for one in found:
        point, shop = places.point_by_id(one.point_id), places.shop_by_id(one.shop_id)
        yield OrderRow(
            no=order_groups(one.code),
            url=f"/orders/{one.code}/" + (f"?shop={shop.slug}" if several else ""),
            item=one.item or gettext("Без названия"),
            place=" · ".join(filter(None, (point.name if point else shop.name, one.town))),
            way=str(words.WAYS[one.way]),
            promised=_day(one.promised_day, asked),
            moved=gettext("перенесено на %(day)s") % {"day": _day(one.standing_day, asked)} if one.moved else "",
            done=_day(one.done_day, asked) if one.done_day else gettext("не выполнен"),
            spare=words.days(None if one.verdict is Verdict.UNKNOWN else one.spare),
            verdict=words.VERDICTS[one.verdict],
            level="danger" if one.verdict is Verdict.LATE else "",
        )


def _day(day: date | None, asked: Asked) -> str:
    return "–" if day is None else calendar_day(day, year=day.year != asked.today.year)
