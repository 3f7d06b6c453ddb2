"""What the rows of an export tell of one order, beside what is known of it: what would change, what contradicts. Pure.

Values are as JSON keeps them: texts, numbers, days as «2026-11-30», money as «1455.00», so that a dry run can be stored
and compared. What the file leaves empty says nothing: it never blanks what is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from integrations.kaspi.order_export import ExportRow
from orders.lifecycle import Stage
from staff.languages import later as _

Facts = dict[str, Any]

ALMATY: Final = ZoneInfo("Asia/Almaty")
LONGEST_REVIEW: Final = 4_000
RETURNED: Final = "возврат"
# Parts of reasons that speak of the goods themselves. The cabinet's own words are «Товар не соответствует
# описанию/фото»; the others are ours, for exports that we have not seen.
OF_QUALITY: Final = ("не соответствует", "брак", "дефект", "ненадлежащ", "поврежд", "не работает", "неисправ")

# What is told, and how it is called. The last three stand on the order itself: the four numbers are made of them.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "status": _("статус в кабинете"),
        "status_on": _("дата статуса"),
        "cancel_reason": _("причина отмены"),
        "accepted_by": _("кто принял"),
        "issued_by": _("кто выдал"),
        "cancelled_by": _("кто отменил"),
        "placed_by": _("кто оформил"),
        "courier_service": _("курьерская служба"),
        "compensation": _("компенсация за доставку"),
        "hand_over_on": _("плановая передача курьеру"),
        "review": _("отзыв"),
        "review_on": _("дата отзыва"),
        "mark": _("оценка"),
        "mark_on": _("дата оценки"),
        "for_quality": _("возврат по качеству"),
    }
)
ON_ORDER: Final = ("mark", "mark_on", "for_quality")
NOTHING: Final[Facts] = {
    name: False if name == "for_quality" else None if name in ("mark", "compensation") or name.endswith("_on") else ""
    for name in FIELDS
}

# What the cabinet calls the end of an order, and the stages that agree with it. One that has gone on since agrees too.
ENDS: Final[Mapping[str, frozenset[Stage]]] = MappingProxyType(
    {
        "выдан": frozenset({Stage.COMPLETED, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED, Stage.RETURNED}),
        # Not accepted in time is ours and provisional: the cabinet confirms it.
        "отменен": frozenset({Stage.CANCELLED, Stage.EXPIRED, Stage.KD_RETURNING}),
        RETURNED: frozenset({Stage.RETURNED, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED}),
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What Kaspi's API says of the order, as far as a file may contradict it. Sums in ₸."""

    stage: Stage
    total_price: Decimal
    delivery_cost: Decimal
    created_at: datetime
    approved_at: datetime


def told_of(rows: Sequence[ExportRow]) -> Facts:
    """What all rows of one order say together; an order of several goods has several."""
    mark, mark_on = _mark(rows)
    return {
        "status": _first(rows, lambda row: row.status)[:60],
        "status_on": _day(max((row.status_changed_on for row in rows if row.status_changed_on), default=None)),
        "cancel_reason": _first(rows, lambda row: row.cancel_reason)[:300],
        "accepted_by": _first(rows, lambda row: row.accepted_by)[:160],
        "issued_by": _first(rows, lambda row: row.issued_by)[:160],
        "cancelled_by": _first(rows, lambda row: row.cancelled_by)[:160],
        "placed_by": _first(rows, lambda row: row.made_by)[:160],
        "courier_service": _first(rows, lambda row: row.courier)[:120],
        "compensation": _money(rows),
        "hand_over_on": _day(next((row.hand_over_planned_on for row in rows if row.hand_over_planned_on), None)),
        "review": "\n".join(dict.fromkeys(row.review for row in rows if row.review))[:LONGEST_REVIEW],
        "review_on": _day(max((row.review_on for row in rows if row.review_on), default=None)),
        "mark": mark,
        "mark_on": _day(mark_on),
        "for_quality": any(map(is_return_for_quality, rows)),
    }


def merged(known: Facts, told: Facts) -> Facts:
    """What would stand afterwards: what the file tells, and where it is silent what is known."""
    return {name: told[name] if told[name] not in (None, "", False) else known[name] for name in FIELDS}


def changed(known: Facts, after: Facts) -> Facts:
    """The fields that differ, as they were."""
    return {name: known[name] for name in FIELDS if known[name] != after[name]}


def conflicts(rows: Sequence[ExportRow], known: Facts, api: Standing) -> list[list[str]]:
    """Where the file says other than Kaspi's API, or than a newer file: [what, the file's words, ours]."""
    return [[what, *found] for what, find in _CONFLICTS.items() if (found := find(rows, known, api))]


def contradicts(status: str, stage: Stage) -> bool:
    """Whether the cabinet's status is an end that the stage knows nothing of."""
    agreeing = ENDS.get(status.casefold().replace("ё", "е"))
    return agreeing is not None and stage not in agreeing


def is_return_for_quality(row: ExportRow) -> bool:
    reason = row.cancel_reason.casefold()
    return row.status.casefold().startswith(RETURNED) and any(part in reason for part in OF_QUALITY)


def _other_end(rows: Sequence[ExportRow], _known: Facts, api: Standing) -> list[str]:
    status = _first(rows, lambda row: row.status)
    return [status[:60], api.stage.value] if contradicts(status, api.stage) else []


def _other_day(rows: Sequence[ExportRow], _known: Facts, api: Standing) -> list[str]:
    days = {moment.astimezone(ALMATY).date() for moment in (api.created_at, api.approved_at)}
    told = rows[0].received_on
    return [] if told in days else [told.isoformat(), api.approved_at.astimezone(ALMATY).date().isoformat()]


def _other_sum(rows: Sequence[ExportRow], _known: Facts, api: Standing) -> list[str]:
    amounts = [row.amount for row in rows if row.amount is not None]
    goods = api.total_price - api.delivery_cost
    if len(amounts) < len(rows) or sum(amounts) in (api.total_price, goods):
        return []
    return [str(sum(amounts)), str(goods)]


def _older(rows: Sequence[ExportRow], known: Facts, _api: Standing) -> list[str]:
    told = told_of(rows)["status_on"]
    return [told, known["status_on"]] if told and known["status_on"] and told < known["status_on"] else []


_CONFLICTS: Final[Mapping[str, Callable[[Sequence[ExportRow], Facts, Standing], list[str]]]] = MappingProxyType(
    {"status": _other_end, "received": _other_day, "sum": _other_sum, "older": _older}
)


def _mark(rows: Sequence[ExportRow]) -> tuple[int | None, date | None]:
    """The order's mark and its day: the latest, when its goods were marked apart. Without a day, that of the status."""
    marks = [(row.review_on or row.status_changed_on or row.received_on, row.mark) for row in rows if row.mark]
    if not marks:
        return None, None
    day, mark = max(marks)
    return mark, day


def _money(rows: Sequence[ExportRow]) -> str | None:
    """Told in each row of an order again; nothing of it is worth no word."""
    found = next((row.delivery_compensation for row in rows if row.delivery_compensation), None)
    return None if found is None else f"{found:.2f}"


def _first(rows: Sequence[ExportRow], text: Callable[[ExportRow], str]) -> str:
    return next(filter(None, map(text, rows)), "")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
