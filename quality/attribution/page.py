"""An order in one number, in words: the judgement, what proves it, what people said, what Kaspi changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.models import Evidence, Order
from orders.words import CANCEL_REASONS
from quality.attribution import disputes, rulings
from quality.attribution.fault import RULES, Judgement
from quality.attribution.judging import judgements
from quality.attribution.page_models import Choice, NumberPage, OpenCase, Told
from quality.attribution.reading import facts_of_orders
from quality.attribution.words import FAULTS, STATE_LEVELS
from quality.formulas import Metric
from quality.metrics import day_of
from quality.models import Dispute, DisputeState, FactChange, Ruling
from quality.scales import NAMES
from staff.access import Actor
from staff.formats import ALMATY, NEAR_DAYS, almaty_moment, calendar_day, order_groups
from staff.page_parts import Chip, Fact, Tab
from staff.permissions import Permission

URL: Final = "/quality/orders/"
MOST: Final = 20
SOON: Final = timedelta(days=3)
# What a re-label is told of; other columns of a past day are its dates.
TOLD_OF: Final = ("cancellation_reason", "fault", "return_for_quality", "mark")
DATES: Final = (
    *("approved_at", "cancelled_at", "handed_at", "courier_planned_at", "completed_at", "returned_at"),
    "mark_on",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came back of a form that was refused: the sentence under the form's name, and what was filled in."""

    errors: Mapping[str, str]
    filled: Mapping[str, str]


def number_url(order: Order, metric: Metric, *, shop: str = "") -> str:
    """The address of an order in a number."""
    query = urlencode({"metric": metric.value} | ({"shop": shop} if shop else {}))
    return f"{URL}{order.code}/?{query}"


def number_page(
    order: Order, metric: Metric, by: Actor, *, now: datetime, shop: str = "", refusal: Refusal | None = None
) -> NumberPage:
    """Everything that `templates/quality/ruling.html` prints. `shop`: its slug where the number alone may not do."""
    numbers = rulings.numbers_of(order, now=now)
    candidate = metric in numbers
    judged = judgements(metric, [order])[order.pk]
    said = _said(order, metric)
    today = day_of(now, ALMATY)
    return NumberPage(
        base=f"{URL}{order.code}/",
        query=number_url(order, metric, shop=shop).partition("?")[2],
        code=order.code,
        no=order_groups(order.code),
        item=order.first_item or gettext("Без названия"),
        chip=_chip(judged, candidate=candidate),
        metric=metric.value,
        tabs=tuple(
            Tab(str(NAMES[one]), number_url(order, one, shop=shop), current=one is metric)
            for one in Metric
            if one is metric or one in numbers
        ),
        back_url="/quality/?" + urlencode({"metric": metric.value} | ({"shop": shop} if shop else {})),
        order_url=f"/orders/{order.code}/" + (f"?shop={shop}" if shop else ""),
        pack_url=f"/orders/{order.code}/evidence/pack/" if by.may(Permission.BUYERS_SEE) and _proofs(order) else "",
        facts=tuple(_facts(order, judged, now=now)) if candidate else (),
        because=tuple(map(str, judged.because)) if candidate else (_no_number(),),
        rule=f"{judged.rule.value} · {judged.version} · {RULES[judged.rule].source}" if candidate else "",
        may=candidate and by.may(Permission.QUALITY_MANAGE) and by.sees_whole(order.shop_id),
        standing=next((_ruling(one, now=now) for one in said.rulings if one.withdrawn_at is None), None),
        case=next((_case(one, now=now) for one in said.disputes if one.state == DisputeState.OPEN), None),
        history=_history(said, now=now),
        relabels=tuple(_relabels(order, now=now)),
        due_min=today.isoformat(),
        due_max=(today + disputes.AHEAD).isoformat(),
        errors=dict(refusal.errors) if refusal else {},
        filled=dict(refusal.filled) if refusal else {},
        shop=shop,
    )


def _no_number() -> str:
    return gettext("За этим показателем заказ не стоит.")


def _chip(judged: Judgement, *, candidate: bool) -> Chip:
    if not candidate:
        return Chip(gettext("не в числе"))
    return Chip(gettext("в числе"), "danger") if judged.counts else Chip(gettext("не в числе"), "ok")


def _facts(order: Order, judged: Judgement, *, now: datetime) -> Iterator[Fact]:
    fault = judged.fault
    yield Fact(gettext("Вывод"), str(FAULTS[fault]) if fault else gettext("ничья вина"))
    yield Fact(gettext("Правило"), str(RULES[judged.rule].title))
    if order.cancellation_reason:
        reason = CANCEL_REASONS.get(order.cancellation_reason, order.cancellation_reason)
        yield Fact(gettext("Причина Kaspi"), str(reason))
    if (sent := facts_of_orders([order])[order.pk].sent_by) and order.cancelled_at:
        yield Fact(gettext("Отменил у нас"), sent)
    moments = {
        gettext("Принять до"): order.accept_by,
        gettext("Принят"): order.accepted_at,
        gettext("Отменён"): order.cancelled_at,
        gettext("Передать до"): order.courier_planned_at,
        gettext("Передан"): order.handed_at,
        gettext("Возвращён"): order.returned_at,
    }
    for label, moment in moments.items():
        if moment is not None:
            yield Fact(label, almaty_moment(moment, now=now))
    if order.mark:
        yield Fact(gettext("Оценка"), str(order.mark))
    yield Fact(gettext("Точка"), order.point.name if order.point else gettext("не указана"))


