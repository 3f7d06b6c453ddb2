"""«Если граница пройдена»: the steps, where the shop stands on them, what each costs."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext

from quality.scales import NAMES
from quality.standing.ladder import APPLY_AGAIN_DAYS, WITHIN_DAYS, Ladder, Violation
from quality.standing.panel_models import LadderPanel, Stage, ViolationLine
from quality.standing.panels import address
from quality.standing.reading import Standing, revenue_a_day
from quality.standing.words import listed
from quality.thresholds import Step, StepKind
from staff.access import Actor
from staff.formats import calendar_day, plural, tenge
from staff.languages import later as _
from staff.page_parts import Chip
from staff.permissions import Permission

# Kind of a step → its title, and what it means.
STEPS: Mapping[StepKind, tuple[str, str]] = {
    StepKind.WARNING: (_("Предупреждение"), _("Магазин работает, Kaspi ждёт исправления.")),
    StepKind.GOODS_OFF: (_("Товары сняты с продажи"), _("Принятые заказы выдаём, возвраты обрабатываем.")),
    StepKind.SHOP_OFF: (_("Блокировка"), _("Новых заказов нет. Принятые выдаём, возвраты обрабатываем.")),
    StepKind.CONTRACT_END: (_("Бессрочно"), ""),
}


def ladder_panel(standing: Standing, *, by: Actor) -> LadderPanel:
    """The ladder; money only to who may see revenue (one query more)."""
    found = standing.ladder
    money = revenue_a_day(standing) if by.may(Permission.REVENUE_VIEW) else None
    may_tell = by.may(Permission.QUALITY_MANAGE) and by.sees_whole(standing.shop.pk)
    return LadderPanel(
        stages=tuple(_stage(found, number, step, money) for number, step in enumerate(found.steps)),
        lead=_lead(standing),
        violations=tuple(_violation(found, one) for one in found.violations),
        note=_note(),
        url=address("ladder/", standing),
        may_tell=may_tell,
    )


def step_title(step: Step, *, again: bool = False) -> str:
    """«Блокировка на 7 дней», «Повторно, ещё 7 дней»."""
    title = str(STEPS[step.kind][0])
    if step.days is None:
        return title
    days = plural(step.days, "день", "дней")
    if again:
        return gettext("Повторно, ещё %(days)s") % {"days": days}
    return gettext("%(title)s на %(days)s") % {"title": title, "days": days}


def is_again(ladder: Ladder, number: int) -> bool:
    """Whether the step before it was the same."""
    return number > 0 and ladder.steps[number - 1] == ladder.steps[number]


def _stage(ladder: Ladder, number: int, step: Step, money: Decimal | None) -> Stage:
    text = str(STEPS[step.kind][1])
    if step.kind is StepKind.CONTRACT_END:
        days = plural(APPLY_AGAIN_DAYS, "день", "дней")
        text = gettext("Заявка на возвращение через %(days)s, показатели с нуля.") % {"days": days}
    elif is_again(ladder, number):
        text = gettext("Если показатель не вернулся в норму или нарушен снова.")
    return Stage(
        no=str(number + 1),
        title=step_title(step, again=is_again(ladder, number)),
        text=text,
        money=_money(step, money),
        chip=_chip(ladder, number),
    )


def _chip(ladder: Ladder, number: int) -> Chip | None:
    if ladder.current is not None and min(ladder.current.step, len(ladder.steps)) - 1 == number:
        return Chip(gettext("идёт"), "danger")
    return Chip(gettext("следующий"), "warn") if ladder.following == number and not ladder.ended else None


def _money(step: Step, a_day: Decimal | None) -> str:
    if a_day is None or step.kind is StepKind.WARNING:
        return ""
    if step.kind is StepKind.CONTRACT_END:
        return gettext("Не меньше %(money)s выручки") % {"money": _rounded(a_day * APPLY_AGAIN_DAYS)}
    return gettext("Около %(money)s выручки") % {"money": _rounded(a_day * step.days)} if step.days else ""


def _rounded(money: Decimal) -> str:
    """An estimate is told in thousands."""
    return tenge(round(money, -3) if money >= 1000 else money)


def _lead(standing: Standing) -> str:
    found = standing.ladder
    if not found.count:
        return gettext("За %(days)s нарушений нет.") % {"days": plural(WITHIN_DAYS, "день", "дней")}
    said = gettext("За %(days)s %(count)s.") % {
        "days": plural(WITHIN_DAYS, "день", "дней"),
        "count": plural(found.count, "нарушение", "нарушений"),
    }
    first = min(one.expires_on for one in found.violations)
    after = found.after(first)
    left = gettext("останется %(after)s") % {"after": after} if after else gettext("не останется ни одного")
    said += " " + gettext("Ближайшее перестанет считаться %(day)s, тогда %(left)s.") % {
        "day": calendar_day(first),
        "left": left,
    }
    return said


def _violation(ladder: Ladder, one: Violation) -> ViolationLine:
    names = listed([str(NAMES[metric]) for metric in one.metrics]) or gettext("показатель не назван")
    if one.told is None:
        source = gettext("по нашему расчёту, о блокировке не сообщали")
    else:
        number = min(one.told.step, len(ladder.steps)) - 1
        step = step_title(ladder.steps[number], again=is_again(ladder, number))
        source = gettext("%(step)s, со слов: %(by)s") % {"step": step, "by": one.told.by}
    if one.weight > 1:
        source += gettext(", считается за %(weight)s") % {"weight": one.weight}
    return ViolationLine(
        day=calendar_day(one.day),
        what=names,
        source=source,
        expires=calendar_day(one.expires_on),
        note=one.told.note if one.told else "",
        told_on=one.told.began_on.isoformat() if one.told else "",
    )


def _note() -> str:
    return gettext(
        "Нарушение – день, когда показатель вышел за границу. Показатели считаются при 10 заказах за 30 дней или"
        " после третьего нарушения, рейтинг – после третьей оценки за 90 дней."
    )
