"""Words of a shop's standing."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.scales import NAMES, value_text
from quality.standing.conditions import Check
from quality.standing.intervals import of_mean_mark, of_share
from quality.standing.panel_models import CheckLine
from quality.standing.series import DayValue
from quality.thresholds import Bound, Comparator, Status
from quality.words import Nouns
from staff.formats import calendar_day, grouped, plural, share
from staff.languages import later as _
from staff.languages import noun

SHORT: Mapping[Metric, str] = {
    Metric.RATING: _("Рейтинг"),
    Metric.CANCELLED: _("Отмены"),
    Metric.LATE_HANDOVER: _("Задержки"),
    Metric.QUALITY_RETURNS: _("Возвраты"),
}
# «Нужно не больше 35 задержек»: the forms after «не больше».
AT_MOST: Mapping[Metric, Nouns] = {
    Metric.CANCELLED: noun("отмены", "отмен"),
    Metric.LATE_HANDOVER: noun("задержки", "задержек"),
    Metric.QUALITY_RETURNS: noun("возврата", "возвратов"),
}
# «Без новых отмен».
NO_NEW: Mapping[Metric, str] = {
    Metric.RATING: _("Без новых оценок"),
    Metric.CANCELLED: _("Без новых отмен"),
    Metric.LATE_HANDOVER: _("Без новых задержек"),
    Metric.QUALITY_RETURNS: _("Без новых возвратов"),
}
COMPARED: Mapping[Comparator, str] = {
    Comparator.GE: _("от %(line)s"),
    Comparator.GT: _("выше %(line)s"),
    Comparator.LE: _("до %(line)s"),
    Comparator.LT: _("ниже %(line)s"),
}
STATES: Mapping[bool | None, tuple[str, str, str]] = {
    True: ("ok", "circle-check", _("выполнено")),
    False: ("no", "circle-minus", _("не выполнено")),
    None: ("", "clock", _("мало данных")),
}


def line_text(metric: Metric, value: Fraction) -> str:
    """A line as short as it can be said: «4,6», «4», «3 %», «2,5 %»."""
    scaled = value if metric is Metric.RATING else value * 100
    digits = 0 if scaled.denominator == 1 else 1 if (scaled * 10).denominator == 1 else 2
    return grouped(value, digits=digits) if metric is Metric.RATING else share(value, digits=digits)


def condition(metric: Metric, bound: Bound) -> str:
    """«Отмены ниже 1 %»."""
    compared = str(COMPARED[bound.comparator]) % {"line": line_text(metric, bound.value)}
    return f"{SHORT[metric]} {compared}"


def provisional_text(metric: Metric, value: DayValue) -> str:
    """A number of too few to be judged by, with how far off it may be (95 %); empty where it is judged, or there is none."""
    if value.status is not Status.NOT_ENOUGH_DATA or value.value is None:
        return ""
    interval = (of_mean_mark if metric is Metric.RATING else of_share)(value.numerator, value.denominator)
    low, high = (
        grouped(end, digits=1) if metric is Metric.RATING else share(end, digits=1)
        for end in (interval.low, interval.high)
    )
    return gettext("Предварительно %(value)s, на самом деле может быть от %(low)s до %(high)s") % {
        "value": value_text(metric, value.value),
        "low": low,
        "high": high,
    }


def check_line(check: Check) -> CheckLine:
    """A condition with its value, and below it what it takes."""
    mark, icon, state = STATES[check.held]
    value = check.value.value
    return CheckLine(
        mark=mark,
        icon=icon,
        state=state,
        label=condition(check.metric, check.bound),
        value=value_text(check.metric, value) if value is not None else "—",
        text="" if check.held else ". ".join(filter(None, (_needed(check), _again(check)))),
    )


def _needed(check: Check) -> str:
    if check.held is None:
        return provisional_text(check.metric, check.value) or gettext("Kaspi ещё не считает этот показатель")
    if check.allowed is None:
        return ""
    allowed = plural(check.allowed, *AT_MOST[check.metric])
    return gettext("Нужно не больше %(allowed)s, сейчас %(used)s") % {
        "allowed": allowed,
        "used": grouped(check.value.numerator),
    }


def _again(check: Check) -> str:
    if check.held is None or check.returns_on is None:
        return ""
    return gettext("%(no_new)s будет %(day)s") % {
        "no_new": NO_NEW[check.metric],
        "day": calendar_day(check.returns_on),
    }


def spare_text(check: Check) -> str:
    """«доля отмен, в запасе 2», «рейтинг, выдержит 98 оценок «1»»."""
    parts = {"name": str(NAMES[check.metric]).lower(), "spare": grouped(check.spare)}
    if check.metric is not Metric.RATING:
        return gettext("%(name)s, в запасе %(spare)s") % parts
    marks = plural(check.spare, "оценка", "оценок")
    return gettext("%(name)s, выдержит %(marks)s «1»") % {"name": parts["name"], "marks": marks}


def listed(words: Sequence[str]) -> str:
    """«доля отмен, рейтинг»."""
    return ", ".join(str(word) for word in words)


def short_day(day: date) -> str:
    """«04.12»."""
    return f"{day:%d.%m}"