def _proofs(order: Order) -> bool:
    return bool(Evidence.objects.filter(order_id=order.pk).exists())


# --- What people said -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    rulings: list[Ruling]
    disputes: list[Dispute]


def _said(order: Order, metric: Metric) -> _Said:
    mine = {"order_id": order.pk, "metric": metric}
    return _Said(
        list(Ruling.objects.filter(**mine).order_by("-id")[:MOST]),
        list(Dispute.objects.filter(**mine).order_by("-id")[:MOST]),
    )


def _ruling(one: Ruling, *, now: datetime) -> Told:
    title = gettext("Считать в числе") if one.counts else gettext("Не считать в числе")
    return Told(title, one.note, almaty_moment(one.made_at, now=now), one.actor_label, "danger" if one.counts else "ok")


def _case(one: Dispute, *, now: datetime) -> OpenCase:
    opened = f"{almaty_moment(one.opened_at, now=now)}, {one.actor_label}"
    endings = tuple(Choice(state.value, str(state.label)) for state in disputes.CLOSING)
    return OpenCase(one.note, due_chip(one, now=now), opened, endings)


def due_chip(one: Dispute, *, now: datetime) -> Chip:
    """«до 15 октября», amber in the last days, red when it is past."""
    if one.due_on is None:
        return Chip(gettext("без срока"))
    left = one.due_on - day_of(now, ALMATY)
    if left < timedelta():
        return Chip(gettext("срок прошёл %(day)s") % {"day": calendar_day(one.due_on)}, "danger")
    day = NEAR_DAYS.get(left.days) or calendar_day(one.due_on)
    return Chip(gettext("до %(day)s") % {"day": day} if left.days > 1 else str(day), "warn" if left <= SOON else "")


def _history(said: _Said, *, now: datetime) -> tuple[Told, ...]:
    """Rulings and disputes, each beginning and end a line of its own, the newest first."""
    lines = [line for one in said.rulings for line in _of_ruling(one, now=now)]
    lines += [line for one in said.disputes for line in _of_dispute(one, now=now)]
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(told for _, told in lines)


def _of_ruling(one: Ruling, *, now: datetime) -> Iterator[tuple[datetime, Told]]:
    yield one.made_at, _ruling(one, now=now)
    if one.withdrawn_at is not None:
        when = almaty_moment(one.withdrawn_at, now=now)
        yield one.withdrawn_at, Told(gettext("Решение снято"), "", when, one.withdrawn_by)


def _of_dispute(one: Dispute, *, now: datetime) -> Iterator[tuple[datetime, Told]]:
    opened = almaty_moment(one.opened_at, now=now)
    yield one.opened_at, Told(gettext("Спор открыт"), one.note, opened, one.actor_label, "accent")
    if one.closed_at is not None:
        state = DisputeState(one.state)
        closed = almaty_moment(one.closed_at, now=now)
        yield one.closed_at, Told(str(state.label), one.outcome, closed, one.closed_by, STATE_LEVELS[state])


# --- What Kaspi changed -----------------------------------------------------------------------------------------------


def _relabels(order: Order, *, now: datetime) -> Iterator[Told]:
    """Changes of days that were over, the newest first: each row holds what was known until then."""
    rows = list(FactChange.objects.filter(order_id=order.pk).order_by("known_at", "id")[:MOST])
    current = {name: getattr(order, name) for name in (*TOLD_OF, *DATES)}
    states = [(row.known_at, row.before) for row in rows]
    states.append((now, current))
    found = [
        Told(gettext("Данные прошлых дней изменились"), text, almaty_moment(known_at, now=now), "", "warn")
        for (known_at, before), (_, after) in pairwise(states)
        if (text := "; ".join(_differences(before, after)))
    ]
    yield from reversed(found)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    names = {
        "cancellation_reason": gettext("причина"),
        "fault": gettext("вывод"),
        "return_for_quality": gettext("возврат по качеству"),
        "mark": gettext("оценка"),
    }
    for name in TOLD_OF:
        if before.get(name) != after.get(name):
            yield f"{names[name]}: {_word(before.get(name))} → {_word(after.get(name))}"
    if any(_moment(before.get(name)) != _moment(after.get(name)) for name in DATES):
        yield gettext("изменились даты")


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("да") if value else gettext("нет")
    if value in (None, ""):
        return "—"
    words = {**CANCEL_REASONS, **{fault.value: text for fault, text in FAULTS.items()}}
    return str(words.get(str(value), value))


def _moment(value: Any) -> Any:
    """A moment as the database keeps it in JSON, and as a row has it, made one."""
    if isinstance(value, str):
        return parse_datetime(value) or value
    return value.isoformat() if value is not None and not isinstance(value, datetime) else value
