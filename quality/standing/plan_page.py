"""The plan of action in words: for people on a page, and the same as plain text to be copied into an answer to Kaspi."""

from datetime import timedelta

from django.utils.translation import gettext

from orders.returns.reasons import ReturnReason
from orders.words import CANCEL_REASONS
from quality.budget import days_ahead, marks_needed
from quality.formulas import Metric
from quality.scales import NAMES, value_text
from quality.standing.conditions import against, check
from quality.standing.facts import Part, Parts, parts_of
from quality.standing.ladder_panel import is_again, step_title
from quality.standing.panel_models import PlanPage, PlanPart, PlanSection
from quality.standing.plan import REASONS, UNKNOWN, advice
from quality.standing.reading import SIGHT, Standing
from quality.standing.words import condition
from quality.thresholds import Rule, Status, whole_window
from quality.words import NOUNS
from staff.formats import calendar_day, grouped, plural
from staff.page_parts import Empty

# So many of the days on which something leaves are told.
LEAVING_DAYS = 5


def plan_page(standing: Standing | None, *, title: str, back_url: str) -> PlanPage:
    """Everything that `templates/quality/plan.html` prints of one shop; of a part of a shop there is no plan."""
    if standing is None:
        empty = Empty(
            gettext("Kaspi судит магазин целиком"), gettext("План составляет тот, кому видны все точки магазина.")
        )
        return PlanPage(title=title, note="", back_url=back_url, empty=empty)
    metrics = broken(standing)
    if not metrics and standing.ladder.current is None:
        empty = Empty(
            gettext("Плана не нужно"), gettext("Ни один показатель не за границей, и Kaspi магазин не отключал.")
        )
        return PlanPage(title=title, note=standing.shop.name, back_url=back_url, empty=empty)
    lead, duties = _lead(standing), _duties(standing)
    sections = tuple(_section(standing, metric) for metric in metrics)
    note = gettext("%(shop)s, по данным на %(day)s") % {
        "shop": standing.shop.name,
        "day": calendar_day(standing.today - timedelta(days=1), year=True),
    }
    text = _plain(f"{title}. {note}", lead, sections, duties)
    return PlanPage(
        title=title,
        note=note,
        back_url=back_url,
        lead=lead,
        sections=sections,
        duties=duties,
        text=text,
        rows=min(text.count("\n") + 2, 40),
    )


def broken(standing: Standing) -> tuple[Metric, ...]:
    """The numbers that a plan is about: critical today, or named by the sanction that runs."""
    named = standing.ladder.current.metrics if standing.ladder.current else ()
    return tuple(metric for metric, value in standing.now.items() if value.status is Status.CRITICAL or metric in named)


def _lead(standing: Standing) -> str:
    found = standing.ladder
    if found.current is None:
        return gettext("Граница пройдена, о блокировке не сообщали.")
    number = min(found.current.step, len(found.steps)) - 1
    parts = {
        "step": step_title(found.steps[number], again=is_again(found, number)),
        "day": calendar_day(found.current.began_on),
    }
    if found.until is None:
        return gettext("%(step)s с %(day)s.") % parts
    return gettext("%(step)s: с %(day)s, до %(until)s.") % {**parts, "until": calendar_day(found.until)}


def _duties(standing: Standing) -> tuple[str, ...]:
    if standing.ladder.current is None:
        return ()
    said = [gettext("Выдаём заказы, принятые до блокировки, и обрабатываем возвраты.")]
    if standing.ladder.apply_again_on:
        day = calendar_day(standing.ladder.apply_again_on)
        said.append(gettext("Подаём заявку на возвращение: можно с %(day)s.") % {"day": day})
    return tuple(said)


def _section(standing: Standing, metric: Metric) -> PlanSection:
    rule = standing.profile.rules[metric]
    parts = parts_of(metric, standing.shop.pk, whole_window(rule, standing.today))
    return PlanSection(
        title=str(NAMES[metric]),
        facts=tuple(filter(None, (_measured(standing, rule), _way_back(standing, rule), _leaving(standing, rule)))),
        parts=_parts(metric, parts),
        fixes=advice(metric, [one.code for one in parts.reasons]),
    )


