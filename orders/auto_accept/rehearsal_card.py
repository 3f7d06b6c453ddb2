"""A rehearsal in words: what would have been accepted and held, what became of it, and what nobody knows of that time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from orders.auto_accept.page_models import Group, OrderLine, RehearsalCard
from orders.auto_accept.past import MOST, Report
from orders.auto_accept.rehearsal import Decided, Outcome, Rehearsal
from staff.formats import almaty_moment, calendar_day, grouped, order_groups, plural, time_left
from staff.languages import later as _
from staff.page_parts import Chip

NAMED: Final = 30
OUTCOMES: Final = {
    Outcome.OPEN: Chip(_("в работе"), "", "clock"),
    Outcome.DONE: Chip(_("выполнен"), "ok", "check"),
    Outcome.SHOP: Chip(_("отменён магазином"), "danger", "circle-x"),
    Outcome.EXPIRED: Chip(_("не принят в срок"), "danger", "alarm-clock"),
    Outcome.BUYER: Chip(_("отменён не магазином"), "", "ban"),
}


def card_of(report: Report, *, now: datetime) -> RehearsalCard:
    """What `templates/orders/auto_accept/_rehearsal.html` prints."""
    told = report.rehearsal
    return RehearsalCard(
        title=gettext("Прогон за %(days)s") % {"days": plural(report.days, "день", "дней")},
        lead=gettext("Принял бы %(accepted)s, придержал %(held)s")
        % {"accepted": grouped(len(told.accepted)), "held": grouped(len(told.held))},
        facts=tuple(_facts(told)),
        groups=tuple(_groups(told, now=now)),
        unknown=tuple(_unknown(report, now=now)),
    )


def _facts(told: Rehearsal) -> Iterator[str]:
    cancels, missed = _ended(told.accepted, Outcome.SHOP), _ended(told.held, Outcome.SHOP)
    yield gettext("Из принятых стали отменами магазина: %(cancels)s, из придержанных: %(missed)s") % {
        "cancels": len(cancels),
        "missed": len(missed),
    }
    saved = told.saved()
    if saved is not None:
        minutes = time_left(int(saved.total_seconds()))
        yield gettext("В среднем на %(minutes)s раньше, чем приняли люди") % {"minutes": minutes}
    expired = _ended(told.accepted, Outcome.EXPIRED)
    if expired:
        orders = plural(len(expired), "заказ", "заказов")
        yield gettext("Не пропустил бы срок принятия: %(orders)s") % {"orders": orders}
    if told.gone:
        orders = plural(len(told.gone), "заказ", "заказов")
        yield gettext("Отменены раньше, чем дошла очередь, и ничего не стоили: %(orders)s") % {"orders": orders}


def _groups(told: Rehearsal, *, now: datetime) -> Iterator[Group]:
    """First what to worry about: accepted and then cancelled by the shop; then what was held, by reason."""
    at_risk = _ended(told.accepted, Outcome.SHOP)
    if at_risk:
        note = gettext("Товар по журналу был, а заказ отменили: проверьте, не ошибается ли остаток")
        yield _group("cancelled", gettext("Приняты и отменены магазином"), at_risk, "danger", note, now=now)
    saved = _ended(told.accepted, Outcome.EXPIRED)
    if saved:
        yield _group("expired", gettext("Приняты, а без правила пропустили срок"), saved, "ok", now=now)
    for reason, _count in told.reasons().most_common():
        held = [one for one in told.held if one.decision.reason is reason]
        label = str(reason.label)
        yield _group(reason.value, label[:1].upper() + label[1:], held, "warn", now=now)
    if told.gone:
        yield _group("gone", gettext("Отменены до решения"), told.gone, "", now=now)
    if told.accepted:
        yield _group("accepted", gettext("Приняты"), told.accepted, "ok", now=now)


def _group(key: str, title: str, found: Sequence[Decided], level: str, note: str = "", *, now: datetime) -> Group:
    newest = sorted(found, key=lambda one: one.order.facts.arrived_at, reverse=True)[:NAMED]
    return Group(key, title, grouped(len(found)), level, tuple(_line(one, now=now) for one in newest), note)


def _line(one: Decided, *, now: datetime) -> OrderLine:
    arrived = almaty_moment(one.order.facts.arrived_at, now=now)
    saved = int(one.saved.total_seconds())
    note = gettext("на %(time)s раньше") % {"time": time_left(saved)} if one.accepts and saved >= 60 else ""
    return OrderLine(
        no=order_groups(one.order.code),
        url=f"/orders/{one.order.code}/",
        chip=OUTCOMES[one.order.outcome],
        text=arrived,
        note=note,
    )


def _ended(found: Sequence[Decided], outcome: Outcome) -> list[Decided]:
    return [one for one in found if one.order.outcome is outcome]


def _unknown(report: Report, *, now: datetime) -> Iterator[str]:
    if report.cut:
        told = {"most": grouped(MOST), "since": almaty_moment(report.since, now=now)}
        yield gettext("Заказов больше, чем можно прогнать сразу: взяты последние %(most)s, с %(since)s") % told
    yield gettext("Остаток взят из журнала движений на тот момент. До первого пересчёта товара его никто не знает")
    yield gettext("Часы точек, общие склады и правила Kaspi взяты нынешние, заказы других магазинов не учтены")
    if report.budget_from is None:
        yield gettext("Запас отмен за прошлые дни неизвестен: считали, что он был")
    else:
        yield gettext("Запас отмен известен с %(day)s, раньше считали, что он был") % {
            "day": calendar_day(report.budget_from)
        }
    if report.forgotten:
        orders = plural(report.forgotten, "заказ", "заказов")
        yield gettext("У забытых покупателей адрес стёрт, проверен только город: %(orders)s") % {"orders": orders}
    yield gettext("Придержанный заказ считаем придержанным до конца, хотя правило смотрит на него снова")
