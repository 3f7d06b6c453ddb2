"""Decisions of the rule in words, and rules as one sentence."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.auto_accept.rules import Cover, Reason, Rules, Verdict
from staff.formats import almaty_moment, plural, tenge
from staff.languages import later as _
from staff.page_parts import Chip

CHIPS: Mapping[Verdict, Chip] = {
    Verdict.ACCEPT: Chip(_("Принят"), "ok", "check"),
    Verdict.WAIT: Chip(_("Ждёт"), "accent", "clock"),
    Verdict.HOLD: Chip(_("Придержан"), "warn", "circle-minus"),
}
# What a person can do about a held order, where there is something.
ADVICE: Mapping[Reason, str] = {
    Reason.UNCOUNTED: _("Укажите остаток товара на точке, и правило примет заказ само."),
    Reason.SHORT: _("Проверьте полку: если товар есть, исправьте остаток, если нет – отмените заказ."),
    Reason.RED_BUDGET: _("Ещё одна отмена перейдёт границу. Проверьте товар и примите заказ сами."),
    Reason.LINES_UNKNOWN: _("Состав придёт с ближайшим чтением Kaspi."),
    Reason.NO_POINT: _("Kaspi не назвал точку. Примите заказ сами."),
    Reason.STOPPED: _("Примите заказ сами или включите автоприём."),
}


def title_of(details: Mapping[str, Any]) -> str:
    """«Принят по правилу, версия 3», «Не принят автоматически: товара не хватает», of an event of the history."""
    verdict, reason = str(details.get("verdict")), str(details.get("ruled"))
    if verdict == Verdict.ACCEPT:
        return gettext("Принят по правилу, версия %(version)s") % {"version": details.get("version", "")}
    why = str(Reason(reason).label) if reason in Reason.values else reason
    if verdict == Verdict.WAIT:
        return gettext("Автоприём ждёт: %(why)s") % {"why": why}
    return gettext("Не принят автоматически: %(why)s") % {"why": why}


def text_of(details: Mapping[str, Any], *, now: datetime) -> str:
    """Until when it waits, or which version of the rules has held it."""
    until = parse_datetime(str(details.get("until") or ""))
    if until is not None:
        return gettext("примет %(moment)s") % {"moment": almaty_moment(until, now=now)}
    held = details.get("verdict") == Verdict.HOLD
    return gettext("правила, версия %(version)s") % {"version": details.get("version", "")} if held else ""


def advice_of(details: Mapping[str, Any]) -> str:
    """What a person may do about it; empty when nothing but to decide himself."""
    reason = str(details.get("ruled"))
    return str(ADVICE.get(Reason(reason), "")) if reason in Reason.values else ""


def seen_words(seen: Mapping[str, Any]) -> Iterator[str]:
    """«24 990 ₸», «остаток есть», «запас отмен 3»: what the decision looked at."""
    if seen.get("sum"):
        yield tenge(seen["sum"])
    if seen.get("stock") in Cover.values:
        yield gettext("остаток: %(cover)s") % {"cover": Cover(seen["stock"]).label}
    if seen.get("budget_left") is not None:
        yield gettext("запас отмен %(left)s") % {"left": seen["budget_left"]}


def rules_words(rules: Rules) -> str:
    """The rules in one line, but for what is as it comes."""
    return ", ".join(_told(rules))


def _told(rules: Rules) -> Iterator[str]:
    yield gettext("выдержка %(minutes)s") % {"minutes": plural(rules.wait_minutes, "минута", "минут")}
    if rules.least_sum is not None:
        yield gettext("от %(sum)s") % {"sum": tenge(rules.least_sum)}
    if rules.most_sum is not None:
        yield gettext("до %(sum)s") % {"sum": tenge(rules.most_sum)}
    if rules.most_lines is not None:
        yield gettext("позиций до %(most)s") % {"most": rules.most_lines}
    if rules.most_pieces is not None:
        yield gettext("штук до %(most)s") % {"most": rules.most_pieces}
    if rules.oldest_hours is not None:
        yield gettext("не старше %(hours)s") % {"hours": plural(rules.oldest_hours, "час", "часов")}
    if rules.only_words:
        yield gettext("только: %(words)s") % {"words": ", ".join(rules.only_words)}
    if rules.never_words:
        yield gettext("кроме: %(words)s") % {"words": ", ".join(rules.never_words)}
    yield from _ticked(rules)


def _ticked(rules: Rules) -> Iterator[str]:
    if rules.in_hours:
        yield gettext("в часы работы точки")
    if rules.express:
        yield gettext("и Express")
    if rules.signing:
        yield gettext("и на подпись")
    if not rules.mind_budget:
        yield gettext("без оглядки на запас отмен")
