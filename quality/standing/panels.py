"""Panels of the quality page about a shop's standing: «Отличный продавец», Kaspi Жұма, and the notice of a crossed line."""

from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.scales import NAMES, value_text
from quality.standing.excellent import CONDITIONS, ISSUED, WEEK, Excellent, excellent
from quality.standing.friday import SOURCE, Friday, friday
from quality.standing.panel_models import Action, BlockedNotice, CheckLine, ExcellentPanel, FridayPanel
from quality.standing.reading import SIGHT, Standing
from quality.standing.words import STATES, check_line, line_text, listed, short_day, spare_text
from quality.thresholds import Status
from staff.access import Actor
from staff.formats import calendar_day, grouped, plural
from staff.page_parts import Chip
from staff.permissions import Permission


def address(page: str, standing: Standing, **more: str) -> str:
    """An address of the quality pages with this shop."""
    return f"/quality/{page}?" + urlencode({"shop": standing.shop.slug, **more})


# --- «Отличный продавец» ----------------------------------------------------------------------------------------------


def excellent_panel(standing: Standing) -> ExcellentPanel:
    """The five conditions, those that hold first, and the days of the week that are full."""
    found = excellent(standing.past, standing.ahead, standing.profile)
    lines = [_issued(found), *(check_line(one) for one in found.checks)]
    counted = min(found.streak, WEEK)
    return ExcellentPanel(
        chip=Chip(
            gettext("%(held)s из %(all)s") % {"held": found.held, "all": CONDITIONS}, "ok" if found.earned else ""
        ),
        checks=tuple(sorted(lines, key=lambda line: line.mark != "ok")),
        week=gettext("Держатся %(counted)s из %(week)s дней подряд") % {"counted": counted, "week": WEEK},
        days=tuple(number < counted for number in range(WEEK)),
        notice=_excellent_notice(found),
        level="ok" if found.earned else "",
    )


def _issued(found: Excellent) -> CheckLine:
    mark, icon, state = STATES[found.enough_issued]
    more = "" if found.enough_issued else gettext("Ещё %(more)s за 30 дней")
    return CheckLine(
        mark=mark,
        icon=icon,
        state=state,
        label=gettext("Выдано заказов, от %(least)s") % {"least": ISSUED},
        value=grouped(found.issued),
        text=more % {"more": plural(ISSUED - found.issued, "выдача", "выдач")} if more else "",
    )


def _excellent_notice(found: Excellent) -> str:
    said = []
    if found.streak and found.since:
        days = plural(found.streak, "день", "дней")
        text = gettext("Все условия держатся %(days)s, с %(since)s.")
        if found.at_least:
            text = gettext("Все условия держатся не меньше %(days)s, с %(since)s.")
        said.append(text % {"days": days, "since": calendar_day(found.since)})
    if found.earned:
        said.append(gettext("Этого хватает для статуса."))
    else:
        said.append(_when(found))
    if found.streak and found.breaks_first:
        said.append(gettext("Раньше всего сломается %(what)s.") % {"what": spare_text(found.breaks_first)})
    return " ".join(said)


def _when(found: Excellent) -> str:
    rule = gettext("Статус дают, если все условия держатся 7 дней подряд.")
    if found.earliest is None:
        days = plural(SIGHT, "день", "дней")
        return rule + " " + gettext("За %(days)s сам по себе не придёт.") % {"days": days}
    return rule + " " + gettext("Без новых нарушений это %(day)s.") % {"day": calendar_day(found.earliest)}


# --- Kaspi Жұма -------------------------------------------------------------------------------------------------------


def friday_panel(standing: Standing) -> FridayPanel:
    """Whether the shop may take part in Kaspi Жұма, and when it may again."""
    found = friday(standing.now, standing.ahead)
    chips = {
        True: Chip(gettext("Допущен"), "ok"),
        False: Chip(gettext("Не допущен"), "danger"),
        None: Chip(gettext("Мало данных")),
    }
    return FridayPanel(
        chip=chips[found.eligible],
        checks=tuple(check_line(one) for one in found.checks),
        notice=_friday_notice(found),
        source=gettext("Условия Kaspi Жұма %(source)s") % {"source": SOURCE},
        level="" if found.eligible is not False else "warn",
    )


