"""Words that the forecast and what-if share."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.outlook.backtest import Backtest
from quality.outlook.forecast import DayForecast, Forecast
from quality.scales import value_text
from quality.thresholds import Rule
from staff.formats import calendar_day, grouped, plural, share
from staff.languages import later as _

NOTHING_NEW: Mapping[Metric, str] = {
    Metric.RATING: _("без новых оценок"),
    Metric.CANCELLED: _("без новых заказов и отмен"),
    Metric.LATE_HANDOVER: _("без новых передач"),
    Metric.QUALITY_RETURNS: _("без новых выдач и возвратов"),
}
NONE = "—"


def told(metric: Metric, value: float | Fraction | None) -> str:
    """«2,18 %», «4,71», «—»."""
    return NONE if value is None else value_text(metric, Fraction(value).limit_denominator(1_000_000))


def band(metric: Metric, day: DayForecast) -> str:
    """«1,90–2,44 %»."""
    low, high = told(metric, day.low), told(metric, day.high)
    return low if low == high else f"{low.rstrip('%').strip()}–{high}"


def chance(day: DayForecast) -> str:
    """«14 %»; what no path or every path says is not called certain."""
    if day.critical < 0.01:
        return f"< {share(Fraction(1, 100), digits=0)}"
    if day.critical > 0.99:
        return f"> {share(Fraction(99, 100), digits=0)}"
    return share(Fraction(day.critical).limit_denominator(1_000), digits=0)


def is_beyond(rule: Rule, value: float | Fraction | None) -> bool:
    """Whether a value is beyond the critical line."""
    return value is not None and rule.critical.met_by(Fraction(value).limit_denominator(1_000_000))


def breach(found: Forecast, now: Fraction | None) -> tuple[str, str]:
    """When the line is passed, and the colour of that."""
    if is_beyond(found.rule, now):
        back = next((day for day in found.days if day.critical < 0.5), None)
        if back is None:
            return gettext("Число за границей и текущим ходом за 14 дней не вернётся."), "danger"
        return gettext("Число за границей, текущим ходом вернётся %(day)s.") % {"day": calendar_day(back.day)}, "danger"
    if found.likely is not None:
        return gettext("Текущим ходом перейдёт границу %(day)s.") % {"day": calendar_day(found.likely.day)}, "danger"
    if found.possible is not None:
        return gettext("Граница возможна с %(day)s, вероятность до %(chance)s.") % {
            "day": calendar_day(found.possible.day),
            "chance": chance(max(found.days, key=lambda day: day.critical)),
        }, "warn"
    days = plural(len(found.days), "день", "дней")
    return gettext("За %(days)s границу вряд ли перейдёт.") % {"days": days}, ""


def error(metric: Metric, found: Backtest | None) -> str:
    """«Ошибка на вашем прошлом: ±0,21 п. п. через 14 дней, ±0,12 через 7; в полосе 7 из 8»."""
    if found is None:
        return gettext("Мало истории, чтобы проверить прогноз на вашем прошлом.")
    last, halfway = (_off(metric, one) for one in (found.error_14, found.error_7))
    return gettext(
        "Ошибка на вашем прошлом: ±%(last)s через 14 дней, ±%(halfway)s через 7. В полосе %(inside)s из %(points)s."
    ) % {"last": last, "halfway": halfway, "inside": found.inside, "points": found.points}


def _off(metric: Metric, value: float) -> str:
    if metric is Metric.RATING:
        return grouped(value, digits=2)
    return gettext("%(points)s п. п.") % {"points": grouped(value * 100, digits=2)}


def listed(texts: Sequence[str]) -> str:
    """«а, б и в»."""
    if len(texts) < 2:
        return "".join(texts)
    return gettext("%(first)s и %(last)s") % {"first": ", ".join(texts[:-1]), "last": texts[-1]}
