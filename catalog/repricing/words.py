"""Rules and decisions in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from catalog.models import PriceDecision, PriceRule, WaitingPrice
from catalog.repricing.deciding import Outcome, Reason, Strategy
from staff.formats import almaty_moment, grouped, share, tenge
from staff.languages import later as _

# How often Kaspi takes the price list (kaspi-api.md §6).
KASPI_TAKES: Final = timedelta(minutes=60)

REASONS: Final[Mapping[Reason, str]] = {
    Reason.WISH: _("так велит правило"),
    Reason.AT_FLOOR: _("ниже нижней границы не идём"),
    Reason.AT_TOP: _("выше верхней границы не идём"),
    Reason.DAY_MOVE: _("дальше за сутки правило цену не двигает"),
    Reason.SAME: _("цена уже там, где нужно"),
    Reason.NO_PRICE: _("у товара нет цены"),
    Reason.PLANNED: _("идёт запланированная цена: её правило не меняет"),
    Reason.CITY_PRICES: _("у товара цены по городам: их правило не меняет"),
    Reason.NOT_IN_STOCK: _("нет в наличии"),
    Reason.NO_LOOK: _("цен других продавцов ещё нет"),
    Reason.STALE: _("цены других продавцов устарели"),
    Reason.NO_FLOOR: _("нет нижней границы: задайте её в товаре или в правиле"),
    Reason.NO_ROOM: _("нижняя граница выше верхней: между ними нет места"),
    Reason.LAG: _("цена первого ещё не продержалась, сколько велит правило"),
    Reason.NO_RISE: _("вверх это правило не идёт"),
    Reason.TOO_SOON: _("цена менялась недавно"),
    Reason.DAY_CHANGES: _("изменения на сутки исчерпаны"),
    Reason.TOO_FAR: _("шаг больше, чем разрешено товару за раз"),
    Reason.DAY_TOO_SHORT: _("цена вне границ, и за сутки правилу её не вернуть"),
}


def reason_in_words(reason: str) -> str:
    return str(REASONS[Reason(reason)])


def strategy_in_words(rule: PriceRule) -> str:
    """«ниже первого на 500 ₸»."""
    step = share(rule.step, digits=1) if rule.step_is_share else tenge(rule.step)
    told: Mapping[str, str] = {
        Strategy.FIRST: gettext("ниже первого на %(step)s"),
        Strategy.EQUAL: gettext("вровень с первым"),
        Strategy.PLACE: gettext("держать место %(place)s, шаг %(step)s"),
        Strategy.FOLLOW: gettext("вровень с первым, если он держит цену %(lag)s мин"),
    }
    return told[rule.strategy] % {"step": step, "place": rule.place, "lag": grouped(rule.lag_minutes)}


def scope_in_words(rule: PriceRule) -> str:
    """What the rule speaks of: «весь магазин», «категория Дом», «товар NMD-R2»."""
    if rule.offer is not None:
        return gettext("товар %(sku)s") % {"sku": rule.offer.sku}
    return gettext("категория %(name)s") % {"name": rule.category} if rule.category else gettext("весь магазин")


def bounds_in_words(rule: PriceRule) -> str:
    """«от 80 000 ₸ до 120 000 ₸, за сутки до 10 % и не чаще 6 раз»."""
    told = [
        gettext("от %(price)s") % {"price": tenge(rule.floor)} if rule.floor is not None else "",
        gettext("до %(price)s") % {"price": tenge(rule.ceiling)} if rule.ceiling is not None else "",
    ]
    day = gettext("за сутки до %(move)s и не больше %(times)s изменений") % {
        "move": share(rule.most_move, digits=1),
        "times": rule.most_changes,
    }
    return ", ".join(filter(None, [" ".join(filter(None, told)), day]))


def seen_in_words(row: PriceDecision | WaitingPrice, *, now: datetime) -> str:
    return gettext("цены видели %(when)s") % {"when": almaty_moment(row.seen_at, now=now)} if row.seen_at else ""


def leader_in_words(row: PriceDecision) -> str:
    """«первый просит 98 000 ₸, мы были вторыми из 5»."""
    if row.place is None or row.sellers is None:
        return ""
    if row.leader is None:
        return gettext("других продавцов на карточке нет")
    told = {"price": tenge(row.leader), "place": row.place, "of": row.sellers}
    return gettext("дешевле всех из других %(price)s, наше место %(place)s из %(of)s") % told


def effect_in_words(row: PriceDecision, *, now: datetime) -> str:
    """When a change is on Kaspi at the latest: it takes the price list itself, once an hour."""
    if row.outcome != Outcome.CHANGED:
        return ""
    moment = row.at + KASPI_TAKES
    words = gettext("на Kaspi к %(when)s") if moment > now else gettext("на Kaspi с %(when)s")
    return words % {"when": almaty_moment(moment, now=now)}
