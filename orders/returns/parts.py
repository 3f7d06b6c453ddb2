"""What the pages of a return and of a claim have in common: the order, the clock, the proofs, the history."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext

from orders.card.history import history_of
from orders.card.page_models import Due, HistoryEvent
from orders.clocks import chip
from orders.deadlines import Deadline
from orders.lifecycle import Stage
from orders.models import CallOutcome, EventKind, Evidence, EvidenceKind, Order, OrderEvent, Purpose
from orders.returns.page_models import Choice, OrderHead, Press, ProofLine
from orders.returns.words import DUE, DeedWords
from staff.formats import almaty_moment, almaty_time, days_ahead, order_groups, tenge
from staff.page_parts import Fact
from staff.working_calendar import WorkingCalendar

EVENTS = 60
ICONS: Mapping[str, str] = {EvidenceKind.CALL: "phone", EvidenceKind.PICTURE: "file-check", EvidenceKind.NOTE: "pencil"}
TOLD = (EventKind.RETURN, EventKind.MOVED, EventKind.EVIDENCE)


def head_of(order: Order, *, now: datetime) -> OrderHead:
    """The order, without its buyer: he stands on the order's own card."""
    facts = [
        Fact(gettext("Заказ"), Stage(order.stage).label),
        Fact(gettext("Сумма"), tenge(order.total_price)),
        Fact(gettext("Точка"), order.point.name if order.point else gettext("не указана")),
        Fact(gettext("Пришёл"), almaty_moment(order.approved_at, now=now)),
    ]
    if order.completed_at:
        facts.append(Fact(gettext("Выдан"), almaty_moment(order.completed_at, now=now)))
    return OrderHead(
        code=order.code,
        url=f"/orders/{order.code}/",
        no=order_groups(order.code),
        item=order.first_item or gettext("Без названия"),
        facts=tuple(facts),
    )


def clock_of(found: Deadline | None, *, now: datetime, calendar: WorkingCalendar) -> Due | None:
    """The big clock of a page."""
    if found is None:
        return None
    told = chip(found, now=now, calendar=calendar)
    label, title, text = DUE[found.kind]
    until = almaty_time(found.at) if days_ahead(found.at, now=now) == 0 else almaty_moment(found.at, now=now)
    sentence = gettext("%(label)s прошёл: %(until)s") if told.level == "over" else gettext("%(title)s до %(until)s")
    said = sentence % {"label": label, "title": title, "until": until}
    return Due(told, label, said, text, gettext("Осталось %(text)s") % {"text": told.text})


def presses(found: Iterable[tuple[str, DeedWords]], *, url: str = "") -> tuple[Press, ...]:
    """The buttons of a form; the plain ones first, the main press last."""
    made = [
        Press(name, words.label, words.icon, f"{url}{name}/" if url else "", words.primary, words.danger)
        for name, words in found
    ]
    return tuple(sorted(made, key=lambda press: (press.primary, not press.danger)))


def proofs_of(order: Order, purpose: Purpose, *, now: datetime) -> tuple[ProofLine, ...]:
    """What is kept with the order for this purpose, the newest first."""
    rows = Evidence.objects.filter(order_id=order.pk, purpose=purpose).defer("file").order_by("-id")
    return tuple(_proof(row, order, now=now) for row in rows)


def _proof(row: Evidence, order: Order, *, now: datetime) -> ProofLine:
    outcome = f": {CallOutcome(row.outcome).label}" if row.outcome else ""
    note = " · ".join(filter(None, (almaty_moment(row.happened_at, now=now), row.actor_label, row.text)))
    url = f"/orders/{order.code}/evidence/{row.public_id}/" if row.media_type else ""
    return ProofLine(ICONS[row.kind], f"{EvidenceKind(row.kind).label}{outcome}", note, url)


def outcomes() -> tuple[Choice, ...]:
    return tuple(Choice(one.value, one.label) for one in CallOutcome)


def history(order: Order, *, now: datetime) -> tuple[HistoryEvent, ...]:
    """What of the order's history concerns returns, and how it moved."""
    events = OrderEvent.objects.filter(order_id=order.pk, kind__in=TOLD).order_by("-id")
    return history_of(list(events[:EVENTS]), now=now)
