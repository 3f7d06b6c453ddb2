"""A rule on the past in words and in a drawing: how prices were, and how the rule would have led them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.models import Offer, PriceRule
from catalog.repricing import words
from catalog.repricing.deciding import Rule, rivals
from catalog.repricing.drawing import Frame, shorter
from catalog.repricing.knowing import our_shops, rule_of
from catalog.repricing.page import ADDRESS
from catalog.repricing.page_models import CompareRow, Curve, GoodRow, PriceChart, TryPage
from catalog.repricing.past import goods_of, pasts_of
from catalog.repricing.replaying import Outlook, Past, Replay, Step, replay, together
from staff.access import Actor
from staff.formats import grouped, plural, share, tenge
from staff.models import Shop
from staff.page_parts import Empty, Tab
from staff.permissions import Permission

DAYS: Final = (7, 30, 90)
SCREEN: Final = 600


def try_page(shop: Shop, row: PriceRule, days: int, sku: str, *, by: Actor, now: datetime) -> TryPage:
    """The rule on the last `days`; `sku` names the good that is drawn, by default the one that was looked at most."""
    since, rule = now - timedelta(days=days), rule_of(row, our_shops())
    offers = goods_of(row, since=since)
    pasts = pasts_of(offers, since=since, now=now)
    replays = {pk: replay(past, rule) for pk, past in pasts.items()}
    shown = [offer for offer in offers if offer.pk in replays]
    drawn = next((offer for offer in shown if offer.sku == sku), shown[0] if shown else None)
    query = {"shop": shop.slug, "rule": str(row.public_id)}
    told = gettext("%(scope)s: %(strategy)s; %(bounds)s") % {
        "scope": words.scope_in_words(row),
        "strategy": words.strategy_in_words(row),
        "bounds": words.bounds_in_words(row),
    }
    return TryPage(
        title=gettext("Правило на истории"),
        note=told,
        back_url=f"{ADDRESS}?{urlencode({'shop': shop.slug})}",
        edit_url=f"{ADDRESS}rule/?{urlencode(query)}",
        days=tuple(_tab(one, days, query) for one in DAYS),
        compare=_compare(list(replays.values()), by=by) if replays else (),
        chart=_chart(pasts[drawn.pk], replays[drawn.pk], rule) if drawn else None,
        chart_title=drawn.name if drawn else "",
        goods=tuple(_good(one, replays[one.pk], days, query, current=one == drawn) for one in shown),
        caution=gettext(
            "Продажи взяты какими были: при другой цене они были бы другими. Правило спрошено при каждом взгляде"
            " источника. Показаны товары, на которые смотрели чаще всего"
        ),
        rule_key=str(row.public_id),
        shop=shop.slug,
        may_switch_on=not row.switched_on and by.may(Permission.PRICES_GUARD) and by.sees_whole(shop.pk),
        empty=None if shown else _empty(days),
    )


def _tab(one: int, days: int, query: Mapping[str, str]) -> Tab:
    url = f"{ADDRESS}try/?{urlencode({**query, 'days': str(one)})}"
    return Tab(plural(one, "день", "дней"), url, current=one == days)


def _compare(found: Sequence[Replay], *, by: Actor) -> tuple[CompareRow, ...]:
    was, would = together(one.was for one in found), together(one.would for one in found)
    rows = [
        CompareRow(gettext("Изменений цены"), grouped(was.changes), grouped(would.changes)),
        CompareRow(gettext("Времени дешевле всех"), _first(was), _first(would)),
        CompareRow(gettext("Выручка проданного"), _money(was.revenue), _money(would.revenue)),
    ]
    # What goods cost is not everybody's to know.
    if by.may(Permission.PROFIT_VIEW):
        unknown = gettext("себестоимость не известна")
        profits = [unknown if one.profit is None else tenge(one.profit) for one in (was, would)]
        rows.append(CompareRow(gettext("Прибыль проданного"), profits[0], profits[1]))
    waits = grouped(sum(one.waiting for one in found))
    return (*rows, CompareRow(gettext("Ждало бы человека, раз"), "—", waits))


def _money(revenue: Decimal) -> str:
    return tenge(revenue) if revenue else gettext("продаж не было")


def _first(one: Outlook) -> str:
    return share(one.first / one.known, digits=1) if one.known else gettext("не известно")


def _good(offer: Offer, found: Replay, days: int, query: Mapping[str, str], *, current: bool) -> GoodRow:
    url = f"{ADDRESS}try/?{urlencode({**query, 'days': str(days), 'sku': offer.sku})}"
    ends = gettext("%(was)s, по правилу %(would)s") % {
        "was": tenge(found.was.steps[-1].price),
        "would": tenge(found.would.steps[-1].price),
    }
    changes = gettext("%(was)s → %(would)s") % {"was": found.was.changes, "would": found.would.changes}
    first = gettext("%(was)s → %(would)s") % {"was": _first(found.was), "would": _first(found.would)}
    return GoodRow(offer.name, offer.sku, url, current, changes, first, ends)


def _chart(past: Past, found: Replay, rule: Rule) -> PriceChart:
    """Three lines, each of another shape; a reader of the screen is told the ends in words."""
    apart = (past.until - past.since) / SCREEN
    leaders = shorter(_leaders(past, rule), apart=apart)
    lines = [found.would.steps, leaders, found.was.steps]
    frame = Frame(past.since, past.until, [step.price for line in lines for step in line])
    names = (gettext("по правилу"), gettext("самый дешёвый из других"), gettext("как было"))
    shapes = (
        ("s1", "line"),
        ("dash chart__line--s2", "dash legend__key--dash-s2"),
        ("muted", "dash legend__key--dash-muted"),
    )
    curves = tuple(
        Curve(name, frame.path(shorter(line, apart=apart)), *shape)
        for name, line, shape in zip(names, lines, shapes, strict=True)
        if line
    )
    return PriceChart(_label(found, leaders), curves, frame.grid(), frame.days())


def _leaders(past: Past, rule: Rule) -> list[Step]:
    found: list[Step] = []
    for look in past.looks:
        cheapest: Decimal | None = next(iter(rivals(look, rule.ignored)), None)
        if cheapest is not None and (not found or found[-1].price != cheapest):
            found.append(Step(look.seen_at, cheapest))
    return found


def _label(found: Replay, leaders: Sequence[Step]) -> str:
    told = {
        "start": tenge(found.was.steps[0].price),
        "was": tenge(found.was.steps[-1].price),
        "would": tenge(found.would.steps[-1].price),
        "leader": tenge(leaders[-1].price) if leaders else "—",
    }
    sentence = gettext(
        "Цена была %(start)s, стала %(was)s; по правилу стала бы %(would)s; самый дешёвый из других просит %(leader)s"
    )
    return sentence % told


def _empty(days: int) -> Empty:
    title = gettext("За %(days)s никто не смотрел на эти карточки") % {"days": plural(days, "день", "дней")}
    return Empty(title, gettext("Загрузите цены других продавцов файлом или присылайте их по API"))
