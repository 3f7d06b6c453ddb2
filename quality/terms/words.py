"""Promises in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext

from quality.terms.days import Unit
from quality.terms.judging import Way
from quality.terms.reading import By, Sort
from quality.terms.rules import Advice, Group, Term, Verdict
from staff.formats import MINUS, plural
from staff.languages import later as _
from staff.page_parts import Chip

KEYS: Final[Mapping[By, str]] = {
    By.POINT: _("По точкам"),
    By.WAY: _("По способам доставки"),
    By.CITY: _("По городам"),
    By.SKU: _("По товарам"),
    By.CATEGORY: _("По категориям"),
    By.WEEKDAY: _("По дням недели"),
}
TITLES: Final[Mapping[By, str]] = {
    By.POINT: _("Точка"),
    By.WAY: _("Способ доставки"),
    By.CITY: _("Город доставки"),
    By.SKU: _("Товар"),
    By.CATEGORY: _("Категория"),
    By.WEEKDAY: _("День принятия"),
}
SORTS: Final[Mapping[Sort, str]] = {
    Sort.LATE: _("Больше опозданий"),
    Sort.SHARE: _("Хуже доля"),
    Sort.ORDERS: _("Больше заказов"),
}
UNITS: Final[Mapping[Unit, str]] = {Unit.WORKING: _("Рабочие дни"), Unit.CALENDAR: _("Календарные дни")}
WAYS: Final[Mapping[Way, str]] = {
    Way.CITY: _("Kaspi Доставка по городу"),
    Way.COUNTRY: _("Kaspi Доставка в другой город"),
    Way.POSTOMAT: _("Kaspi Postomat"),
    Way.EXPRESS: _("Kaspi Экспресс"),
    Way.OWN: _("Доставка магазина"),
    Way.PICKUP: _("Самовывоз"),
}
WEEKDAYS: Final = (
    *(_("Понедельник"), _("Вторник"), _("Среда"), _("Четверг"), _("Пятница")),
    *(_("Суббота"), _("Воскресенье")),
)
VERDICTS: Final[Mapping[Verdict, Chip]] = {
    Verdict.KEPT: Chip(_("вовремя"), "ok"),
    Verdict.LATE: Chip(_("поздно"), "danger"),
    Verdict.BUYER: Chip(_("перенёс покупатель")),
    Verdict.REPLANNED: Chip(_("Kaspi перенёс курьера")),
    Verdict.COURIER: Chip(_("Kaspi принял позже")),
    Verdict.ROAD: Chip(_("задержка в пути")),
    Verdict.UNKNOWN: Chip(_("не известно")),
}
# Why an order is in no share.
WHY: Final[Mapping[Verdict, str]] = {
    Verdict.BUYER: _("Покупатель попросил другой день, и в него успели"),
    Verdict.REPLANNED: _("Kaspi сам назначил курьера на другой день, и в него успели"),
    Verdict.COURIER: _("По нашей отметке передали вовремя, Kaspi принял позже"),
    Verdict.ROAD: _("Передали вовремя, но Kaspi привёз покупателю позже обещанного"),
    Verdict.UNKNOWN: _("Дата не обещана, или никто не видел, когда товар был готов"),
}
_LEVELS: Final[Mapping[Advice, str]] = {
    Advice.RIGHT: "ok",
    Advice.LONGER: "warn",
    Advice.SHORTER: "accent",
    Advice.FEW: "",
    Advice.NEVER: "danger",
}


def days(count: int | None) -> str:
    """«3 дня»; a dash where no day is known."""
    if count is None:
        return "–"
    return plural(count, "день", "дней") if count >= 0 else MINUS + plural(-count, "день", "дней")


def advice(group: Group) -> Chip:
    """«нужно на 1 день больше»."""
    term = group.term
    apart = days(abs((term.days or 0) - (group.promised or 0)))
    said = {
        Advice.RIGHT: gettext("обещание честное"),
        Advice.LONGER: gettext("нужно на %(days)s больше") % {"days": apart},
        Advice.SHORTER: gettext("можно на %(days)s меньше") % {"days": apart},
        Advice.FEW: gettext("мало заказов"),
        Advice.NEVER: gettext("сроком не исправить"),
    }
    return Chip(said[term.advice], _LEVELS[term.advice])


def change(term: Term) -> str:
    """«опозданий 41 → 12»: of the same orders, by the promises and by the term."""
    if term.after is None:
        return ""
    return gettext("опозданий %(before)s → %(after)s") % {"before": term.before, "after": term.after}
