"""Planned prices in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from catalog.models import PlannedPrice
from catalog.price_calendar.rules import Fault, PlanState, Why, Window
from catalog.repricing.words import KASPI_TAKES
from staff.cities import name_of
from staff.formats import almaty_moment, tenge
from staff.languages import later as _

FAULTS: Final[Mapping[Fault, str]] = {
    Fault.PAST: _("Начало уже прошло. Назовите время впереди"),
    Fault.FAR: _("Планировать можно на год вперёд"),
    Fault.BACKWARDS: _("Окончание раньше начала"),
    Fault.SHORT: _("Не короче часа: Kaspi забирает прайс-лист раз в час"),
    Fault.LONG: _("Не дольше года"),
}
FIELD_OF: Final[Mapping[Fault, str]] = {
    Fault.PAST: "begins",
    Fault.FAR: "begins",
    Fault.BACKWARDS: "ends",
    Fault.SHORT: "ends",
    Fault.LONG: "ends",
}
_DONE: Final[Mapping[Why, str]] = {
    Why.SET: _("цена поставлена и осталась"),
    Why.RETURNED: _("прежняя цена вернулась"),
    Why.CHANGED: _("цену тем временем изменили: осталась новая"),
    Why.NO_FORMER: _("прежней цены не было: осталась запланированная"),
    Why.BELOW_FLOOR: _("прежняя цена ниже минимальной: осталась запланированная, поставьте цену сами"),
    Why.ABOVE_CEILING: _("прежняя цена выше наибольшей: осталась запланированная, поставьте цену сами"),
    Why.TOO_FAR: _("до прежней цены шаг больше разрешённого: осталась запланированная, поставьте цену сами"),
}
_MISSED: Final[Mapping[Why, str]] = {
    Why.LATE: _("весь срок прошёл, пока программа не работала"),
    Why.OVERTAKEN: _("цену изменили после срока начала, пока программа не работала"),
    Why.BELOW_FLOOR: _("к началу цена оказалась ниже минимальной цены товара"),
    Why.ABOVE_CEILING: _("к началу цена оказалась выше наибольшей цены товара"),
    Why.TOO_FAR: _("к началу шаг цены оказался больше разрешённого товару"),
}
_CANCELLED: Final[Mapping[Why, str]] = {
    Why.WITHDRAWN: _("отменён до начала"),
    Why.LEFT: _("запланированная цена оставлена"),
    Why.RETURNED: _("прежняя цена вернулась"),
    Why.CHANGED: _("цену тем временем изменили: осталась новая"),
    Why.NO_FORMER: _("прежней цены не было: осталась запланированная"),
}
WHYS: Final[Mapping[str, Mapping[Why, str]]] = {
    PlanState.DONE: _DONE,
    PlanState.MISSED: _MISSED,
    PlanState.CANCELLED: _CANCELLED,
}


def why_in_words(plan: PlannedPrice) -> str:
    """Why the plan is closed; empty for one that is open."""
    return str(WHYS[plan.state][Why(plan.why)]) if plan.why else ""


def window_in_words(window: Window, *, now: datetime) -> str:
    """«с завтра, 10:00 до 3 декабря, 10:00»."""
    begins = almaty_moment(window.begins, now=now)
    if window.ends is None:
        return gettext("с %(begins)s, без окончания") % {"begins": begins}
    return gettext("с %(begins)s до %(ends)s") % {"begins": begins, "ends": almaty_moment(window.ends, now=now)}


def plan_in_words(plan: PlannedPrice, *, now: datetime) -> str:
    """«9 000 ₸ с завтра, 10:00 до 3 декабря, 10:00»."""
    place = f" ({name_of(plan.city_code)})" if plan.city_code else ""
    return f"{tenge(plan.price)}{place} {window_in_words(plan.window, now=now)}"


def effect_in_words(plan: PlannedPrice, *, now: datetime) -> str:
    """By when a buyer sees the next change: Kaspi takes the price list itself, once an hour."""
    if plan.due_at is None:
        return ""
    return gettext("на Kaspi к %(when)s") % {"when": almaty_moment(plan.due_at + KASPI_TAKES, now=now)}
