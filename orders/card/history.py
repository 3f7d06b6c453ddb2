"""What happened to an order, in words: by Kaspi's clock, and when we learned of it if that was much later."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from integrations.models import ActionKind
from orders.cancelling import BY_CODE
from orders.card.page_models import HistoryEvent
from orders.lifecycle import Stage
from orders.models import EventKind, OrderEvent
from orders.words import CANCEL_REASONS
from staff.formats import almaty_moment, plural
from staff.languages import kept
from staff.languages import later as _

# Sooner than this we knew at once.
LATE_NEWS = timedelta(minutes=2)

_ICONS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.SEEN: ("inbox", ""),
    EventKind.MOVED: ("arrow-right", "ok"),
    EventKind.CHANGED: ("pencil", ""),
    EventKind.REQUESTED: ("send", "accent"),
    EventKind.CONFIRMED: ("check", "ok"),
    EventKind.REFUSED: ("circle-x", "danger"),
    EventKind.EXPIRED: ("alarm-clock", "danger"),
    EventKind.OVERDUE: ("alarm-clock", "warn"),
    EventKind.TAKEN_BACK: ("check", "warn"),
    EventKind.VANISHED: ("circle-help", "warn"),
    EventKind.NOTE: ("message-square-text", ""),
    EventKind.COURIER: ("bike", "accent"),
    EventKind.WITHDRAWN: ("rotate-ccw", ""),
    EventKind.PRINTED: ("printer", ""),
    EventKind.EVIDENCE: ("file-check", ""),
    EventKind.RESCHEDULED: ("calendar-clock", "accent"),
    EventKind.RETURN: ("rotate-ccw", "warn"),
    EventKind.ALERT: ("alarm-clock", "warn"),
    EventKind.HANDED: ("send", "ok"),
    EventKind.IMPORTED: ("file-spreadsheet", ""),
    EventKind.MESSAGE: ("message-circle", ""),
}
_CHANGED: Mapping[str, str] = {
    "waybill_number": _("номер накладной"),
    "planned_delivery_at": _("плановая дата"),
    "courier_planned_at": _("срок передачи"),
    "total_price": _("сумма"),
    "assembled": _("сборка"),
    "cancellation_reason": _("причина отмены"),
}
_YES_NO = {"True": _("да"), "False": _("нет"), "": _("не было")}


def history_of(events: Sequence[OrderEvent], *, now: datetime) -> tuple[HistoryEvent, ...]:
    """The newest first."""
    return tuple(_told(event, now=now) for event in events)


def _told(event: OrderEvent, *, now: datetime) -> HistoryEvent:
    kind = EventKind(event.kind)
    happened = event.kaspi_at or event.learned_at
    late = event.kaspi_at is not None and event.learned_at - event.kaspi_at > LATE_NEWS
    icon, level = _ICONS[kind]
    return HistoryEvent(
        title=_TITLES.get(kind, _plain_title)(event),
        time=almaty_moment(happened, now=now),
        text=" · ".join(
            filter(
                None,
                (_text(event, now=now), "" if event.actor_label == "Kaspi" else event.actor_label, _on_duty(event)),
            )
        ),
        icon=icon,
        level=level if event.expected else "warn",
        quote=kept(str(event.details.get("problem") or event.details.get("text") or "")),
        learned=gettext("узнали %(moment)s") % {"moment": almaty_moment(event.learned_at, now=now)} if late else "",
    )


def _plain_title(event: OrderEvent) -> str:
    return str(EventKind(event.kind).label)


def _moved_title(event: OrderEvent) -> str:
    title = Stage(event.stage_after).label
    return title if event.expected else gettext("%(title)s: такого перехода мы не ждали") % {"title": title}


def _action_title(prefix: str) -> Callable[[OrderEvent], str]:
    def title(event: OrderEvent) -> str:
        kind = event.details.get("action", "")
        return f"{prefix}: {ActionKind(kind).label.lower()}" if kind in ActionKind.values else prefix

    return title


def _courier_title(event: OrderEvent) -> str:
    name = event.details.get("courier")
    return gettext("Курьер: %(name)s") % {"name": name} if name else gettext("Курьер снят")


_TITLES: Mapping[EventKind, Callable[[OrderEvent], str]] = {
    EventKind.MOVED: _moved_title,
    EventKind.COURIER: _courier_title,
    EventKind.REQUESTED: _action_title(_("Отправляем в Kaspi")),
    EventKind.CONFIRMED: _action_title(_("Kaspi подтвердил")),
    EventKind.REFUSED: _action_title(_("Kaspi не принял")),
    EventKind.WITHDRAWN: _action_title(_("Отозвано до отправки")),
}


def _text(event: OrderEvent, *, now: datetime) -> str:
    details: Mapping[str, Any] = event.details
    if event.kind == EventKind.CHANGED:
        return ", ".join(_change(name, pair, now=now) for name, pair in details.items() if name in _CHANGED)
    reason = str(details.get("reason") or "")
    if reason in CANCEL_REASONS:
        return str(CANCEL_REASONS[reason])
    if reason in BY_CODE:
        return str(BY_CODE[reason].title)
    places = details.get("places")
    return plural(int(places), "место", "мест") if places else ""


def _on_duty(event: OrderEvent) -> str:
    """Who held the point when the order was lost."""
    names = event.details.get("on_duty")
    return _("на смене: %(names)s") % {"names": ", ".join(map(str, names))} if names else ""


def _change(name: str, pair: Any, *, now: datetime) -> str:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
    said = _value(str(after), now=now)
    return f"{_CHANGED[name]}: {_value(str(before), now=now)} → {said}" if before else f"{_CHANGED[name]}: {said}"


def _value(text: str, *, now: datetime) -> str:
    moment = parse_datetime(text) if "T" in text else None
    if moment is not None and moment.tzinfo is not None:
        return almaty_moment(moment, now=now)
    return CANCEL_REASONS.get(text) or _YES_NO.get(text, text)
