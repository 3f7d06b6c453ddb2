"""What happened to an order, in words: by Kaspi's clock, and when we learned of it if that was much later."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from integrations.models import LINE_KINDS, ActionKind
from orders import cells
from orders.auto_accept import words as auto_accept
from orders.buyers.page import WAY_WORDS, call_title
from orders.cabinet.told import FIELDS
from orders.cancelling import BY_CODE
from orders.card.page_models import HistoryEvent
from orders.documents.kinds import CHOICES
from orders.evidence.watch import rewriting_of
from orders.lifecycle import Stage
from orders.models import CallOutcome, EventKind, EvidenceKind, MovedBy, OrderEvent, Purpose
from orders.radar import words as radar_words
from orders.returns.words import text_of, title_of
from orders.words import CANCEL_REASONS
from staff.formats import almaty_moment, almaty_weekday, plural
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
    EventKind.CELL: ("archive", ""),
    EventKind.RULED: ("badge-check", "accent"),
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


def history_of(events: Sequence[OrderEvent], *, now: datetime, words: bool = True) -> tuple[HistoryEvent, ...]:
    """The newest first. What people wrote may tell of the buyer: `words` False leaves it out."""
    return tuple(_told(event, now=now, words=words) for event in events)


def _told(event: OrderEvent, *, now: datetime, words: bool) -> HistoryEvent:
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
                (_text(event, now=now), _who(event), _on_duty(event)),
            )
        ),
        icon=icon,
        level=level if event.expected else "warn",
        quote=kept(str(event.details.get("problem") or (words and event.details.get("text")) or "")),
        learned=gettext("узнали %(moment)s") % {"moment": almaty_moment(event.learned_at, now=now)} if late else "",
    )


def _who(event: OrderEvent) -> str:
    """Kaspi is not named, and of a rule the title says what it is."""
    return "" if event.actor_label == "Kaspi" or event.kind == EventKind.RULED else event.actor_label


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


def _cell_title(event: OrderEvent) -> str:
    place = str(event.details.get("cell") or "")
    return gettext("Где лежит: %(place)s") % {"place": cells.told(place)} if place else gettext("Место не указано")


def _printed_title(event: OrderEvent) -> str:
    """The paper by its kind, or by the name that its template had then."""
    if event.details.get("put_aside"):
        return gettext("Бумаги отложены")
    paper = str(event.details.get("paper") or "")
    wanted = CHOICES.get(paper)
    named = wanted.label.lower() if wanted else paper
    return gettext("Напечатано: %(paper)s") % {"paper": named} if named else _plain_title(event)


def _message_title(event: OrderEvent) -> str:
    name = kept(str(event.details.get("name") or ""))
    return gettext("Сообщение «%(name)s»") % {"name": name} if name else _plain_title(event)


def _changed_title(event: OrderEvent) -> str:
    return gettext("Kaspi сменил причину отмены") if rewriting_of(event) else _plain_title(event)


def _evidence_title(event: OrderEvent) -> str:
    """«Звонок, покупатель не ответил»."""
    kind, outcome = event.details.get("kind"), event.details.get("outcome")
    if outcome in CallOutcome.values:
        return call_title(str(outcome))
    return str(EvidenceKind(kind).label) if kind in EvidenceKind.values else _plain_title(event)


def _alert_title(event: OrderEvent) -> str:
    details = event.details
    return radar_words.title_of(str(details.get("deadline", "")), int(details.get("minutes_left", 0)) * 60)


_TITLES: Mapping[EventKind, Callable[[OrderEvent], str]] = {
    EventKind.MOVED: _moved_title,
    EventKind.COURIER: _courier_title,
    EventKind.CELL: _cell_title,
    EventKind.PRINTED: _printed_title,
    EventKind.MESSAGE: _message_title,
    EventKind.CHANGED: _changed_title,
    EventKind.EVIDENCE: _evidence_title,
    EventKind.ALERT: _alert_title,
    EventKind.REQUESTED: _action_title(_("Отправляем в Kaspi")),
    EventKind.CONFIRMED: _action_title(_("Kaspi подтвердил")),
    EventKind.REFUSED: _action_title(_("Kaspi не принял")),
    EventKind.RETURN: lambda event: title_of(event.details),
    EventKind.RULED: lambda event: auto_accept.title_of(event.details),
    EventKind.WITHDRAWN: _action_title(_("Отозвано до отправки")),
}


def _text(event: OrderEvent, *, now: datetime) -> str:
    details: Mapping[str, Any] = event.details
    if event.kind == EventKind.CHANGED and "typed" in details:
        return gettext("введён номер покупателя") if details["typed"] == "yes" else gettext("номер покупателя убран")
    if event.kind == EventKind.CHANGED:
        return ", ".join(_change(name, pair, now=now) for name, pair in details.items() if name in _CHANGED)
    if event.kind == EventKind.RETURN:
        return text_of(details)
    if event.kind == EventKind.RULED:
        return auto_accept.text_of(details, now=now)
    if event.kind == EventKind.MESSAGE:
        return str(WAY_WORDS.get(str(details.get("way")), ""))
    if event.kind == EventKind.IMPORTED:
        return ", ".join(_imported(details))
    if event.kind == EventKind.RESCHEDULED:
        asked_by = MovedBy(details["asked_by"]).label if details.get("asked_by") in MovedBy.values else ""
        return " · ".join(filter(None, (_days(details, now=now), str(asked_by))))
    if event.kind == EventKind.EVIDENCE:
        purpose = details.get("purpose")
        return str(Purpose(purpose).label) if purpose in Purpose.values else ""
    if details.get("action") in LINE_KINDS:
        return _of_line(details)
    if event.kind == EventKind.ALERT:
        return _alert_text(details)
    reason = str(details.get("reason") or "")
    if reason in CANCEL_REASONS:
        return str(CANCEL_REASONS[reason])
    if reason in BY_CODE:
        return str(BY_CODE[reason].title)
    places = details.get("places")
    return plural(int(places), "место", "мест") if places else ""


def _imported(details: Mapping[str, Any]) -> Iterator[str]:
    """«оценка 4», «отзыв», «кто выдал»: what came; its words stand on the card, for whoever may read them."""
    for name in details.get("told", ()):
        if name == "mark" and details.get("mark"):
            yield f"{FIELDS[name]} {details['mark']}"
        elif name in FIELDS and not name.endswith("_on"):
            yield str(FIELDS[name])


def _days(details: Mapping[str, Any], *, now: datetime) -> str:
    """«чт, 15 октября → сб, 17 октября»."""
    moments = (parse_datetime(str(details.get(name) or "")) for name in ("before", "after"))
    return " → ".join(almaty_weekday(moment) for moment in moments if moment is not None)


def _of_line(details: Mapping[str, Any]) -> str:
    """What was asked about a line: how much stays of it, and why; of IMEIs the last digits."""
    reason = str(details.get("reason") or "")
    entry = details.get("entry")
    parts = (
        gettext("позиция %(number)s") % {"number": int(entry) + 1} if isinstance(entry, int) else "",
        gettext("останется %(quantity)s") % {"quantity": details["quantity"]} if "quantity" in details else "",
        gettext("%(grams)s г") % {"grams": details["grams"]} if "grams" in details else "",
        ", ".join(f"…{tail}" for tail in details.get("imei", ())),
        str(BY_CODE[reason].title) if reason in BY_CODE else "",
    )
    return " · ".join(filter(None, parts))


def _alert_text(details: Mapping[str, Any]) -> str:
    """What our own sending was at, and who was told."""
    names = ", ".join(map(str, details.get("told") or ()))
    told = gettext("сказали: %(names)s") % {"names": names} if names else ""
    return " · ".join(filter(None, (str(radar_words.SENDING.get(str(details.get("sending")), "")), told)))


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
