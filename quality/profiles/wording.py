"""Rules of a profile in words: exact, whatever the owner wrote."""

from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext

from quality.formulas import BY_ARRIVAL, FORMULA, IN_ITEMS, OF_ARRIVED, Metric
from quality.thresholds import (
    Bound,
    Comparator,
    Confidence,
    Profile,
    Rule,
    SourceKind,
    Step,
    StepKind,
    WindowEnd,
    is_rolling,
)
from staff.formats import calendar_day, grouped, plural, share
from staff.languages import later as _
from staff.page_parts import Chip

COMPARED: Mapping[Comparator, str] = {
    Comparator.GE: _("от %(value)s"),
    Comparator.GT: _("выше %(value)s"),
    Comparator.LE: _("не выше %(value)s"),
    Comparator.LT: _("ниже %(value)s"),
}
SIGNS: Mapping[Comparator, str] = {Comparator.GE: "≥", Comparator.GT: ">", Comparator.LE: "≤", Comparator.LT: "<"}
ENDS: Mapping[WindowEnd, str] = {
    WindowEnd.YESTERDAY: _("%(days)s, по вчерашний"),
    WindowEnd.TODAY: _("%(days)s вместе с сегодняшним"),
    WindowEnd.NOW: _("%(days)s по 24 часа до этой минуты"),
}
END_CHOICES: Mapping[WindowEnd, str] = {
    WindowEnd.YESTERDAY: _("целые дни по вчерашний"),
    WindowEnd.TODAY: _("целые дни с сегодняшним"),
    WindowEnd.NOW: _("ровно по эту минуту"),
}
CONFIDENCE: Mapping[Confidence, Chip] = {
    Confidence.HIGH: Chip(_("верим"), "ok"),
    Confidence.MEDIUM: Chip(_("вероятно"), "accent"),
    Confidence.LOW: Chip(_("под вопросом"), "warn"),
}
SOURCES: Mapping[SourceKind, str] = {
    SourceKind.GUIDE: _("Гид Kaspi"),
    SourceKind.LIVE: _("снято с кабинета"),
    SourceKind.CONTRACT: _("условия Kaspi"),
    SourceKind.SEED: _("пересказ"),
    SourceKind.MANUAL: _("записано вручную"),
}
FORMULAS: Mapping[str, str] = {
    FORMULA.version: _("каждое событие в свой день"),
    BY_ARRIVAL.version: _("всё в день прихода заказа"),
    OF_ARRIVED.version: _("события в свои дни, делим на все пришедшие заказы"),
    IN_ITEMS.version: _("каждое событие в свой день, возвраты в позициях"),
}
STEPS: Mapping[StepKind, str] = {
    StepKind.WARNING: _("предупреждение"),
    StepKind.GOODS_OFF: _("снятие товаров с продажи"),
    StepKind.SHOP_OFF: _("отключение магазина"),
    StepKind.CONTRACT_END: _("расторжение договора"),
}


def exact(value: Fraction, metric: Metric) -> str:
    """«3 %», «2,75 %», «4,6»: as many digits as the line has, four at most."""
    shown = value if metric is Metric.RATING else value * 100
    digits = next((n for n in range(4) if (shown * 10**n).denominator == 1), 4)
    return grouped(value, digits=digits) if metric is Metric.RATING else share(value, digits=digits)


def bound_text(bound: Bound, metric: Metric) -> str:
    """«от 3 %», «ниже 4»: the comparator is in the words."""
    return COMPARED[bound.comparator] % {"value": exact(bound.value, metric)}


def bound_sign(bound: Bound, metric: Metric) -> str:
    """«≥3», «<4,6», for a drawing."""
    return SIGNS[bound.comparator] + exact(bound.value, metric).rstrip("%\u00a0")


def window_text(rule: Rule) -> str:
    """«30 дней, по вчерашний»."""
    # Of a mark only the day is known.
    end = WindowEnd.TODAY if rule.window_end is WindowEnd.NOW and not is_rolling(rule) else rule.window_end
    return ENDS[end] % {"days": plural(rule.window_days, "день", "дней")}


def sample_text(rule: Rule) -> str:
    """«с 10-го заказа или с 3-го нарушения»."""
    if rule.metric is Metric.RATING:
        text = gettext("с %(sample)s-й оценки") % {"sample": rule.min_sample}
    else:
        text = gettext("с %(sample)s-го заказа") % {"sample": rule.min_sample}
    if rule.min_violations is None:
        return text
    return gettext("%(text)s или с %(violations)s-го нарушения") % {"text": text, "violations": rule.min_violations}


def step_text(step: Step) -> str:
    """«отключение магазина, 7 дней»."""
    if step.days is None:
        return str(STEPS[step.kind])
    return gettext("%(what)s, %(days)s") % {"what": STEPS[step.kind], "days": plural(step.days, "день", "дней")}


def ladder_text(profile: Profile) -> str:
    """«отключение магазина, 7 дней → расторжение договора; нарушения помнят 90 дней»; empty where nobody told."""
    if not profile.ladder:
        return ""
    steps = " → ".join(step_text(step) for step in profile.ladder)
    within = plural(profile.violations_within_days, "день", "дней")
    return gettext("%(steps)s; нарушения помнят %(within)s") % {"steps": steps, "within": within}


def held_text(profile: Profile) -> str:
    """«с 6 мая 2025», «по 5 мая 2025», «дата неизвестна»."""
    first, last = (day and calendar_day(day, year=True) for day in (profile.valid_from, profile.valid_to))
    if first and last:
        return gettext("с %(first)s по %(last)s") % {"first": first, "last": last}
    if first:
        return gettext("с %(first)s") % {"first": first}
    return gettext("по %(last)s") % {"last": last} if last else gettext("дата неизвестна")
