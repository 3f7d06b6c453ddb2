"""The page of an order's past: a moment chosen on the axis of one clock, and the order then by both."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.card.history import history_of
from orders.clocks import KINDS
from orders.lifecycle import SHELF_OF, Shelf, Stage
from orders.models import Order
from orders.past import diffs
from orders.past.page_models import Both, Moment, PastPage, RawChange
from orders.past.reading import Past, Point
from orders.past.replay import Clock, State
from orders.words import CANCEL_REASONS, DUE_WORDS
from staff.errors import Refused
from staff.formats import almaty_moment, order_groups, tenge
from staff.languages import later as _
from staff.page_parts import Notice

# Milliseconds of these years: what stands in Kaspi's answers as a moment.
_MOMENTS: Final = range(1_000_000_000_000, 5_000_000_000_000)


def past_page(order: Order, past: Past, url: str, *, at: str, step: str, clock: str, now: datetime) -> PastPage:
    """The page at the moment `at`, or at the point number `step` of the axis; without either, as it is now.

    Raises Refused (400) for what is no moment, number or clock.
    """
    by = _clock(clock)
    points = sorted(past.points, key=lambda point: point.at(by))
    chosen = _chosen(points, by, at=at, step=step, now=now)
    happened = [index for index, point in enumerate(points) if point.at(by) <= chosen]
    index = happened[-1] if happened else 0
    here = [point for point in points if point.at(by) == chosen]
    moments = [_moments(point, by, url, chosen, now=now) for point in points]
    return PastPage(
        url=url,
        order_url=url.removesuffix("past/"),
        code=order.code,
        no=order_groups(order.code),
        clock=by.value,
        kaspi_url=_url(url, chosen, Clock.KASPI),
        ours_url=_url(url, chosen, Clock.OURS),
        title=_exact(chosen, now=now),
        facts=tuple(_facts(past, chosen, now=now)),
        moments=tuple(one for group in moments for one in group),
        happened=tuple(one for point in here for one in _moments(point, by, url, chosen, now=now)),
        raw=tuple(_raw(path, pair, now=now) for point in here for path, pair in point.raw.items()),
        raw_cut=any(point.cut for point in here),
        notices=tuple(_notices(past, chosen, now=now)),
        step=index,
        last=max(len(points) - 1, 0),
        previous_url=_url(url, points[index - 1].at(by), by) if index else "",
        next_url=_url(url, points[index + 1].at(by), by) if index + 1 < len(points) else "",
    )


def _clock(text: str) -> Clock:
    if text and text not in list(Clock):
        raise Refused("bad_value", gettext("Часы бывают kaspi и ours"), status=400, field="clock")
    return Clock(text) if text else Clock.KASPI


def _chosen(points: Sequence[Point], clock: Clock, *, at: str, step: str, now: datetime) -> datetime:
    if at:
        moment = _read(at)
        if moment is None or moment.tzinfo is None:
            raise Refused("bad_value", gettext("Время пишут так: 2026-11-30T12:05:00+05:00"), status=400, field="at")
        return moment
    if step:
        if not (step.isascii() and step.isdigit() and int(step[:6]) < max(len(points), 1)):
            raise Refused("bad_value", gettext("Такого места на шкале нет"), status=400, field="step")
        return points[int(step[:6])].at(clock) if points else now
    return points[-1].at(clock) if points else now


def _read(text: str) -> datetime | None:
    try:
        return parse_datetime(text[:40])
    except ValueError:
        return None


def _url(url: str, moment: datetime, clock: Clock) -> str:
    return f"{url}?{urlencode({'at': moment.isoformat(), 'clock': clock.value})}"


def _moments(point: Point, clock: Clock, url: str, chosen: datetime, *, now: datetime) -> Iterator[Moment]:
    at = point.at(clock)
    shared: dict[str, Any] = {
        "url": _url(url, at, clock),
        "time": _exact(at, now=now),
        "other": _other(point, clock, now=now),
        "chosen": at == chosen,
        "ahead": at > chosen,
    }
    if not point.events:
        yield Moment(title=gettext("Изменился ответ Kaspi"), who="Kaspi", **shared)
    for event, told in zip(point.events, history_of(point.events, now=now), strict=True):
        rule = gettext("правило «%(name)s»") % {"name": event.actor_label}
        who = rule if event.actor_kind == "rule" else event.actor_label
        yield Moment(title=str(told.title), who=who, text=told.text, icon=told.icon, level=told.level, **shared)


def _other(point: Point, clock: Clock, *, now: datetime) -> str:
    """What the other clock says, when it says other."""
    ours, kaspi = point.at(Clock.OURS), point.at(Clock.KASPI)
    if ours == kaspi:
        return ""
    if clock is Clock.KASPI:
        return gettext("мы узнали %(moment)s") % {"moment": _exact(ours, now=now)}
    return gettext("у Kaspi %(moment)s") % {"moment": _exact(kaspi, now=now)}


def _exact(moment: datetime, *, now: datetime) -> str:
    return f"{almaty_moment(moment, now=now)}:{moment.second:02d}"


# --- Facts by both clocks ---------------------------------------------------------------------------------------------


def _facts(past: Past, chosen: datetime, *, now: datetime) -> Iterator[Both]:
    kaspi, ours = (past.state(chosen, clock) for clock in (Clock.KASPI, Clock.OURS))
    for label, say in _SAID.items():
        told = say(kaspi, now) if kaspi["stage"] else "", say(ours, now) if ours["stage"] else ""
        if any(told):
            yield Both(str(label), *told, differ=told[0] != told[1])


def _stage(state: State, _now: datetime) -> str:
    return str(Stage(state["stage"]).label)


def _shelf(state: State, _now: datetime) -> str:
    return str(Shelf(SHELF_OF[Stage(state["stage"])]).label)


def _due(state: State, now: datetime) -> str:
    """A new order burns by its acceptance whatever we have supposed of it since."""
    new = state["stage"] == Stage.NEW
    at = state["accept_by"] if new else state["due_at"]
    kind = KINDS.get("accept" if new else str(state["due_kind"] or ""))
    if not at or kind is None or SHELF_OF[Stage(state["stage"])] is Shelf.ARCHIVE:
        return ""
    return f"{DUE_WORDS[kind][0]}: {_when(at, now)}"


def _moment(name: str) -> Callable[[State, datetime], str]:
    return lambda state, now: _when(state[name], now) if state[name] else ""


def _when(text: Any, now: datetime) -> str:
    moment = _read(str(text))
    return almaty_moment(moment, now=now) if moment and moment.tzinfo else str(text)


def _sum(state: State, _now: datetime) -> str:
    return tenge(Decimal(str(state["total_price"] or 0)))


def _lines(state: State, _now: datetime) -> str:
    return "; ".join(f"{name or sku} × {quantity}" for sku, name, quantity, _total in state[diffs.LINES] or ())


def _codes(state: State, _now: datetime) -> str:
    return f"{state['state']} · {state['status']}"


def _reason(state: State, _now: datetime) -> str:
    text = state["cancellation_reason"] or ""
    return str(CANCEL_REASONS.get(text, text))


def _assembled(state: State, _now: datetime) -> str:
    return gettext("да") if state["assembled"] else gettext("нет")


_SAID: Final[Mapping[str, Callable[[State, datetime], str]]] = {
    _("Этап"): _stage,
    _("Полка"): _shelf,
    _("Срок"): _due,
    _("Плановая дата"): _moment("planned_delivery_at"),
    _("Передача Kaspi, план"): _moment("courier_planned_at"),
    _("Передан Kaspi"): _moment("handed_at"),
    _("Хранится до"): _moment("reservation_at"),
    _("Выдан"): _moment("completed_at"),
    _("Собран"): _assembled,
    _("Сумма"): _sum,
    _("Состав"): _lines,
    _("Накладная"): lambda state, _now: str(state["waybill_number"] or ""),
    _("Причина отмены"): _reason,
    _("Коды Kaspi"): _codes,
}


def _raw(path: str, pair: Sequence[Any], *, now: datetime) -> RawChange:
    old, new = (_value(one, now=now) for one in pair)
    return RawChange(path, old, new)


def _value(value: Any, *, now: datetime) -> str:
    if value is None:
        return "–"
    if isinstance(value, int) and not isinstance(value, bool) and value in _MOMENTS:
        moment = datetime.fromtimestamp(value / 1000, tz=now.tzinfo)
        return f"{value} ({almaty_moment(moment, now=now)})"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _notices(past: Past, chosen: datetime, *, now: datetime) -> Iterator[Notice]:
    if past.kept_since and chosen < past.kept_since:
        told = {"moment": almaty_moment(past.kept_since, now=now)}
        text = gettext(
            "До %(moment)s мы хранили только этапы и часть изменений: остальное показано, каким стало потом."
        )
        yield Notice(gettext("Известно не всё"), text % told, "warn", "circle-help")
    if not past.stage(chosen, Clock.OURS):
        yield Notice(gettext("Заказа у нас ещё не было"), gettext("Мы узнали о нём позже."), "", "info")
