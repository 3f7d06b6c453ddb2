"""«Что изменилось задним числом» in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from orders.words import CANCEL_REASONS
from quality.audit.changes import Change, Effect
from quality.audit.corrections import MOST, Correction, corrections
from quality.audit.page_models import CorrectionLine, CorrectionsPanel
from quality.audit.words import CHANGES, EFFECTS, FAULTS, NO_REASON, YES_NO
from staff.access import Actor
from staff.formats import almaty_day, almaty_moment, calendar_day, change, order_groups, plural
from staff.models import Shop


def corrections_panel(
    shops: Sequence[Shop], *, since: datetime, now: datetime, by: Actor, limit: int = MOST
) -> CorrectionsPanel | None:
    """The newest corrections of days that were over, of those shops that the actor sees whole; None without any."""
    seen = {shop.pk: shop for shop in shops if by.sees_whole(shop.pk)}
    found = corrections(list(seen), since=since, limit=limit) if seen else []
    if not found:
        return None
    names: Mapping[int, str] = {pk: shop.name for pk, shop in seen.items()} if len(seen) > 1 else {}
    note = gettext("с %(day)s, последние %(count)s") % {
        "day": almaty_day(since, now=now),
        "count": plural(len(found), "изменение", "изменений"),
    }
    return CorrectionsPanel(note, tuple(_line(one, names, now) for one in found))


def said(correction: Correction, *, now: datetime) -> str:
    """«Kaspi сменил причину: была «…», стала «…»»; several facts of one moment one after another."""
    return "; ".join(_told(one, now) for one in correction.told) or gettext("Сменилось состояние заказа")


def _line(one: Correction, names: Mapping[int, str], now: datetime) -> CorrectionLine:
    return CorrectionLine(
        url=f"/orders/{one.code}/past/?clock=ours",
        no=order_groups(one.code),
        text=said(one, now=now),
        effect=", ".join(_effects(one.effects)) or gettext("на числа не влияет"),
        when=almaty_moment(one.known_at, now=now),
        shop=names.get(one.shop_id, ""),
    )


def _effects(effects: Sequence[Effect]) -> Iterator[str]:
    """«отмены +1», «баллы −1», «оценки −1»."""
    for one in effects:
        sides = zip(EFFECTS[one.metric], (one.numerator, one.denominator), strict=True)
        yield from (f"{name} {change(grew, digits=0)}" for name, grew in sides if grew)


def _told(one: Change, now: datetime) -> str:
    words = CHANGES.get((one.what, one.turn), "")
    return words % {"was": _value(one.what, one.was, now), "became": _value(one.what, one.became, now)}


def _value(what: str, value: Any, now: datetime) -> str:
    if what == "cancellation_reason":
        return str(CANCEL_REASONS.get(value, value or NO_REASON)).lower()
    if what == "fault":
        return str(FAULTS.get(value, value))
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, datetime):
        return almaty_moment(value, now=now) if what == "courier_planned_at" else almaty_day(value, now=now)
    return calendar_day(value) if isinstance(value, date) else str(value if value is not None else "–")