def _friday_notice(found: Friday) -> str:
    if found.eligible:
        least = min(found.checks, key=lambda one: one.spare)
        return gettext("Ближе всего к границе %(what)s.") % {"what": spare_text(least)}
    if found.eligible is None:
        unknown = listed([str(NAMES[one.metric]).lower() for one in found.checks if one.held is None])
        return gettext("Kaspi ещё не считает: %(names)s.") % {"names": unknown}
    failed = listed([str(NAMES[one.metric]).lower() for one in found.checks if one.held is False])
    mess = gettext("Мешает: %(names)s.") % {"names": failed}
    if found.returns_on is None:
        return mess + " " + gettext("Когда вернётся, при нынешнем ходе неизвестно.")
    return (
        mess
        + " "
        + gettext("Вернётся не раньше %(day)s, если новых нарушений не будет.") % {"day": short_day(found.returns_on)}
    )


# --- A crossed line ---------------------------------------------------------------------------------------------------


def blocked_notice(standing: Standing, *, by: Actor) -> BlockedNotice | None:
    """What stands above the numbers: the contract is at its end, the shop is off, or a number is critical and Kaspi may act.
    None where nothing of it is so.
    """
    crossed = [metric for metric, value in standing.now.items() if value.status is Status.CRITICAL]
    title, text = _ended(standing) or _off(standing) or _at_risk(standing, crossed) or ("", "")
    if not title:
        return None
    facts = _crossed(standing, crossed)
    return BlockedNotice(title=title, text=f"{facts} {text}".strip(), actions=_actions(standing, crossed, by=by))


def _crossed(standing: Standing, crossed: list[Metric]) -> str:
    """«Доля отмен 3,32 %, граница 3 %.»"""
    said = []
    for metric in crossed:
        value, line = standing.now[metric].value, standing.profile.rules[metric].critical.value
        assert value is not None, "what is not formed is not critical"
        said.append(
            gettext("%(name)s %(value)s, граница %(line)s.")
            % {"name": NAMES[metric], "value": value_text(metric, value), "line": line_text(metric, line)}
        )
    return " ".join(said)


def _ended(standing: Standing) -> tuple[str, str] | None:
    found = standing.ladder
    if not found.ended or found.current is None or found.apply_again_on is None:
        return None
    title = gettext("Kaspi прекратил договор %(day)s") % {"day": calendar_day(found.current.began_on)}
    text = gettext("Заявку на возвращение можно подать с %(day)s, показатели начнутся с нуля.")
    return title, text % {"day": calendar_day(found.apply_again_on)}


def _off(standing: Standing) -> tuple[str, str] | None:
    found = standing.ladder
    if found.current is None or found.until is None:
        return None
    title = gettext("Магазин заблокирован до %(day)s, этап %(step)s из %(steps)s") % {
        "day": calendar_day(found.until),
        "step": found.current.step,
        "steps": len(found.steps),
    }
    left = plural((found.until - standing.today).days, "день", "дней")
    text = gettext("Новых заказов не будет ещё %(left)s. Принятые заказы выдаём, возвраты обрабатываем.")
    return title, text % {"left": left}


def _at_risk(standing: Standing, crossed: list[Metric]) -> tuple[str, str] | None:
    if not crossed:
        return None
    found = standing.ladder
    # The crisis of today is a violation already: its own step is meant, not the one after it.
    step = min(max(found.count, 1), len(found.steps))
    text = gettext("Kaspi может отключить магазин: по нашему счёту это этап %(step)s из %(steps)s.")
    return gettext("Граница пройдена"), text % {"step": step, "steps": len(found.steps)}


def _actions(standing: Standing, crossed: list[Metric], *, by: Actor) -> tuple[Action, ...]:
    said = [Action(gettext("План действий"), address("plan/", standing))]
    if crossed:
        behind = address("", standing, metric=crossed[0].value) + "#behind"
        said.insert(0, Action(gettext("Заказы за этим числом"), behind))
    may_tell = by.may(Permission.QUALITY_MANAGE) and by.sees_whole(standing.shop.pk)
    label = gettext("Сообщить о блокировке") if may_tell else gettext("Что дальше")
    return (*said, Action(label, address("ladder/", standing), quiet=True))