def _measured(standing: Standing, rule: Rule) -> str:
    """«3,32 %: 41 отмена на 1 236 заказов, с 31 октября по 29 ноября. Граница: отмены от 3 %.»"""
    value, metric = standing.now[rule.metric], rule.metric
    window = whole_window(rule, standing.today)
    over, under = NOUNS[metric]
    return gettext("%(value)s: %(over)s на %(under)s, с %(first)s по %(last)s. Критично: %(line)s.") % {
        "value": value_text(metric, value.value) if value.value is not None else "—",
        "over": plural(value.numerator, *over),
        "under": plural(value.denominator, *under),
        "first": calendar_day(window.first),
        "last": calendar_day(window.last),
        "line": condition(metric, rule.critical).lower(),
    }


def _way_back(standing: Standing, rule: Rule) -> str:
    metric, bound = rule.metric, against(rule.critical)
    found = check(metric, bound, standing.now[metric], standing.ahead[metric])
    if found.held is None:
        return ""
    if found.held:
        return gettext("Сейчас показатель не за границей.")
    said = []
    if found.allowed is not None:
        parts = {"allowed": grouped(found.allowed), "extra": grouped(found.value.numerator - found.allowed)}
        said.append(gettext("Нужно не больше %(allowed)s, лишних %(extra)s.") % parts)
    elif fives := marks_needed(found.value.numerator, found.value.denominator, bound, mark=5):
        said.append(gettext("Нужно %(fives)s подряд.") % {"fives": plural(fives, "пятёрка", "пятёрок")})
    if found.returns_on:
        day = calendar_day(found.returns_on)
        said.append(gettext("Без новых нарушений вернётся под границу %(day)s.") % {"day": day})
    else:
        days = plural(SIGHT, "день", "дней")
        said.append(gettext("За %(days)s сам по себе под границу не вернётся.") % {"days": days})
    return " ".join(said)


def _leaving(standing: Standing, rule: Rule) -> str:
    """«Выйдут из окна: 1 декабря – 3, 4 декабря – 1.»"""
    if rule.metric is Metric.RATING:
        return ""
    ahead = days_ahead(standing.days.get(rule.metric, ()), rule, today=standing.today)
    told = [day for day in ahead if day.leaving_used][:LEAVING_DAYS]
    days = ", ".join(f"{calendar_day(day.day)} – {day.leaving_used}" for day in told)
    return gettext("Первыми выйдут из окна: %(days)s.") % {"days": days} if told else ""


def _parts(metric: Metric, parts: Parts) -> tuple[PlanPart, ...]:
    lists = (
        (gettext("Причины"), parts.reasons, lambda one: reason_name(metric, one.code)),
        (gettext("Товары"), parts.goods, _good),
        (gettext("Точки"), parts.points, lambda one: one.name or gettext("без точки")),
    )
    return tuple(
        PlanPart(title, tuple((str(name(one)), grouped(one.count)) for one in found))
        for title, found, name in lists
        if found
    )


def _good(one: Part) -> str:
    if not one.code:
        return one.name or gettext("товар не назван")
    return f"{one.name} ({one.code})" if one.name else one.code


def reason_name(metric: Metric, code: str) -> str:
    """A reason as people say it."""
    if metric is Metric.RATING:
        return gettext("Оценка %(mark)s") % {"mark": code}
    if metric is Metric.QUALITY_RETURNS and code in ReturnReason.values:
        return str(ReturnReason(code).label)
    return str(REASONS.get(code) or CANCEL_REASONS.get(code, UNKNOWN))


def _plain(title: str, lead: str, sections: tuple[PlanSection, ...], duties: tuple[str, ...]) -> str:
    lines = [title, "", lead]
    for section in sections:
        lines += ["", section.title.upper(), *section.facts]
        for part in section.parts:
            lines.append(f"{part.title}: " + "; ".join(f"{name} – {count}" for name, count in part.lines))
        lines += [gettext("Что делаем:"), *(f"– {fix}" for fix in section.fixes)]
    if duties:
        lines += ["", *(f"– {duty}" for duty in duties)]
    # Thin spaces and such are for the page; a letter is plain.
    return "\n".join(lines).replace("\u2009", " ").replace("\u00a0", " ")
