"""The page of goods to order in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.replenishment import budget, planning, terms
from catalog.replenishment.ordering import LONGEST_COVER, Terms
from catalog.replenishment.page_models import ItemRow, ReplenishmentPage, TermsForm
from catalog.replenishment.planning import Planned
from catalog.replenishment.reading import DAYS
from staff.access import Actor
from staff.formats import grouped, plural, tenge
from staff.models import Shop
from staff.page_parts import Chip, Empty, Fact, Notice, Tab
from staff.permissions import Permission

ROWS: Final = 50
# Fewer days than that tell of a good too little.
FEW_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Asked:
    """`every`: also what need not be ordered; `sku`: whose terms are in the form."""

    shop: Shop
    every: bool = False
    sku: str = ""
    start: int = 0

    def url(self, **changed: str) -> str:
        kept = {"shop": self.shop.slug, "show": "all" if self.every else ""}
        query = {name: value for name, value in (kept | changed).items() if value}
        return f"/catalog/replenishment/?{urlencode(query)}"


def replenishment_page(
    asked: Asked, shops: Sequence[Shop], *, by: Actor, now: datetime, error: str = ""
) -> ReplenishmentPage:
    """Everything that `templates/catalog/replenishment.html` prints. `shops`: those that may be chosen."""
    costs, manages = by.may(Permission.PROFIT_VIEW), by.may(Permission.STOCK_MANAGE)
    planned = planning.of_shop(asked.shop, now=now, costs=costs)
    wanted = [one for one in planned if one.plan.pieces]
    found = planned if asked.every else wanted
    here = found[asked.start : asked.start + ROWS]
    how = terms.of_shop(asked.shop)
    return ReplenishmentPage(
        shop=asked.shop.slug,
        note=gettext("%(shop)s · продажи за %(days)s")
        % {"shop": asked.shop.name, "days": plural(DAYS, "день", "дней")},
        tabs=(
            Tab(gettext("Заказать"), asked.url(show=""), grouped(len(wanted)), current=not asked.every),
            Tab(gettext("Все посчитанные"), asked.url(show="all"), grouped(len(planned)), current=asked.every),
        ),
        shops=_shop_tabs(asked, shops),
        totals=_totals(wanted, planned, costs=costs),
        notices=_notices(asked.shop, planned, now=now),
        rows=tuple(_row(one, costs=costs) for one in here),
        terms=_form(asked.sku, how.of(asked.sku)) if manages and by.sees_whole(asked.shop.pk) else None,
        error=error,
        may_export=bool(wanted),
        range_text=gettext("%(first)s–%(last)s из %(shown)s")
        % {"first": asked.start + 1, "last": asked.start + len(here), "shown": grouped(len(found))},
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(asked.start + ROWS)) if len(found) > asked.start + ROWS else "",
        empty=None if here else _empty(planned),
    )


def _totals(wanted: Sequence[Planned], planned: Sequence[Planned], *, costs: bool) -> tuple[Fact, ...]:
    pieces = sum(one.plan.pieces for one in wanted)
    facts = [
        Fact(gettext("Заказать"), gettext("%(pieces)s шт.") % {"pieces": grouped(pieces)}),
        Fact(gettext("Не достанется покупателям, если не заказать"), _pieces(sum(one.plan.unmet for one in planned))),
        Fact(gettext("Отмен «нет в наличии» ждём"), _some(sum(one.plan.cancels for one in planned))),
    ]
    if costs:
        known = [one.plan.cost for one in wanted if one.plan.cost is not None]
        lacks = len(wanted) - len(known)
        told = tenge(sum(known, Decimal(0)))
        if lacks:
            told += gettext(", ещё у %(items)s нет себестоимости") % {"items": plural(lacks, "товара", "товаров")}
        facts.insert(1, Fact(gettext("На сумму"), told))
    return tuple(facts)


def _notices(shop: Shop, planned: Sequence[Planned], *, now: datetime) -> tuple[Notice, ...]:
    """What the shortage costs in cancels, set against how many the shop may still have."""
    cancels = sum(one.plan.cancels for one in planned)
    left = budget.left_of(shop.pk, now=now)
    if cancels < 0.5 or left is None:
        return ()
    told = {"cancels": _some(cancels), "left": plural(left, "отмена", "отмен")}
    if cancels > left:
        title = gettext("Нехватка съест весь запас отмен")
        text = gettext("Ждём отмен «нет в наличии»: %(cancels)s, а в запасе %(left)s. Закажите или включите предзаказ.")
        return (Notice(title, text % told, "danger"),)
    text = gettext("Ждём отмен «нет в наличии»: %(cancels)s. В запасе %(left)s.")
    return (Notice(gettext("Нехватка съест часть запаса отмен"), text % told, "warn"),)


def _row(one: Planned, *, costs: bool) -> ItemRow:
    plan, pace = one.plan, one.pace
    few = pace.days < FEW_DAYS and pace.days > 0
    return ItemRow(
        name=one.name or gettext("Без названия"),
        sku=one.item.sku,
        pace=gettext("%(pieces)s в день%(note)s")
        % {"pieces": grouped(pace.daily, digits=2), "note": gettext(", мало дней") if few else ""}
        if pace.days
        else gettext("не было на полке"),
        free=grouped(one.item.free),
        coming=gettext("в возврате %(pieces)s") % {"pieces": one.item.in_return} if one.item.in_return else "",
        cover=_cover(one),
        pieces=grouped(plan.pieces) if plan.pieces else "—",
        cost=("—" if plan.cost is None else tenge(plan.cost)) if costs else "",
        unmet=_pieces(plan.unmet) if plan.unmet >= 0.05 else "",
        cancels=_some(plan.cancels) if plan.cancels >= 0.05 else "",
        preorder=gettext("предзаказ %(days)s дн.") % {"days": plan.preorder} if plan.preorder else "",
        terms=gettext("поставка %(lead)s дн., заказ раз в %(review)s дн.")
        % {"lead": one.terms.lead_days, "review": one.terms.review_days},
    )


def _cover(one: Planned) -> Chip:
    """How long it lasts: red when it ends before an order of today can come."""
    if not one.pace.days:
        return Chip(gettext("темп неизвестен"))
    if not one.pace.daily:
        return Chip(gettext("не продаётся"))
    cover = one.plan.cover
    if cover is None:
        return Chip(gettext("больше года"))
    if cover >= LONGEST_COVER:
        return Chip(gettext("больше года"))
    ends = cover < one.terms.lead_days
    soon = cover < one.terms.lead_days + one.terms.review_days
    return Chip(plural(cover, "день", "дней"), "danger" if ends else "warn" if soon else "ok")


def _form(sku: str, how: Terms) -> TermsForm:
    level = grouped(Decimal(str(how.level)) * 100, digits=1).removesuffix(",0").removesuffix(".0")
    return TermsForm(sku, str(how.lead_days), str(how.review_days), level)


def _shop_tabs(asked: Asked, shops: Sequence[Shop]) -> tuple[Tab, ...]:
    if len(shops) < 2:
        return ()
    return tuple(Tab(shop.name, asked.url(shop=shop.slug), current=shop == asked.shop) for shop in shops)


def _empty(planned: Sequence[Planned]) -> Empty:
    if planned:
        return Empty(gettext("Заказывать нечего"), gettext("Всего посчитанного хватит до заказа после этого."))
    return Empty(
        gettext("Остатки ещё не посчитаны"),
        gettext("Что заказать, видно только там, где остаток посчитан. Посчитайте полки или загрузите остатки."),
    )


def _pieces(count: float) -> str:
    return gettext("%(pieces)s шт.") % {"pieces": _some(count)}


def _some(count: float) -> str:
    """«0,3», «4», «27»: digits as long as they tell something."""
    return grouped(count, digits=1 if count < 10 else 0)
