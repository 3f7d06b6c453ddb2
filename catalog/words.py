"""The words of goods on their pages: states, why Kaspi is told so, reasons of movements."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext

from catalog.rules import Told
from catalog.standing import At, Fault, Standing, State
from staff.formats import grouped, plural
from staff.languages import later as _
from staff.languages import noun
from staff.page_parts import Chip

TABS: Final[Mapping[State, str]] = {
    State.ON: _("В продаже"),
    State.LOW: _("Кончаются"),
    State.NONE: _("Нет остатка"),
    State.CHECK: _("На проверке"),
    State.OFF: _("Сняты"),
}
FAULTS: Final[Mapping[Fault, str]] = {
    Fault.NO_PRICE: _("Нет цены"),
    Fault.BAD_SKU: _("Артикул не по правилам прайс-листа"),
    Fault.BEYOND_BOUNDS: _("Цена вне границ"),
}
# By the first word of a reason: «short 3» tells how many were lacking.
REASONS: Final[Mapping[str, str]] = {
    "held": _("Заказ занял"),
    "freed": _("Заказ освободил"),
    "changed": _("Заказ изменился"),
    "shipped": _("Отгружено"),
    "short": _("Отгружено больше, чем числилось"),
    "counted": _("Пересчитали"),
    "returned": _("Разложили возврат"),
}
DAYS: Final = noun("день", "дней")


def chip_of(standing: Standing) -> Chip:
    """«В продаже», «Последний», «Нет остатка», «На проверке», «Снят»."""
    state = standing.state
    if state is State.CHECK:
        assert standing.fault is not None
        return Chip(str(TABS[state]), "plum")
    if state is State.OFF:
        return Chip(gettext("Снят с продажи"))
    if state is State.NONE:
        uncounted = not any(one.counted for one in standing.at)
        return Chip(gettext("Остаток не указан"), "warn") if uncounted else Chip(str(TABS[state]), "danger")
    if state is State.LOW:
        last = max(one.told.pieces or 0 for one in standing.at) == 1
        return Chip(gettext("Последний") if last else str(TABS[state]), "warn")
    return Chip(str(TABS[State.ON]), "ok")


def told_in_words(told: Told) -> str:
    """What Kaspi is told of a point: «продаётся, 4 шт.», «не продаётся»."""
    if not told.available:
        return gettext("не продаётся")
    if told.pieces is not None:
        return gettext("продаётся, %(pieces)s шт.") % {"pieces": grouped(told.pieces)}
    if told.preorder_days:
        return gettext("предзаказ, %(days)s") % {"days": plural(told.preorder_days, *DAYS)}
    return gettext("продаётся, без количества")


def why(standing: Standing, at: At) -> str:
    """Why Kaspi is told so of this point; the first reason that decides."""
    if not standing.offer.on_sale:
        return gettext("товар снят с продажи")
    if at.sold is False:
        return gettext("на этой точке не продаём")
    if not at.counted:
        return gettext("остаток не указан") if at.sold is None else gettext("остаток не указан, но точка продаёт")
    if at.told.pieces is not None:
        return _remains(at)
    if at.told.preorder_days:
        return gettext("остатка нет, привезём под заказ")
    return _lacking(at)


def _remains(at: At) -> str:
    if at.buffer:
        told = {"free": grouped(at.free), "buffer": grouped(at.buffer)}
        return gettext("свободно %(free)s, из них %(buffer)s в запасе") % told
    return gettext("свободно %(free)s") % {"free": grouped(at.free)}


def _lacking(at: At) -> str:
    if at.free < 0:
        return gettext("продано больше, чем есть, на %(pieces)s") % {"pieces": grouped(-at.free)}
    if at.free:
        told = {"free": grouped(at.free), "buffer": grouped(at.buffer)}
        return gettext("свободно %(free)s, всё в запасе (%(buffer)s)") % told
    return gettext("свободных нет")


def reason(code: str) -> str:
    """What moved stock; a code that has no words is shown as it is."""
    return str(REASONS.get(code.partition(" ")[0], code))
