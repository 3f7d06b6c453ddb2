"""The four cards of the quality page, and its first sentence."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from quality.asked import Asked
from quality.budget import marks_needed, room
from quality.formulas import Metric
from quality.history.page_models import Spark
from quality.metrics import Measured
from quality.page_models import MetricCard
from quality.reading import Verdict
from quality.scales import NAMES, scale_of, value_text
from quality.thresholds import Bound, Comparator, Status, enough_data
from quality.words import NOUNS, STATUS_CHIPS
from staff.formats import grouped, plural
from staff.page_parts import Chip

# So few left are worth a warning.
FEW_LEFT = 2


def card(verdict: Verdict, asked: Asked, spark: Spark | None) -> MetricCard:
    """One number: its value, verdict, scale, and what is left."""
    measured, rule, metric = verdict.reading.official, verdict.rule, verdict.rule.metric
    judged = verdict.status is not Status.NOT_ENOUGH_DATA and measured.value is not None
    text, icon, level = _room_text(verdict)
    chip = STATUS_CHIPS[verdict.status]
    value = value_text(metric, measured.value) if judged and measured.value is not None else "—"
    number = value.rstrip("%\u00a0")
    return MetricCard(
        name=NAMES[metric],
        url=asked.other(metric),
        value=number,
        unit=value[len(number) :],
        chip=Chip(gettext("Внимание"), "warn") if level == "warn" else chip,
        formula=_formula(measured),
        preview=_preview(verdict) if judged else "",
        budget=text,
        budget_icon=icon,
        level=level,
        scale=scale_of(measured, rule) if judged else None,
        spark=spark if judged else None,
        current=metric is asked.metric,
    )


def _formula(measured: Measured) -> str:
    over, under = NOUNS[measured.metric]
    days = (measured.window.last - measured.window.first).days + 1
    return gettext("%(over)s / %(under)s, %(days)s") % {
        "over": plural(measured.numerator, *over),
        "under": plural(measured.denominator, *under),
        "days": plural(days, "день", "дней"),
    }


def _preview(verdict: Verdict) -> str:
    preview, official = verdict.reading.preview, verdict.reading.official
    if preview.value is None or preview.value == official.value:
        return ""
    unproven = (
        gettext(", %(provisional)s не подтверждены") % {"provisional": preview.provisional}
        if preview.provisional
        else ""
    )
    return gettext("завтра %(value)s%(unproven)s") % {
        "value": value_text(preview.metric, preview.value),
        "unproven": unproven,
    }


def _room_text(verdict: Verdict) -> tuple[str, str, str]:
    """What is left under the line, a picture for it, and the colour of the card."""
    measured, rule = verdict.reading.preview, verdict.rule
    if not enough_data(verdict.reading.official, rule):
        need = gettext("оценок") if rule.metric is Metric.RATING else gettext("заказов")
        return (
            gettext("Пока %(sample)s из %(min_sample)s %(need)s")
            % {"sample": grouped(verdict.reading.official.sample), "min_sample": rule.min_sample, "need": need},
            "clock",
            "",
        )
    if rule.metric is Metric.RATING:
        return _marks_text(verdict)
    found = room(measured.numerator, measured.denominator, rule.critical)
    if verdict.status is Status.CRITICAL or found.used >= found.crosses_at:
        over = found.used - found.crosses_at + 1
        return (
            gettext("Выше границы на %(over)s") % {"over": max(over, 0)}
            if over > 0
            else gettext("Завтра вернётся под границу"),
            "ban",
            "danger",
        )
    level = "warn" if found.left <= FEW_LEFT and verdict.status is Status.WARNING else ""
    return (
        gettext("Запас %(left)s, критична %(crosses_at)s-я") % {"left": found.left, "crosses_at": found.crosses_at},
        "shield-check",
        level,
    )


def _marks_text(verdict: Verdict) -> tuple[str, str, str]:
    measured, rule = verdict.reading.preview, verdict.rule
    if verdict.status is Status.CRITICAL:
        fives = marks_needed(
            measured.numerator, measured.denominator, Bound(Comparator.GE, rule.critical.value), mark=5
        )
        return (
            gettext("Нужно %(fives)s") % {"fives": plural(fives, "пятёрка", "пятёрок")} if fives else "",
            "ban",
            "danger",
        )
    if verdict.preview_status is Status.CRITICAL:
        return gettext("Завтра за границей"), "ban", "danger"
    ones = marks_needed(measured.numerator, measured.denominator, rule.critical, mark=1)
    text = gettext("До критической %(ones)s «1»") % {"ones": plural(ones, "оценка", "оценок")} if ones else ""
    return text, "shield-check", ""


def sentence_of_shops(crossed: Mapping[str, Sequence[Metric]]) -> tuple[str, str]:
    """Of several shops which are beyond a line: Kaspi judges each by itself, whatever they are together."""
    apart = gettext("Kaspi судит каждый магазин отдельно: ниже они вместе.")
    if not crossed:
        return gettext("Ни один магазин не за границей."), apart
    named = [f"{shop} ({', '.join(str(NAMES[one]).lower() for one in metrics)})" for shop, metrics in crossed.items()]
    return gettext("За границей: %(names)s.") % {"names": ", ".join(named)}, apart


def first_sentence(verdicts: Mapping[Metric, Verdict]) -> tuple[str, str]:
    """The first sentence, and what to look at next."""
    judged = [one for one in verdicts.values() if one.status is not Status.NOT_ENOUGH_DATA]
    critical = [NAMES[one.rule.metric].lower() for one in judged if one.status is Status.CRITICAL]
    if not judged:
        return gettext("Пока мало данных."), gettext("Kaspi судит с десяти заказов за 30 дней и с трёх оценок.")
    if critical:
        return gettext("За границей: %(names)s.") % {"names": ", ".join(critical)}, gettext(
            "Kaspi может отключить магазин на 7 дней."
        )
    tomorrow = [NAMES[one.rule.metric].lower() for one in judged if one.preview_status is Status.CRITICAL]
    if tomorrow:
        return gettext("Завтра за границей: %(names)s.") % {"names": ", ".join(tomorrow)}, gettext(
            "Кабинет Kaspi покажет это завтра."
        )
    lefts = [
        (room(one.reading.preview.numerator, one.reading.preview.denominator, one.rule.critical).left, one.rule.metric)
        for one in judged
        if one.rule.metric is not Metric.RATING
    ]
    if not lefts:
        return gettext("Показатели в норме."), ""
    left, metric = min(lefts)
    return gettext("Показатели в норме."), gettext("Ближе всего к границе: %(name)s, в запасе %(left)s.") % {
        "name": NAMES[metric].lower(),
        "left": left,
    }
